"""Rules decide, events only apply; and every event is known to the ledger that stores it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from eventsourcing.utils import get_topic

from deploy.documents import made
from libs.contracts.contract import contract_of
from tests.architecture import events
from tests.architecture.tree import ROOT, plant, services
from tests.contracts.goldens import PUBLISHED, STORED

if TYPE_CHECKING:
    from pathlib import Path

APPLIER = '''
class Case(Aggregate):
    @event(Assigned)
    def _assigned(self, lead: str) -> None:
        """Apply."""
        self.lead = lead
        {line}
'''


@pytest.mark.parametrize("service", services(ROOT))
def test_every_event_of_the_domain_is_in_the_plan(service: str) -> None:
    assert events.unregistered_events(service) == []


def test_an_event_that_the_plan_leaves_out_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    service = made("tracking")
    left_out, *kept = service.plan.events
    service.plan = replace(service.plan, events=kept)
    monkeypatch.setattr(events, "made", lambda _: service)
    name = f"{left_out.__module__}.{left_out.__qualname__}"
    assert events.unregistered_events("tracking") == [name]


@pytest.mark.parametrize("service", services(ROOT))
def test_every_event_has_its_goldens(service: str) -> None:
    topics = [get_topic(each) for each in events.declared_events(service)]
    assert [each for each in topics if not (STORED / f"{each}.json").exists()] == []
    told = [each for each in topics if contract_of(each) is not None]
    assert [each for each in told if not (PUBLISHED / f"{each}.json").exists()] == []


def test_event_applying_methods_only_assign() -> None:
    assert events.appliers_that_decide(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "if lead: self.lead = ''",
        "raise ValueError",
        "self.when = datetime.now(UTC)",
        "self.id = uuid4()",
        "assert lead",
        "print(lead)",
        "for each in lead: self.lead = each",
    ],
)
def test_a_method_that_decides_while_applying_is_caught(tmp_path: Path, line: str) -> None:
    plant(
        tmp_path,
        {
            "services/tracking/__init__.py": "",
            "services/tracking/domain/case.py": APPLIER.format(line=line),
        },
    )
    assert events.appliers_that_decide(tmp_path) == [
        "services/tracking/domain/case.py:7 _assigned does more than assign"
    ]
