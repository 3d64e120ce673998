"""Step 3 of an event's life: every event has its leaf, both under one dense order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from libs.ledger.leaf import commitment, new_salt
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
    assert (leaf["src"], leaf["origin"]) == ("tracking", meta["origin"])
    assert leaf["c"] == commitment(meta["salt"], json.dumps(state).encode())


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


PRIVATE_WORDS = "call-layla-at-home-before-friday"
WHOLE: dict[str, Any] = {
    "on_behalf_of": "person-2",
    "causation_id": "an-event",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "policy": "0123456789ab:secretariat-assigns",
}


def recorded_whole(url: str) -> tuple[bytes, bytes]:
    """Record one event with everything that an envelope may hold; return its state and its leaf."""
    with opened(url, origin="north") as ledger:
        ledger.record(replace(act(PRIVATE_WORDS), **WHOLE), new_case())
    [(state, leaf)] = rows(
        url, "SELECT e.state, l.leaf FROM tracking.tracking_events e, tracking.leaves l"
    )
    assert isinstance(state, bytes)
    assert isinstance(leaf, bytes)
    return state, leaf


def altered(state: bytes) -> Iterator[tuple[str, bytes]]:
    """Give each part of a stored event that can be altered or dropped, and what it is then."""
    for room, names in json.loads(state).items():
        for name in names if isinstance(names, dict) else [None]:
            for value in (new_salt(), None):
                stored = json.loads(state)
                held, key = (stored[room], name) if name else (stored, room)
                held[key] = value
                if value is None and key != "salt":
                    del held[key]
                if held.get("salt", "") is not None:
                    yield key, json.dumps(stored).encode()


def unproved(state: bytes, leaf: bytes, made_of: Callable[[bytes], object]) -> list[str]:
    """Return the parts of a stored event that may be altered or dropped, and its leaf fits."""
    proof = json.loads(leaf)["c"]
    assert proof == made_of(state)
    return [name for name, stored in altered(state) if made_of(stored) == proof]


def committed(state: bytes) -> str:
    return commitment(json.loads(state)["meta"]["salt"], state)


def committed_to_fields_alone(state: bytes) -> str:
    stored = json.loads(state)
    fields = json.dumps({"data": stored["data"], "meta": {}}).encode()
    return commitment(stored["meta"]["salt"], fields)


def test_nothing_stored_can_be_altered_unseen(database: str) -> None:
    state, leaf = recorded_whole(lay(database))
    meta = json.loads(state)["meta"]
    assert {"happened", "behalf", "policy", "causation", "correlation", "origin"} <= meta.keys()
    assert unproved(state, leaf, committed) == []


def test_a_commitment_to_the_fields_alone_is_caught(database: str) -> None:
    state, _ = recorded_whole(lay(database))
    leaf = json.dumps({"c": committed_to_fields_alone(state)}).encode()
    assert "happened" in unproved(state, leaf, committed_to_fields_alone)


def test_the_askers_words_for_a_key_are_not_kept_for_ever(database: str) -> None:
    state, leaf = recorded_whole(lay(database))
    assert PRIVATE_WORDS.encode() not in state + leaf
    hashed = hashlib.sha256(PRIVATE_WORDS.encode()).hexdigest()
    assert json.loads(state)["meta"]["command"] == json.loads(leaf)["cmd"] == hashed


def test_a_leaf_names_its_origin(database: str) -> None:
    state, leaf = recorded_whole(lay(database))
    assert json.loads(state)["meta"]["origin"] == json.loads(leaf)["origin"] == "north"
