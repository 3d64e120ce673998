"""Step 3 of an event's life: whoever has seen an id has seen all before it, by the lock."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import pytest

from libs.ledger.ledger import Conflict, Ledger
from libs.testkit.waiting import until_true
from tests.libs.ledger.laying import act, assign, lay_with_fault, new_case, opened, record_case

LOCK = "  LOCK TABLE {service}.{service}_events IN EXCLUSIVE MODE;\n"
HEAD = (
    "SELECT coalesce((SELECT notification_id FROM {service}.{service}_events"
    " ORDER BY notification_id DESC LIMIT 1), 0) INTO base;"
)
FIRST_TABLE = "CREATE TABLE IF NOT EXISTS {service}.{service}_events ("
#: As the library does it: ids from a sequence, drawn before the commit, with room for a batch.
FROM_SEQUENCE = (
    (LOCK, ""),
    (HEAD, "base := 5000 * nextval('{service}.ids');"),
    (FIRST_TABLE, "CREATE SEQUENCE IF NOT EXISTS {service}.ids;\n" + FIRST_TABLE),
)
WRITERS, THREADS, COMMANDS = 2, 4, 30
ENOUGH_TRIES = 12


@dataclass(slots=True)
class Seen:
    """What a tailing reader saw while writers were at work."""

    stored: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)
    conflicts: int = 0
    failed: list[BaseException] = field(default_factory=list)

    @property
    def missed(self) -> int:
        return len(self.stored - self.read)


class Tail:
    """Reads on from the last id it saw, as followers do, until told that writing has ended."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ended = threading.Event()
        self.read: set[int] = set()

    @contextmanager
    def following(self) -> Iterator[None]:
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(self._follow)
            try:
                yield
            finally:
                self._ended.set()
                work.result(30)

    def _follow(self) -> None:
        position = 0
        query = (
            "SELECT notification_id FROM tracking.tracking_events WHERE notification_id > %s"
            " ORDER BY notification_id LIMIT 500"
        )
        with psycopg.connect(self._url, autocommit=True) as connection:
            while True:
                ended = self._ended.is_set()
                found = [row[0] for row in connection.execute(query, (position,))]
                self.read.update(found)
                position = found[-1] if found else position
                if ended and not found:
                    return


def write_and_tail(url: str) -> Seen:
    """Let writers of two processes' kind contend for a few cases while a reader follows."""
    seen, tail = Seen(), Tail(url)
    ledgers = [Ledger("tracking", url, [type(new_case()).Created]) for _ in range(WRITERS)]
    hot = [record_case(ledgers[0], f"REC-{number}") for number in range(3)]
    with tail.following(), ThreadPoolExecutor(WRITERS * THREADS) as pool:
        work = [pool.submit(_write, ledgers[n % WRITERS], hot, n) for n in range(WRITERS * THREADS)]
        for each in work:
            if (failed := each.exception()) is not None:
                seen.failed.append(failed)
            else:
                seen.conflicts += each.result()
    for ledger in ledgers:
        ledger.close()
    with psycopg.connect(url) as connection:
        stored = connection.execute("SELECT notification_id FROM tracking.tracking_events")
        seen.stored = {row[0] for row in stored}
    seen.read = tail.read
    return seen


def _write(ledger: Ledger, hot: list[UUID], number: int) -> int:
    conflicts = 0
    choice = random.Random(number)
    for turn in range(COMMANDS):
        if turn % 3 == 0:
            record_case(ledger, f"REC-{number}-{turn}")
            continue
        try:
            assign(ledger, choice.choice(hot), f"M{number}-{turn}")
        except Conflict:
            conflicts += 1
    return conflicts


def check_order(url: str) -> None:
    """Nothing may be missed, no command may fail, and ids must be dense."""
    seen = write_and_tail(url)
    assert not seen.failed
    assert seen.missed == 0
    assert seen.stored == set(range(1, len(seen.stored) + 1))
    assert seen.conflicts > 0, "no two commands contended: the load proves nothing"


def check_commit_order(url: str) -> None:
    """A transaction that began first and commits last must not slip behind a reader's back."""
    tail: list[int] = []
    with (
        opened(url) as ledger,
        psycopg.connect(url) as slow,
        psycopg.connect(url, autocommit=True) as reader,
        ThreadPoolExecutor(1) as pool,
    ):
        _append_by_hand(slow)
        other = pool.submit(ledger.record, act(), new_case())
        until_true(lambda: other.done() or _waits_for_lock(reader), what="the second writer's turn")
        tail += _read_on(reader, 0)
        slow.commit()
        other.result(30)
        tail += _read_on(reader, tail[-1] if tail else 0)
        assert tail == _read_on(reader, 0)


def _append_by_hand(connection: psycopg.Connection) -> None:
    """Send one command through the function, and leave its transaction open."""
    case = new_case()
    connection.execute(
        "SELECT * FROM tracking.append('{0}','{someone}','{a-key}',%(b)s::bytea[],%(b)s::bytea[],"
        "'{2030-01-01}','{0}',%(stream)s::uuid[],'{1}','{tracking.case.opened.v1}',%(b)s::bytea[],"
        "%(b)s::bytea[],'{}','{}','{}','{}')",
        {"b": [b"{}"], "stream": [case.id]},
    )


def _waits_for_lock(connection: psycopg.Connection) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'"
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _read_on(connection: psycopg.Connection, position: int) -> list[int]:
    query = (
        "SELECT notification_id FROM tracking.tracking_events WHERE notification_id > %s"
        " ORDER BY notification_id"
    )
    return [row[0] for row in connection.execute(query, (position,))]


def test_a_tailing_reader_misses_nothing_while_writers_contend(url: str) -> None:
    check_order(url)


def test_a_slow_transaction_does_not_slip_behind_a_reader(url: str) -> None:
    check_commit_order(url)


def test_ids_from_a_sequence_without_the_lock_are_caught(database: str) -> None:
    url = lay_with_fault(database, *FROM_SEQUENCE)
    with pytest.raises(AssertionError):
        check_commit_order(url)


def test_the_lock_left_out_makes_commands_fail(database: str) -> None:
    url = lay_with_fault(database, (LOCK, ""))
    with pytest.raises(AssertionError):
        _check_order_often(url)


def _check_order_often(url: str) -> None:
    for _ in range(ENOUGH_TRIES):
        check_order(url)


def test_without_the_lock_a_tailing_reader_misses_events_under_load(database: str) -> None:
    url = lay_with_fault(database, *FROM_SEQUENCE)
    deadline = time.monotonic() + 60
    missed = 0
    for _ in range(ENOUGH_TRIES):
        missed += write_and_tail(url).missed
        if missed or time.monotonic() > deadline:
            break
    assert missed > 0
