"""The one path into history: concurrent commands share a transaction, each has its answer."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

MOST_COMMANDS = 256
MOST_EVENTS = 4096
RESENDS = 60
PAUSE = 0.1
LONGEST_PAUSE = 1.0
STOP_SECONDS = 30


class LedgerUnavailable(Exception):  # noqa: N818  a state of the world, named as one
    """The database could not be reached; nothing is known to be recorded."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One row of history with its leaf."""

    stream: UUID
    version: int
    topic: str
    state: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class NewSecret:
    """One sealed vault row: ``ref`` stands in the event, ``subject`` is whom erasing names."""

    ref: UUID
    subject: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one command: ``recorded``, ``answered``, ``key reused`` or ``conflict``."""

    outcome: str
    first_id: int | None
    last_id: int | None
    answer: bytes | None


@dataclass(slots=True)
class Command:
    """What is recorded together or not at all."""

    actor: str
    key: str
    request: bytes
    answer: bytes
    kept_until: date | None
    events: list[NewEvent]
    secrets: list[NewSecret] = field(default_factory=list)
    done: Future[Outcome] = field(default_factory=Future)

    def touches(self) -> set[Any]:
        """Return what may not stand twice in one batch: the key, and each stream."""
        return {(self.actor, self.key), *(event.stream for event in self.events)}


def batches(waiting: deque[Command]) -> list[Command]:
    """Take the next batch off ``waiting``: in order, no stream and no key twice."""
    batch: list[Command] = []
    taken: set[Any] = set()
    held: deque[Command] = deque()
    events = 0
    while waiting and len(batch) < MOST_COMMANDS and (not batch or events < MOST_EVENTS):
        command = waiting.popleft()
        touches = command.touches()
        if taken & touches:
            held.append(command)
        else:
            batch.append(command)
            events += len(command.events)
        taken |= touches
    waiting.extendleft(reversed(held))
    return batch


class Writer:
    """A thread with a connection of its own that sends batches to the append function."""

    def __init__(self, url: str, service: str) -> None:
        """Prepare a writer for the ledger of ``service``; the first command opens it."""
        self._url = url
        self._service = service
        self._queue: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._connection: psycopg.Connection[Any] | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._append = sql.SQL(
            "SELECT * FROM {}.append(%s::int[],%s::text[],%s::text[],%b::bytea[],%b::bytea[],"
            "%s::date[],%s::int[],%s::uuid[],%s::bigint[],%s::text[],%b::bytea[],%b::bytea[],"
            "%s::int[],%s::uuid[],%s::uuid[],%b::bytea[])"
        ).format(sql.Identifier(service))
        self._notify = sql.SQL("NOTIFY {}").format(sql.Identifier(f"{service}_events"))

    def submit(self, command: Command) -> Future[Outcome]:
        """Hand in a command; its future is answered once the outcome is durable.

        Raises:
            LedgerUnavailable: the writer is closed.
        """
        with self._lock:
            if self._closed:
                msg = f"the ledger of {self._service} is closing"
                raise LedgerUnavailable(msg)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name=f"ledger-{self._service}", daemon=True
                )
                self._thread.start()
            self._queue.put(command)
        return command.done

    def close(self) -> None:
        """Finish what was handed in, then let the connection go."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join(STOP_SECONDS)
        self._drop_connection()

    def _work(self) -> None:
        waiting: deque[Command] = deque()
        while self._gather(waiting):
            while waiting:
                batch = batches(waiting)
                try:
                    outcomes = self._record(batch)
                except Exception as reason:  # noqa: BLE001  whatever it is, the waiting callers must hear it
                    self._fail(batch, reason)
                else:
                    for number, command in enumerate(batch):
                        command.done.set_result(outcomes[number])
                    self._tell()

    def _gather(self, waiting: deque[Command]) -> bool:
        command = self._queue.get()
        while command is not None:
            waiting.append(command)
            try:
                command = self._queue.get_nowait()
            except queue.Empty:
                return True
        if waiting:
            self._queue.put(None)
            return True
        return False

    def _fail(self, batch: list[Command], reason: Exception) -> None:
        if len(batch) == 1:
            batch[0].done.set_exception(reason)
            return
        for command in batch:
            try:
                command.done.set_result(self._record([command])[0])
            except Exception as own:  # noqa: BLE001  one command's defect is its own, not its neighbours'
                command.done.set_exception(own)

    def _record(self, batch: list[Command]) -> dict[int, Outcome]:
        """Send a batch until an answer comes back; a commit whose answer was lost is found again.

        Sending the same batch twice is harmless: its keys answer for it.
        """
        pause = PAUSE
        for _ in range(RESENDS):
            try:
                return self._send(batch)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._drop_connection()
                if self._closed:
                    break
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        msg = f"the database of {self._service} does not answer"
        raise LedgerUnavailable(msg)

    def _send(self, batch: list[Command]) -> dict[int, Outcome]:
        rows = (
            self._open()
            .execute(self._append, _columns(batch), prepare=True, binary=True)
            .fetchall()
        )
        return {row[0]: Outcome(row[1], row[2], row[3], row[4]) for row in rows}

    def _tell(self) -> None:
        try:
            self._open().execute(self._notify)
        except psycopg.Error:
            self._drop_connection()

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url, autocommit=True, application_name=f"{self._service} ledger"
            )
        return self._connection

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _columns(batch: list[Command]) -> list[list[Any]]:
    events = [(number, event) for number, command in enumerate(batch) for event in command.events]
    secrets = [
        (number, secret) for number, command in enumerate(batch) for secret in command.secrets
    ]
    return [
        list(range(len(batch))),
        [command.actor for command in batch],
        [command.key for command in batch],
        [command.request for command in batch],
        [command.answer for command in batch],
        [command.kept_until for command in batch],
        [number for number, _ in events],
        [event.stream for _, event in events],
        [event.version for _, event in events],
        [event.topic for _, event in events],
        [event.state for _, event in events],
        [event.leaf for _, event in events],
        [number for number, _ in secrets],
        [secret.ref for _, secret in secrets],
        [secret.subject for _, secret in secrets],
        [secret.sealed for _, secret in secrets],
    ]
