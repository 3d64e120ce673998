"""One recommendation as the record shows it: what was told makes it, now and as at a past day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.record import (
    Basis,
    Told,
    as_at,
    as_recorded,
    due_of,
    first_day,
    fold,
    is_late,
    status_of,
)

OPENED = datetime(2026, 1, 10, 9, tzinfo=UTC)
WORDS = "Ratify the Optional Protocol"
RECEIVED = {
    "number": "REC-00007",
    "state": "XDM",
    "mechanism": "UPR",
    "official": True,
    "language": "en",
    "text": WORDS,
    "recommending_states": ["FRA"],
}
ADDED: dict[str, Any] = {"reason": "As the report has it."}


def told(
    topic: str, day: int, body: dict[str, Any] | None = None, *, happened: int | None = None
) -> Told:
    """Return an event recorded on the day-th day, which happened then or on another."""
    name = f"{topic}.v1"
    source = topic.partition(".")[0]
    return Told(
        event_id=str(uuid5(UUID(int=7), f"{topic}{day}{happened}{body}")),
        topic=name,
        source=source,
        sequence=day,
        version=day + 1,
        happened_at=OPENED + timedelta(days=day if happened is None else happened),
        recorded_at=OPENED + timedelta(days=day),
        actor="018f0000-0000-7000-8000-000000000001",
        body=RECEIVED if topic.endswith("received") else body or {},
    )


def intake(what: str, day: int, body: dict[str, Any] | None = None, **more: int) -> Told:
    return told(f"intake.recommendation.{what}", day, body, **more)


def case(what: str, day: int, body: dict[str, Any] | None = None, **more: int) -> Told:
    return told(f"tracking.case.{what}", day, body, **more)


HISTORY = [
    intake("received", 0),
    intake("published", 1),
    case("opened", 2),
    intake("position-recorded", 10, {"position": "noted"}, happened=5),
    intake("corrected", 20, {"fields": {"text": f"{WORDS} now"}, **ADDED}, happened=3),
    case("assigned", 25, {"lead": "justice", "supporting": ["interior"], "deadline": "2026-12-01"}),
    intake("withdrawn", 30, {"reason": "The wrong file", "import_id": "i"}),
    intake("reinstated", 40, {"reason": "It was the right file"}),
    case("assessed", 50, {"track": "state", "status": "in-progress", "note": {}}, happened=45),
    case("assessed", 55, {"track": "independent", "status": "not-started", "note": {}}),
    case("closed", 60, {"reason": "Done"}),
]


def at(day: float, basis: Basis) -> dict[str, Any]:
    """Return the record of that history as it stood at a day."""
    record, known = as_at(HISTORY, OPENED + timedelta(days=day), basis)
    assert record is not None
    assert record == fold(known)
    return record


def test_what_was_told_makes_the_record() -> None:
    record = fold(HISTORY)
    assert record is not None
    assert record["texts"] == {"en": f"{WORDS} now"}
    assert record["origins"] == {"en": "official"}
    assert record["position"] == "noted"
    assert (record["lead"], record["supporting"]) == ("justice", ["interior"])
    assert record["deadline"] == "2026-12-01"
    assert record["statuses"] == {"state": "in-progress", "independent": "not-started"}
    assert (record["published"], record["withdrawn"]) == (True, False)
    assert (record["case"], record["closed"]) == (True, True)
    assert record["version"] == len(HISTORY)
    assert record["changed_at"] == HISTORY[-1].recorded_at.isoformat()


@pytest.mark.parametrize(
    ("what", "body", "field", "value"),
    [
        (
            "translated",
            {"language": "ar", "text": "صدّقوا على البروتوكول", "origin": "authorised"},
            "texts",
            {"en": WORDS, "ar": "صدّقوا على البروتوكول"},
        ),
        ("summarised", {"language": "ar", "summary": "تصديق"}, "summaries", {"ar": "تصديق"}),
        ("classified", {"sdgs": ["16.3"]}, "sdgs", ["16.3"]),
        (
            "linked",
            {"relation": "repeats", "other": "x", "other_number": "REC-00002"},
            "links",
            [{"relation": "repeats", "other": "x", "number": "REC-00002"}],
        ),
        ("position-recorded", {"position": "supported"}, "position", "supported"),
        ("corrected", {"fields": {"paragraph": "12"}, **ADDED}, "paragraph", "12"),
        ("published", None, "published", True),
        ("withdrawn", {"reason": "twice"}, "withdrawn", True),
    ],
)
def test_each_kind_of_event_changes_what_it_is_about_and_nothing_else(
    what: str, body: dict[str, Any], field: str, value: object
) -> None:
    before = fold(HISTORY[:1])
    after = fold([HISTORY[0], intake(what, 3, body)])
    assert before is not None
    assert after is not None
    assert after[field] == value
    changed = {name for name in after if after[name] != before[name]}
    assert {field, "version", "changed_at"} <= changed
    assert changed <= {field, "version", "changed_at", "origins", "groups", "themes"}


def test_the_official_record_replaces_a_provisional_one() -> None:
    typed = replace(HISTORY[0], body={**RECEIVED, "official": False})
    official = intake("confirmed", 9, {"text": "Ratify it", "symbol": "A/HRC/60/7"})
    before, after = fold([typed]), fold([typed, official])
    assert before is not None
    assert after is not None
    assert (before["official"], before["origins"]) == (False, {"en": "provisional"})
    assert (after["official"], after["origins"]) == (True, {"en": "official"})
    assert (after["texts"]["en"], after["symbol"]) == ("Ratify it", "A/HRC/60/7")


def test_a_confirmation_that_is_taken_back_leaves_a_provisional_record() -> None:
    typed = replace(HISTORY[0], body={**RECEIVED, "official": False})
    official = intake("confirmed", 9, {"text": "Ratify it", "symbol": "A/HRC/60/7"})
    published = intake("published", 9, {"number": "REC-00001"})
    back = intake("confirmation-withdrawn", 10, {"reason": "Wrong file", "published": False})
    after = fold([typed, official, published, back])
    assert after is not None
    assert (after["official"], after["origins"]) == (False, {"en": "provisional"})
    assert (after["published"], after["source"]) == (False, None)


def test_what_no_rule_knows_changes_nothing() -> None:
    strange = intake("admired", 3, {"text": "else"})
    assert fold([HISTORY[0], strange]) == fold(HISTORY[:1])
    assert fold([strange]) is None


@pytest.mark.parametrize(
    ("day", "text", "position", "withdrawn", "status"),
    [
        (4, WORDS, None, False, "no-information"),
        (19, WORDS, "noted", False, "no-information"),
        (20, f"{WORDS} now", "noted", False, "no-information"),
        (29, f"{WORDS} now", "noted", False, "not-started"),
        (35, f"{WORDS} now", "noted", True, "not-started"),
        (45, f"{WORDS} now", "noted", False, "not-started"),
        (50, f"{WORDS} now", "noted", False, "in-progress"),
    ],
)
def test_as_at_by_the_day_recorded_it_says_what_the_record_said_then(
    *, day: int, text: str, position: str | None, withdrawn: bool, status: str
) -> None:
    record = at(day, "recorded")
    assert record["texts"]["en"] == text
    assert (record["position"], record["withdrawn"]) == (position, withdrawn)
    assert status_of(record) == status


@pytest.mark.parametrize(
    ("day", "text", "position", "withdrawn", "status"),
    [
        (2, WORDS, None, False, "no-information"),
        (3, f"{WORDS} now", None, False, "no-information"),
        (5, f"{WORDS} now", "noted", False, "no-information"),
        (30, f"{WORDS} now", "noted", True, "not-started"),
        (40, f"{WORDS} now", "noted", False, "not-started"),
        (45, f"{WORDS} now", "noted", False, "in-progress"),
    ],
)
def test_as_at_by_the_day_happened_it_says_what_had_taken_place_as_we_know_now(
    *, day: int, text: str, position: str | None, withdrawn: bool, status: str
) -> None:
    record = at(day, "happened")
    assert record["texts"]["en"] == text
    assert (record["position"], record["withdrawn"]) == (position, withdrawn)
    assert status_of(record) == status


def test_before_it_was_received_there_is_no_record() -> None:
    for basis in ("recorded", "happened"):
        assert as_at(HISTORY, OPENED - timedelta(seconds=1), basis) == (None, [])


EARLIER = [
    intake("received", 10, happened=2),
    intake("corrected", 11, {"fields": {"text": "Ratify"}, **ADDED}, happened=-5),
    intake("published", 12, happened=4),
]


@pytest.mark.parametrize(
    ("history", "kept", "public"),
    [
        (HISTORY, 0, 1),
        (EARLIER, 2, 4),
        ([EARLIER[0], replace(EARLIER[2], happened_at=OPENED)], 2, 2),
        (EARLIER[:2], 2, None),
        (HISTORY[1:], None, None),
    ],
)
def test_the_first_day_is_that_of_the_receipt_and_for_everyone_that_of_publication(
    history: list[Told], kept: int | None, public: int | None
) -> None:
    """Whichever of the two dates is the earlier; a correction of before the receipt is none."""
    for everything, day in ((True, kept), (False, public)):
        expected = None if day is None else (OPENED + timedelta(days=day)).date()
        assert first_day(history, everything=everything) == expected


def test_nothing_stands_before_its_receipt_whatever_day_it_happened() -> None:
    early = intake("position-recorded", 2, {"position": "noted"}, happened=-40)
    record, known = as_at([HISTORY[0], early], OPENED, "happened")
    assert [each.topic for each in known] == [HISTORY[0].topic, early.topic]
    assert record is not None
    assert record["position"] == "noted"


def test_an_act_of_the_independent_body_is_not_the_states_word() -> None:
    only = [HISTORY[0], case("assessed", 4, {"track": "independent", "status": "implemented"})]
    record = fold(only)
    assert record is not None
    assert status_of(record) == "no-information"


def streams() -> st.SearchStrategy[list[Told]]:
    """Return orders in which two streams may arrive: each in its own order, interleaved anyhow."""

    def woven(turns: list[bool]) -> list[Told]:
        queues = [
            [each for each in HISTORY if each.source == name] for name in ("intake", "tracking")
        ]
        heard = [queues[turn].pop(0) for turn in turns if queues[turn]]
        return heard + queues[0] + queues[1]

    return st.lists(st.booleans(), min_size=len(HISTORY), max_size=2 * len(HISTORY)).map(woven)


@given(streams())
def test_the_order_in_which_two_streams_arrive_does_not_matter(heard: list[Told]) -> None:
    for source in ("intake", "tracking"):
        own = [each.sequence for each in heard if each.source == source]
        assert all(one < other for one, other in pairwise(own))
    assert fold(as_recorded(heard)) == fold(HISTORY)


@given(streams(), st.floats(-1, 70), st.sampled_from(["recorded", "happened"]))
def test_as_at_does_not_depend_on_the_order_of_arrival(
    heard: list[Told], day: float, basis: Basis
) -> None:
    moment = OPENED + timedelta(days=day)
    assert as_at(heard, moment, basis) == as_at(HISTORY, moment, basis)


@pytest.mark.parametrize("basis", ["recorded", "happened"])
def test_what_the_ledger_holds_later_wins_though_its_act_was_framed_earlier(basis: Basis) -> None:
    """An act that was tried again bears the hour of its first try, and a later place."""
    younger = intake("position-recorded", 20, {"position": "noted"})
    again = intake("position-recorded", 12, {"position": "supported"})
    again = replace(again, sequence=21, version=22)
    record = fold(as_recorded([HISTORY[0], again, younger]))
    assert record is not None
    assert record["position"] == "supported"
    days = {15: None, 20: "supported"}
    for day, position in days.items():
        moment = OPENED + timedelta(days=day)
        then, _ = as_at([HISTORY[0], again, younger], moment, basis)
        assert then is not None
        assert then["position"] == position


def test_a_case_that_a_slower_clock_opened_before_the_receipt_still_counts() -> None:
    opened = case("opened", -1)
    record = fold(as_recorded([opened, HISTORY[0]]))
    assert record is not None
    assert record["case"] is True


@given(st.floats(0, 70), st.floats(0, 70), st.sampled_from(["recorded", "happened"]))
def test_a_later_day_never_knows_less(one: float, other: float, basis: Basis) -> None:
    earlier, later = sorted((one, other))
    before = as_at(HISTORY, OPENED + timedelta(days=earlier), basis)[1]
    after = as_at(HISTORY, OPENED + timedelta(days=later), basis)[1]
    assert after[: len(before)] == before or basis == "happened"
    assert {each.event_id for each in before} <= {each.event_id for each in after}


DEADLINE = date(2026, 12, 1)
ASSIGNED = [*HISTORY[:3], HISTORY[5]]


@pytest.mark.parametrize(
    ("more", "late"),
    [
        ([], True),
        ([case("assessed", 50, {"track": "state", "status": "in-progress"})], True),
        ([case("assessed", 50, {"track": "independent", "status": "implemented"})], True),
        ([case("assessed", 50, {"track": "state", "status": "implemented"})], False),
        ([case("assessed", 50, {"track": "state", "status": "no-longer-applicable"})], False),
        ([case("closed", 50, {"reason": "Merged"})], False),
        ([intake("withdrawn", 50, {"reason": "The wrong file"})], False),
    ],
)
def test_what_is_late_is_so_until_it_is_settled(more: list[Told], *, late: bool) -> None:
    record = fold([*ASSIGNED, *more])
    assert record is not None
    assert due_of(record) == (DEADLINE if late else None)
    assert is_late(record, DEADLINE + timedelta(days=1)) is late
    assert is_late(record, DEADLINE) is False


def test_without_a_deadline_nothing_is_late() -> None:
    record = fold(HISTORY[:3])
    assert record is not None
    assert not is_late(record, date(2999, 1, 1))
