"""Names say what a thing is: files, folders, events, topics, contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture import names
from tests.architecture.tree import ROOT, plant

if TYPE_CHECKING:
    from pathlib import Path

EVENT = """
class Case(Aggregate):
    TOPIC = "tracking.case"

    class {name}(Aggregate.Event):
        TOPIC: ClassVar[str] = "{topic}"
"""
CONTRACT = """
class {name}(Contract):
    topic: ClassVar[str] = "{topic}"
"""


def test_no_name_says_nothing() -> None:
    assert names.names_that_say_nothing(ROOT) == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager", "base"])
def test_a_name_that_says_nothing_is_caught(tmp_path: Path, name: str) -> None:
    plant(tmp_path, {f"libs/{name}.py": "", f"services/tracking/{name}/a.py": ""})
    found = names.names_that_say_nothing(tmp_path)
    assert found == [f"libs/{name}.py", f"services/tracking/{name}"]


def test_events_are_named_by_what_happened() -> None:
    assert names.badly_named_events(ROOT) == []


@pytest.mark.parametrize(
    ("name", "topic", "said"),
    [
        ("Updated", "tracking.case.updated.v1", "word of databases"),
        ("DeadlineSet", "tracking.case.deadline-set.v1", "word of databases"),
        ("Created", "tracking.case.created.v1", "word of databases"),
        ("Assign", "tracking.case.assign.v1", "not a past participle"),
        ("Assigned", "tracking.case.handed-over.v1", "not named HandedOver"),
        ("Assigned", "tracking.case.assigned", "is not <service>"),
        ("Assigned", "tracking.Case.assigned.v1", "is not <service>"),
        ("Assigned", "intake.case.assigned.v1", "does not begin with tracking"),
    ],
)
def test_a_badly_named_event_is_caught(tmp_path: Path, name: str, topic: str, said: str) -> None:
    text = EVENT.format(name=name, topic=topic)
    plant(
        tmp_path,
        {"services/tracking/__init__.py": "", "services/tracking/domain/case.py": text},
    )
    assert [said in each for each in names.badly_named_events(tmp_path)] == [True]


def test_the_librarys_own_class_name_may_carry_a_word_of_the_domain(tmp_path: Path) -> None:
    text = EVENT.format(name="Created", topic="tracking.case.opened.v1")
    plant(
        tmp_path,
        {"services/tracking/__init__.py": "", "services/tracking/domain/case.py": text},
    )
    assert names.badly_named_events(tmp_path) == []


def test_contracts_are_named_by_who_tells_what() -> None:
    assert names.badly_named_contracts(ROOT) == []


@pytest.mark.parametrize(
    ("name", "topic", "said"),
    [
        ("Assigned", "tracking.case.assigned.v1", "not named CaseAssigned"),
        ("CaseAssigned", "tracking.case.assigned.v2", "not named CaseAssignedV2"),
        ("CaseAssigned", "intake.case.assigned.v1", "module of tracking"),
        ("CaseDeleted", "tracking.case.deleted.v1", "word of databases"),
        ("CaseAssigned", "tracking.case.assigned", "is not <service>"),
    ],
)
def test_a_badly_named_contract_is_caught(tmp_path: Path, name: str, topic: str, said: str) -> None:
    plant(tmp_path, {"libs/contracts/tracking.py": CONTRACT.format(name=name, topic=topic)})
    assert [said in each for each in names.badly_named_contracts(tmp_path)] == [True]
