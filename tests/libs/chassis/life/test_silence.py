"""Steps 1 and 3 of an event's life: who asks hears what is known of the record, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx
import psycopg
import pytest

from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.ledger import writer
from libs.ledger.writer import LedgerUnavailable, Writer
from libs.testkit.waiting import until_true
from tests.libs.chassis.life.small_house import RECOMMENDATION, SmallHouse
from tests.libs.chassis.life.test_command import told
from tests.libs.chassis.life.test_reaction import Outage

UNKNOWN = (503, "/problems/not-known-whether-recorded")
UNAVAILABLE = (503, "/problems/unavailable")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what a test would have to sit out; the order of things stays as it ships."""
    monkeypatch.setattr(writer, "DEADLINE_SECONDS", 2.0)


def receive(house: SmallHouse, key: str, language: str = "en") -> httpx.Response:
    return house.ask(
        "POST",
        "intake/recommendations",
        "secretary",
        RECOMMENDATION,
        Idempotency_Key=key,
        Accept_Language=language,
    )


def received(house: SmallHouse) -> int:
    """How many recommendations the record holds."""
    topics = [event.topic for event in house.events("intake")]
    return topics.count("intake.recommendation.received.v1")


@contextmanager
def silent(house: SmallHouse) -> Iterator[None]:
    """Let the database take commands of intake and answer none; end when what it took is done."""
    held = "SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    busy = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s) AND state <> 'idle'"
    with psycopg.connect(house.database, autocommit=True) as other:
        with other.transaction():
            other.execute("LOCK TABLE intake.intake_events IN EXCLUSIVE MODE")
            try:
                yield
            finally:
                taken = [pid for (pid,) in other.execute(held)]
        until_true(lambda: other.execute(busy, [taken]).fetchone() == (0,))


def check_silence(house: SmallHouse) -> None:
    """What may be recorded is not said to be unrecorded; repeated, it is recorded once."""
    before, key = received(house), str(uuid4())
    with silent(house):
        first = receive(house, key)
    assert told(first) == UNKNOWN
    assert first.json()["facts"]["key"] == key
    assert "same again" in first.json()["detail"]
    again = receive(house, key, "ar")
    assert again.status_code == 201, again.text
    assert receive(house, key).json() == again.json()
    assert received(house) == before + 1


def test_a_silence_after_sending_is_told_as_not_known(house: SmallHouse) -> None:
    check_silence(house)


def test_a_silence_that_is_told_as_nothing_recorded_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guessing(_: Writer, *, was_sent: bool) -> LedgerUnavailable:
        return LedgerUnavailable(str(was_sent))

    monkeypatch.setattr(Writer, "_silence", guessing)
    with pytest.raises(AssertionError, match="not-known"):
        check_silence(house)


def test_a_database_that_is_away_is_no_defect_and_nothing_is_recorded(
    house: SmallHouse, postgres: EmbeddedPostgres
) -> None:
    before, key = received(house), str(uuid4())
    outage = Outage(postgres, house.database)
    outage.begin()
    try:
        answers = [told(receive(house, key)) for _ in range(2)]
    finally:
        outage.end()
    assert answers[-1] == UNAVAILABLE
    until_true(lambda: receive(house, key).status_code == 201, seconds=40)
    assert received(house) == before + 1
