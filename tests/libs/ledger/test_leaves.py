"""Step 3 of an event's life: every event has its leaf, both under one dense order."""

from __future__ import annotations

import json

import pytest

from libs.ledger.leaf import commitment
from libs.ledger.ledger import Conflict
from tests.libs.ledger.laying import (
    act,
    assign,
    lay,
    lay_with_fault,
    new_case,
    opened,
    record_case,
    rows,
)

LEAVES = (
    "      INSERT INTO {service}.leaves\n"
    "        SELECT base - 1 + row_number() OVER (ORDER BY n.place), n.stream, n.version, n.leaf\n"
    "        FROM unnest(e_ord, e_stream, e_version, e_leaf)"
    " WITH ORDINALITY AS n (ord, stream, version, leaf, place)\n"
    "        WHERE n.ord <> ALL (bad);\n"
)
FAULTS = {
    "leaf left out": (LEAVES, ""),
    "leaf one place off": ("SELECT base - 1 + row_number()", "SELECT base + row_number()"),
    "leaf of the other event": (
        "SELECT base - 1 + row_number() OVER (ORDER BY n.place), n.stream",
        "SELECT base - 1 + row_number() OVER (ORDER BY n.place DESC), n.stream",
    ),
    "ids with holes": ("base + row_number() OVER (ORDER BY n.place)\n", "base + 2 * n.place\n"),
}


def check_history(url: str) -> None:
    """Record several kinds of command; every event must have its own leaf, ids without a hole."""
    with opened(url) as ledger:
        first = record_case(ledger)
        ledger.record(act(), *[new_case(f"REC-{number}") for number in range(5)])
        overtaken = ledger.load(type(new_case()), first)
        overtaken.assign("HEALTH", (), None)
        assign(ledger, first, "JUSTICE")
        with pytest.raises(Conflict):
            ledger.record(act(), overtaken)
        assign(ledger, first, "EDUCATION")
    events = rows(
        url,
        "SELECT notification_id, originator_id, originator_version, topic, state"
        " FROM tracking.tracking_events ORDER BY notification_id",
    )
    leaves = rows(
        url,
        "SELECT idx, originator_id, originator_version, leaf FROM tracking.leaves ORDER BY idx",
    )
    assert [event[0] for event in events] == list(range(1, 9))
    assert [leaf[0] for leaf in leaves] == list(range(8))
    for event, leaf in zip(events, leaves, strict=True):
        assert event[1:3] == leaf[1:3]
        _check_leaf(str(event[3]), _json(event[4]), _json(leaf[3]))


def _check_leaf(topic: str, state: dict[str, object], leaf: dict[str, object]) -> None:
    meta = state["meta"]
    assert isinstance(meta, dict)
    assert leaf["id"] == meta["id"]
    assert leaf["type"] == topic
    assert leaf["c"] == commitment(meta["salt"], json.dumps(state["data"]).encode())


def _json(stored: object) -> dict[str, object]:
    assert isinstance(stored, bytes)
    read: dict[str, object] = json.loads(stored)
    return read


def test_every_event_has_its_leaf_and_ids_are_dense(database: str) -> None:
    check_history(lay(database))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_order_of_leaves_is_caught(database: str, fault: str) -> None:
    url = lay_with_fault(database, FAULTS[fault])
    with pytest.raises(AssertionError):
        check_history(url)


def test_laying_a_ledger_twice_changes_nothing(database: str) -> None:
    check_history(lay(database))
    events = "SELECT count(*), max(notification_id) FROM tracking.tracking_events"
    before = rows(database, events)
    lay(database)
    assert rows(database, events) == before
