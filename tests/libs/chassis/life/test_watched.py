"""Step 1 of an event's life: what is kept of refused attempts and of readings, and how much."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from libs.chassis import service as services
from libs.chassis.attempt import FURTHER, MOST_APART, is_told
from libs.chassis.hourly import Hourly
from libs.kernel.refusal import Refusal
from libs.ledger.act import Act
from libs.ledger.ledger import Ledger
from libs.ledger.vault import Vault
from libs.ledger.writer import LedgerUnavailable
from services.tracking.domain.case import Case
from tests.libs.chassis.life.small_house import CUSTODIAN, SmallHouse

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
MANY = 1_000
CLOSURE = {"reason": "Done"}


@pytest.fixture(autouse=True)
def _new_hour(house: SmallHouse) -> None:
    """Let each test begin as at the beginning of an hour."""
    for each in house.running.services:
        each._attempts = Hourly(MOST_APART, FURTHER)
        each._readings = Hourly()


def kept(house: SmallHouse, service: str, what: str) -> list[Any]:
    topic = f"{service}.{what}"
    return [event for event in house.events(service) if event.topic == topic]


def attempts(house: SmallHouse) -> list[Any]:
    return kept(house, "tracking", "attempt.refused.v2")


def try_to_close(house: SmallHouse, recommendation: UUID) -> int:
    path = f"tracking/cases/{recommendation}/closure"
    return house.ask("POST", path, "secretary", CLOSURE).status_code


def check_repeated(house: SmallHouse, recommendation: UUID, many: int) -> None:
    """Refused many times, there are few events, and they say how often it was."""
    before = len(attempts(house))
    assert {try_to_close(house, recommendation) for _ in range(many)} == {403}
    told = [event.data for event in attempts(house)[before:]]
    assert [each["times"] for each in told] == [n for n in (1, 10, 100, 1000) if n <= many]
    assert {each["thing"] for each in told} == {str(Case.identity(recommendation))}
    assert {each["action"] for each in told} == {"case.close"}


def test_a_thousand_refusals_leave_a_handful_of_events(house: SmallHouse) -> None:
    check_repeated(house, house.publish_one(), MANY)


def test_recording_each_refusal_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "is_told", lambda _: True)
    with pytest.raises(AssertionError):
        check_repeated(house, house.publish_one(), 12)


class Refused(Refusal):
    """A refusal of the tests."""


def refuse(house: SmallHouse, thing: str, person: str = "somebody") -> None:
    """Let tracking record a refusal, as the frame of a request does."""
    asked = Act.of_person(person, key=None, request=b"")
    house.service("tracking").record_refused(asked, "case.close", thing, {"lead": "x"}, Refused())


def test_refusals_at_a_thousand_things_are_told_apart_for_some_alone(house: SmallHouse) -> None:
    before = len(attempts(house))
    for number in range(MANY):
        refuse(house, f"thing-{number}")
    told = [event.data for event in attempts(house)[before:]]
    assert len(told) == MOST_APART + 3
    assert [each["thing"] for each in told[:MOST_APART]] == [
        f"thing-{number}" for number in range(MOST_APART)
    ]
    further = [(each["thing"], each["times"], each["attributes"]) for each in told[MOST_APART:]]
    assert further == [(FURTHER, 1, {}), (FURTHER, 10, {}), (FURTHER, 100, {})]


def test_one_persons_refusals_do_not_hide_anothers(house: SmallHouse) -> None:
    for number in range(2 * MOST_APART):
        refuse(house, f"thing-{number}")
    refuse(house, "thing-999", "somebody else")
    last = attempts(house)[-1]
    assert (last.data["thing"], last.data["times"], last.meta["actor"]) == (
        "thing-999", 1, "somebody else",
    )  # fmt: skip


def test_what_could_not_be_recorded_is_recorded_the_next_time(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise LedgerUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", away)
        with pytest.raises(LedgerUnavailable):
            refuse(house, "thing")
    before = len(attempts(house))
    refuse(house, "thing")
    assert [event.data["times"] for event in attempts(house)[before:]] == [1]


def test_an_hour_begins_anew() -> None:
    counts = Hourly()
    assert [counts.count("p", "t", AT)[1] for _ in range(3)] == [1, 2, 3]
    assert counts.count("p", "t", AT + timedelta(hours=1))[1] == 1
    assert counts.count("p", "t", AT)[1] == 2, "an hour that is over does not come back"


def test_what_is_taken_back_after_the_hour_leaves_the_next_one_whole() -> None:
    counts = Hourly()
    counts.count("p", "t", AT)
    counts.count("p", "other", AT + timedelta(hours=1))
    counts.take_back("p", "t")
    assert counts.count("p", "t", AT + timedelta(hours=1))[1] == 1


def test_powers_of_ten_are_told() -> None:
    assert [n for n in range(1, 2_000) if is_told(n)] == [1, 10, 100, 1_000]


# --- readings -----------------------------------------------------------------------------------


def readings(house: SmallHouse) -> list[Any]:
    return kept(house, "directory", "reading.made.v1")


def check_reading(house: SmallHouse) -> None:
    """Who reads about somebody else is on record, by which rule and about whom; once an hour."""
    before = len(readings(house))
    subject, reader = house.people["secretary"], house.people["administrator"]
    for _ in range(3):
        house.done("GET", f"directory/people/{subject}", "administrator")
    (told,) = readings(house)[before:]
    assert told.data == {"action": "person.read-personal", "subjects": [subject]}
    assert told.meta["actor"] == reader
    version = house.service("directory").permissions.version
    assert told.meta["policy"] == f"{version}:administrators-keep-people"


def test_who_reads_about_another_is_recorded(house: SmallHouse) -> None:
    check_reading(house)


def test_a_reading_that_leaves_no_trace_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.Service, "record_reading", lambda *_: None)
    with pytest.raises(ValueError, match="not enough values"):
        check_reading(house)


def test_a_list_is_one_reading_of_all_whom_it_shows_but_the_reader(house: SmallHouse) -> None:
    before = len(readings(house))
    listed = house.done("GET", "directory/people?limit=200", "administrator")
    again = house.done("GET", "directory/people?limit=200", "administrator")
    (told,) = readings(house)[before:]
    others = {each["id"] for each in listed} - {house.people["administrator"]}
    assert again == listed
    assert set(told.data["subjects"]) == others
    assert others >= {house.people["secretary"], house.people["chair"]}


def test_what_is_ones_own_or_the_portals_name_on_a_page_is_no_reading(house: SmallHouse) -> None:
    before = len(readings(house))
    house.done("GET", f"directory/people/{house.people['administrator']}", "administrator")
    house.done("GET", f"directory/people/{house.people['chair']}/name", "portal")
    assert readings(house)[before:] == []


def test_what_cannot_be_recorded_is_not_read(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise LedgerUnavailable

    path = f"directory/people/{house.people['chair']}"
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", away)
        assert house.ask("GET", path, "administrator").status_code == 503
    before = len(readings(house))
    house.done("GET", path, "administrator")
    assert len(readings(house)) == before + 1


def test_who_reads_while_the_first_reading_is_being_recorded_is_not_answered_on_its_account(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one waits for a database that is away; the second may not read meanwhile."""
    directory = house.service("directory")
    waits, gives_up = threading.Event(), threading.Event()

    def slow(*_: Any, **__: Any) -> None:
        if not waits.is_set():
            waits.set()
            gives_up.wait(30)
        raise LedgerUnavailable

    def read() -> None:
        asked = Act.of_person("reader", key=None, request=b"")
        directory.record_reading(asked, "person.read-personal", ["somebody"])

    monkeypatch.setattr(Ledger, "record", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(read)
        assert waits.wait(30)
        try:
            with pytest.raises(LedgerUnavailable):
                read()
        finally:
            gives_up.set()
        assert isinstance(first.exception(30), LedgerUnavailable)


def test_a_refused_reading_is_recorded_as_an_attempt(house: SmallHouse) -> None:
    chair = house.people["chair"]
    assert house.ask("GET", f"directory/people/{chair}", "secretary").status_code == 403
    last = kept(house, "directory", "attempt.refused.v2")[-1]
    assert (last.data["action"], last.data["thing"]) == ("person.read-personal", chair)
    assert last.data["attributes"] == {"custodian": CUSTODIAN}
    assert last.meta["actor"] == house.people["secretary"]


def test_what_is_recorded_on_the_event_loop_is_a_defect(house: SmallHouse) -> None:
    """It may take seconds, in which nobody else would be answered."""

    async def on_the_loop() -> None:
        refuse(house, "on the loop")

    with pytest.raises(RuntimeError, match="event loop"):
        house.run(on_the_loop())


def test_no_key_is_read_on_the_event_loop(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of people opens a file for each of them."""
    opened, threads = Vault.open, set()

    def noting(*given: Any) -> dict[str, str]:
        threads.add(threading.current_thread())
        return opened(*given)

    monkeypatch.setattr(Vault, "open", noting)
    house.done("GET", "directory/people?limit=200", "administrator")
    house.done("GET", f"directory/people/{house.people['chair']}", "administrator")
    assert threads
    assert house._thread not in threads
