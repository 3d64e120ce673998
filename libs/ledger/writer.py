"""The one path into history: concurrent commands share a transaction, each has its answer."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

MOST_COMMANDS = 256
MOST_EVENTS = 4096
DEADLINE_SECONDS = 10.0
PAUSE = 0.1
LONGEST_PAUSE = 1.0
STOP_SECONDS = 30
TELL_SECONDS = 0.01
"""Followers are woken at once after a pause, and no more often than this in a stream of commands:
each time costs the writer a turn to the server."""
#: How soon a silent server is given up (libpq), where the connection string does not say.
PATIENCE = {"connect_timeout": "5", "tcp_user_timeout": "10000", "keepalives_idle": "10"}


class LedgerUnavailable(Exception):  # noqa: N818  a state of the world, named as one
    """The database did not answer in time; the command was never sent: nothing is recorded."""


class OutcomeUnknown(LedgerUnavailable):
    """The database fell silent after the command was sent: it is recorded, or it is not.

    The same command under the same key gets the answer, and is recorded once.
    """


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
    until: float = field(default_factory=lambda: time.monotonic() + DEADLINE_SECONDS)

    def begin(self) -> bool:
        """Say that it is being sent, for the caller must not give it up now as never sent.

        Return whether it is still wanted.
        """
        return self.done.running() or self.done.set_running_or_notify_cancel()

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
        said = conninfo_to_dict(url)
        self._patience = {name: PATIENCE[name] for name in PATIENCE if name not in said}
        self._service = service
        self._queue: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._connection: psycopg.Connection[Any] | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._told_at = 0.0
        self._untold = False
        self._append = sql.SQL(
            "SELECT * FROM {}.append(%s::int[],%s::text[],%s::text[],%b::bytea[],%b::bytea[],"
            "%s::date[],%s::int[],%s::uuid[],%s::bigint[],%s::text[],%b::bytea[],%b::bytea[],"
            "%s::int[],%s::uuid[],%s::uuid[],%b::bytea[])"
        ).format(sql.Identifier(service))
        # A word that is lost with the server was for nobody: it need not be durable.
        self._notify = sql.SQL(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify({}, '')"
        ).format(sql.Literal(f"{service}_events"))

    def record(self, command: Command) -> Outcome:
        """Hand in a command and wait for its outcome, until its deadline.

        Raises:
            LedgerUnavailable: nothing is recorded.
            OutcomeUnknown: it may be recorded.
        """
        done = self.submit(command)
        try:
            return done.result(max(0.0, command.until - time.monotonic()))
        except TimeoutError:
            if not done.cancel() and done.done():
                return done.result()
            raise self._silence(was_sent=not done.cancelled()) from None

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
                self._settle(batches(waiting))
        if self._untold:
            self._tell()

    def _next(self) -> Command | None:
        """Return what is handed in next; tell meanwhile what followers have not been told."""
        if self._untold:
            with suppress(queue.Empty):
                return self._queue.get(
                    timeout=max(0.0, self._told_at + TELL_SECONDS - time.monotonic())
                )
            self._tell()
        return self._queue.get()

    def _gather(self, waiting: deque[Command]) -> bool:
        command = self._next()
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

    def _settle(self, batch: list[Command]) -> None:
        """Send a batch until it is answered, or no answer is waited for any more.

        Sending the same batch twice is harmless: where a commit's answer was lost, its keys answer.
        """
        pause = PAUSE
        while batch := self._in_time(batch):
            try:
                self._open()
                batch = [command for command in batch if command.begin()]
                outcomes = self._send(batch) if batch else {}
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._drop_connection()
                if self._closed:
                    self._give_up(batch)
                    return
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as reason:  # noqa: BLE001  whatever it is, the waiting callers must hear it
                self._fail(batch, reason)
                return
            else:
                self._untold = True
                if time.monotonic() - self._told_at >= TELL_SECONDS:
                    self._tell()
                for number, command in enumerate(batch):
                    command.done.set_result(outcomes[number])
                return

    def _in_time(self, batch: list[Command]) -> list[Command]:
        """Return the commands whose deadline is to come; give the others up."""
        now = time.monotonic()
        self._give_up([command for command in batch if command.until <= now])
        return [command for command in batch if command.until > now]

    def _give_up(self, late: list[Command]) -> None:
        for command in late:
            was_sent = command.done.running()
            if command.begin():
                command.done.set_exception(self._silence(was_sent=was_sent))

    def _fail(self, batch: list[Command], reason: Exception) -> None:
        """Let a defect be that of one command alone, not its neighbours'."""
        if len(batch) == 1:
            batch[0].done.set_exception(reason)
            return
        for command in batch:
            self._settle([command])

    def _silence(self, *, was_sent: bool) -> LedgerUnavailable:
        kind = OutcomeUnknown if was_sent else LedgerUnavailable
        return kind(f"the database of {self._service} does not answer")

    def _send(self, batch: list[Command]) -> dict[int, Outcome]:
        rows = (
            self._open()
            .execute(self._append, _columns(batch), prepare=True, binary=True)
            .fetchall()
        )
        return {row[0]: Outcome(row[1], row[2], row[3], row[4]) for row in rows}

    def _tell(self) -> None:
        self._told_at, self._untold = time.monotonic(), False
        try:
            self._open().execute(self._notify)
        except psycopg.Error:
            self._drop_connection()

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                make_conninfo(self._url, **self._patience),
                autocommit=True,
                application_name=f"{self._service} ledger",
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
