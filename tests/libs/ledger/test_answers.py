"""Step 3 of an event's life: each command has its own answer, once, even when it is lost."""

from __future__ import annotations

import contextlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.ledger import ledger as ledgers
from libs.ledger import writer
from libs.ledger.ledger import Answer, Conflict, KeyReused, Ledger
from libs.ledger.writer import Command, LedgerUnavailable, Outcome, Writer, batches
from services.tracking.domain.case import Case
from tests.libs.ledger.laying import (
    act,
    assign,
    command,
    lay,
    lay_with_fault,
    new_case,
    opened,
    record_case,
    rows,
)
from tests.libs.ledger.losing import LosingConnection

Batching = Callable[[deque[Command]], list[Command]]
ANSWER_ROWS = "LEFT JOIN spans d ON d.ord = c.ord\n            WHERE c.ord <> ALL (bad))"
NEIGHBOURS = "      bad := bad || ARRAY("


def everything(waiting: deque[Command]) -> list[Command]:
    """Take all that waits into one batch: the check for streams and keys left out."""
    batch = list(waiting)
    waiting.clear()
    return batch


# --- one key, one effect ------------------------------------------------------------------------


def check_key(url: str) -> None:
    """The same request gets the first answer again; another request under the key is refused."""
    with opened(url) as ledger:
        answer = Answer(201, "/cases/1", {"version": 1})
        first = ledger.record(act("key-1"), new_case(), answer=answer)
        again = ledger.record(act("key-1"), new_case(), answer=Answer(500))
        assert (again.answer, again.position, again.repeated) == (answer, first.position, True)
        assert ledger.answered(act("key-1")) == again
        with pytest.raises(KeyReused):
            ledger.record(act("key-1", b"something else"), new_case())
        with pytest.raises(KeyReused):
            ledger.answered(act("key-1", b"something else"))
    assert rows(url, "SELECT count(*) FROM tracking.tracking_events") == [(1,)]


def test_a_key_gets_its_first_answer_and_no_other_request(url: str) -> None:
    check_key(url)


@pytest.mark.parametrize(
    "fault",
    [
        (ANSWER_ROWS, ANSWER_ROWS.replace("c.ord <> ALL (bad)", "false")),
        ("CASE WHEN a.request = c.request", "CASE WHEN true"),
    ],
    ids=["answer left out", "request not compared"],
)
def test_a_key_that_is_not_kept_is_caught(database: str, fault: tuple[str, str]) -> None:
    url = lay_with_fault(database, fault)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_key(url)


def test_the_same_command_at_once_from_many_is_recorded_once(ledger: Ledger, url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(ledger.record, act("key-1"), new_case()) for _ in range(16)]
        receipts = [each.result(30) for each in work]
    assert {receipt.position for receipt in receipts} == {1}
    assert [receipt.repeated for receipt in receipts].count(False) == 1
    assert rows(url, "SELECT count(*) FROM tracking.tracking_events") == [(1,)]


# --- batches ------------------------------------------------------------------------------------


def check_batches(take: Batching, commands: list[Command]) -> None:
    """No batch holds a stream or a key twice; each stream keeps its order; nothing is lost."""
    waiting, taken = deque(commands), list[Command]()
    while waiting:
        batch = take(waiting)
        touched = [touch for each in batch for touch in each.touches()]
        assert len(touched) == len(set(touched))
        taken += batch
    assert sorted(map(id, taken)) == sorted(map(id, commands))
    for touch in {touch for each in commands for touch in each.touches()}:
        of_one = [each for each in commands if touch in each.touches()]
        assert [each for each in taken if touch in each.touches()] == of_one


SOME = [UUID(int=number) for number in range(3)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(SOME)), max_size=12))
def test_no_batch_holds_a_stream_or_a_key_twice(drawn: list[tuple[str, UUID]]) -> None:
    check_batches(batches, [command(key, stream) for key, stream in drawn])


@pytest.mark.parametrize("twice", ["stream", "key"])
def test_batches_without_the_check_are_caught(twice: str) -> None:
    stream = uuid4()
    pair = {
        "stream": [command(stream=stream), command(stream=stream, version=2)],
        "key": [command("key-1"), command("key-1")],
    }[twice]
    check_batches(batches, pair)
    with pytest.raises(AssertionError):
        check_batches(everything, pair)


class CountingWriter(Writer):
    """Says how often the database refused a batch as a whole."""

    refused = 0

    def _send(self, batch: list[Command]) -> dict[int, Outcome]:
        try:
            return super()._send(batch)
        except psycopg.IntegrityError:
            self.refused += 1
            raise


def check_contention(url: str) -> None:
    """Commands of one case and of one key that wait together must never spoil a batch."""
    writer_ = CountingWriter(url, "tracking")
    with opened(url) as ledger:
        ledger._writer.close()
        ledger._writer = writer_
        case = record_case(ledger)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: _contend(ledger, case, n), range(48)))
    assert writer_.refused == 0


def _contend(ledger: Ledger, case: UUID, number: int) -> None:
    if number % 2:
        ledger.record(act(f"key-{number // 8}"), new_case())
        return
    with contextlib.suppress(Conflict):
        assign(ledger, case, f"M{number}")


def test_contending_commands_never_spoil_a_batch(url: str) -> None:
    check_contention(url)


def test_a_batch_with_one_stream_twice_is_caught(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "batches", everything)
    with pytest.raises(AssertionError):
        _contend_often(url)


def _contend_often(url: str) -> None:
    for _ in range(10):
        check_contention(url)


# --- neighbours ---------------------------------------------------------------------------------


def check_neighbours(url: str) -> None:
    """In one batch: a conflict, a repeated key, a reused key; the two others are recorded."""
    with _writing(url) as send:
        stream = uuid4()
        repeated = command("key-1", stream)
        assert send([repeated])[0].outcome == "recorded"
        reused = command("key-1")
        reused.request = b"something else"
        batch = [command(), command(stream=stream), repeated, command()]
        told = [outcome.outcome for _, outcome in sorted(send(batch).items())]
        assert told == ["recorded", "conflict", "answered", "recorded"]
        told = [outcome.outcome for _, outcome in sorted(send([reused, command()]).items())]
        assert told == ["key reused", "recorded"]
    told_of = rows(url, "SELECT max(notification_id), count(*) FROM tracking.tracking_events")
    assert told_of == [(4, 4)]


@contextmanager
def _writing(url: str) -> Iterator[Callable[[list[Command]], dict[int, Outcome]]]:
    writer_ = Writer(url, "tracking")
    try:
        yield writer_._send
    finally:
        writer_.close()


def test_one_commands_conflict_never_fails_its_neighbours(url: str) -> None:
    check_neighbours(url)


def test_a_conflict_that_takes_its_neighbours_along_is_caught(database: str) -> None:
    url = lay_with_fault(database, (NEIGHBOURS, "      bad := bad; PERFORM ARRAY("))
    with pytest.raises((AssertionError, psycopg.errors.UniqueViolation)):
        check_neighbours(url)


# --- the commit's answer is lost ----------------------------------------------------------------


def check_lost_answer(url: str) -> None:
    """The answer to a commit is cut off; the caller hears "recorded", the record holds it once."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LosingConnection(Path(folder), url) as line,
        opened(line.url) as ledger,
    ):
        case_id = record_case(ledger)
        line.lose("key-1")
        try:
            receipt = assign(ledger, case_id, "JUSTICE", key="key-1")
        except (Conflict, LedgerUnavailable) as told:
            pytest.fail(f"the caller was told {told!r}")
        assert line.lost == 1
        assert (receipt.position, receipt.repeated) == (2, True)
        assert ledger.load(Case, case_id).lead == "JUSTICE"
    events = rows(url, "SELECT count(*), max(notification_id) FROM tracking.tracking_events")
    assert events == [(2, 2)]
    assert rows(url, "SELECT count(*) FROM tracking.answers WHERE key = 'key-1'") == [(1,)]


def test_a_lost_answer_to_a_commit_is_found_again(url: str) -> None:
    check_lost_answer(url)


def test_a_lost_answer_without_a_kept_answer_is_caught(database: str) -> None:
    fault = (ANSWER_ROWS, ANSWER_ROWS.replace("c.ord <> ALL (bad)", "false"))
    url = lay_with_fault(database, fault)
    with pytest.raises(pytest.fail.Exception):
        check_lost_answer(url)


class GivingUp(Writer):
    """Takes a lost connection for an answer."""

    def _drop_connection(self) -> None:
        super()._drop_connection()
        self._closed = True


def test_a_writer_that_gives_up_after_a_lost_answer_is_caught(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "Writer", GivingUp)
    with pytest.raises(pytest.fail.Exception, match="OutcomeUnknown"):
        check_lost_answer(url)


def test_a_connection_that_the_server_ends_is_opened_again(ledger: Ledger, database: str) -> None:
    record_case(ledger)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tracking ledger'"
        )
    assert ledger.record(act(), new_case()).position == 2


def test_answers_to_people_expire_and_those_to_policies_stay(url: str, database: str) -> None:
    lay(database)
    with opened(url) as ledger:
        ledger.record(act("of-a-person"), new_case())
        ledger.record(
            type(act()).of_policy("tracking.open-case", event_id="e-1", correlation_id="c-1"),
            new_case(),
        )
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE tracking.answers SET kept_until = current_date - 1 WHERE kept_until IS NOT NULL"
        )
    assert rows(url, "SELECT tracking.expire_answers()") == [(1,)]
    assert rows(url, "SELECT actor FROM tracking.answers") == [("policy:tracking.open-case",)]
