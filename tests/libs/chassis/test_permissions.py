"""Which acts are grave, and of which a refused attempt is recorded."""

from __future__ import annotations

import re
from pathlib import Path

from libs.chassis import permissions


def test_every_action_of_the_rules_is_grave_or_not_by_name() -> None:
    """A new action appears here, so that somebody says which it is."""
    root = Path(__file__).parents[3]
    rules = [*root.glob("services/*/permissions.cedar"), root / "libs/chassis/permissions.cedar"]
    actions = {
        action
        for each in rules
        for action in re.findall(r'Action::"([^"]+)"', each.read_text(encoding="utf-8"))
    }
    grave = {
        "recommendation.publish",
        "recommendation.reinstate",
        "recommendation.withdraw",
        "import.confirm",
        "import.undo",
        "case.close",
        "person.erase",
    }
    recorded = {"case.assign", "person.read-personal"}
    assert {each for each in actions if permissions.is_grave(each)} == grave
    assert {each for each in actions if permissions.is_recorded_when_refused(each)} == (
        grave | recorded
    )
