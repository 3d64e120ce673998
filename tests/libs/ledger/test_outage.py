"""Step 3 of an event's life: while the database is silent, each command hears the truth in time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from libs.ledger import writer as writing
from libs.ledger.ledger import Ledger
from libs.ledger.writer import Command, LedgerUnavailable, Outcome, OutcomeUnknown, Writer
from libs.testkit.waiting import until_true
from services.tracking.domain.case import Case
from tests.libs.ledger.laying import act, command, end_all, record_case, rows

AWAY = "host=/nonexistent dbname=none"
EVENTS = "SELECT count(*) FROM tracking.tracking_events"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what a test would have to sit out; the order of things stays as it ships."""
    monkeypatch.setattr(writing, "DEADLINE_SECONDS", 2.0)
    monkeypatch.setattr(writing, "PAUSE", 0.01)
    monkeypatch.setattr(writing, "LONGEST_PAUSE", 0.05)


def told(writer: Writer, one: Command) -> str:
    """Hand a command in and wait; return what its caller hears."""
    try:
        return writer.record(one).outcome
    except LedgerUnavailable as silence:
        return type(silence).__name__


# --- the database is away -----------------------------------------------------------------------


class Persistent(Writer):
    """Goes on sending when nobody waits any more, each command of a batch by itself."""

    tries = 0

    def _open(self) -> psycopg.Connection:
        self.tries += 1
        return super()._open()

    def _in_time(self, batch: list[Command]) -> list[Command]:
        return batch


def check_away(kind: type[Writer]) -> None:
    """However many wait: all are told in time, the next ones too, and the writer comes to rest."""
    writer = kind(AWAY, "tracking")
    try:
        with ThreadPoolExecutor(40) as pool:
            for _ in range(2):
                heard = list(pool.map(lambda _: told(writer, command()), range(40)))
                assert heard == ["LedgerUnavailable"] * 40
        rest = writer.submit(command())
        until_true(rest.done, 8, "the writer comes to rest")
        assert isinstance(rest.exception(), LedgerUnavailable)
        assert not isinstance(rest.exception(), OutcomeUnknown)
    finally:
        writer.close()


def test_a_database_that_is_away_is_told_in_time() -> None:
    check_away(Writer)


def test_a_writer_that_never_gives_up_is_caught() -> None:
    with pytest.raises(AssertionError, match="comes to rest"):
        check_away(Persistent)


# --- the database is silent ---------------------------------------------------------------------


class Guessing(Writer):
    """Takes a command that was not answered for one that is not recorded."""

    def _silence(self, *, was_sent: bool) -> LedgerUnavailable:
        del was_sent
        return super()._silence(was_sent=False)


def check_silent(url: str, database: str, kind: type[Writer]) -> None:
    """What was sent may be recorded, and is; what waited behind it is not, and never will be."""
    writer = kind(url, "tracking")
    sent, behind = command("sent"), command("behind")
    try:
        with psycopg.connect(database) as other, ThreadPoolExecutor(2) as pool:
            other.execute("LOCK TABLE tracking.tracking_events IN EXCLUSIVE MODE")
            first = pool.submit(told, writer, sent)
            until_true(sent.done.running, what="the first is sent")
            second = pool.submit(told, writer, behind)
            assert (first.result(20), second.result(20)) == ("OutcomeUnknown", "LedgerUnavailable")
            other.rollback()
        until_true(lambda: rows(url, EVENTS) == [(1,)], what="the first is recorded after all")
        again = Command(sent.actor, sent.key, sent.request, sent.answer, None, sent.events)
        assert told(writer, again) == "answered"
        assert told(writer, command("last")) == "recorded"
        keys = "SELECT key FROM tracking.answers ORDER BY position"
        assert rows(url, keys) == [("sent",), ("last",)]
    finally:
        writer.close()


def test_what_was_sent_is_not_said_to_be_unrecorded(url: str, database: str) -> None:
    check_silent(url, database, Writer)


def test_a_writer_that_guesses_is_caught(url: str, database: str) -> None:
    with pytest.raises(AssertionError, match="OutcomeUnknown"):
        check_silent(url, database, Guessing)


# --- the answer comes at the very end ------------------------------------------------------------


class AtTheLastMoment(Future[Outcome]):
    """A future that is answered between the deadline and the look whether it may be given up."""

    def cancel(self) -> bool:
        self.set_running_or_notify_cancel()
        self.set_result(Outcome("recorded", 1, 1, b""))
        return super().cancel()


def test_an_answer_at_the_last_moment_is_heard(url: str) -> None:
    writer = Writer(url, "tracking")
    late = command()
    late.done = AtTheLastMoment()
    late.until = time.monotonic()
    writer._thread = threading.Thread(target=lambda: None)
    writer._thread.start()
    assert writer.record(late).outcome == "recorded"


def test_a_closing_writer_says_so() -> None:
    writer = Writer(AWAY, "tracking")
    waiting = writer.submit(command(str(uuid4())))
    writer.close()
    assert isinstance(waiting.exception(5), LedgerUnavailable)
    with pytest.raises(LedgerUnavailable):
        writer.submit(command())


def test_a_connection_that_died_meanwhile_is_met_by_nobody(ledger: Ledger, database: str) -> None:
    """Its server was started anew, say: whoever asks next is answered."""
    identity = record_case(ledger)
    for ask in (lambda: ledger.answered(act()), lambda: ledger.load(Case, identity)):
        ask()
        end_all(database)
        ask()
