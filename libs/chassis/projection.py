"""Read models: rows and position in one transaction, from the own ledger or others' streams."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ConsumerConfig, DeliverPolicy

from libs.chassis.bus import incarnation_of, stream_name, subjects_of
from libs.chassis.envelope import Heard, Unreadable
from libs.chassis.telemetry import span
from libs.ledger.reader import leave_if_cancelled, wait

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from nats.aio.msg import Msg
    from nats.js import JetStreamContext
    from psycopg import AsyncCursor
    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.bus import Bus
    from libs.ledger.reader import LedgerReader, Recorded, Signal

E_contra = TypeVar("E_contra", contravariant=True)
E = TypeVar("E", "Recorded", Heard)
MICRO_BATCH = 200
PAUSE = 0.2
LONGEST_PAUSE = 5.0
HEARTBEAT_SECONDS = 1.0
IDLE_CHECK_SECONDS = 2.0
logger = logging.getLogger(__name__)


class Projection(Protocol[E_contra]):
    """What a service keeps of events: its tables, and how a batch of events changes their rows."""

    name: str
    tables: str

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[E_contra]) -> None:
        """Write the rows that ``events`` mean; never commits, may run again after a rollback."""


@dataclass(slots=True)
class Position:
    """How far a read model has come in one source."""

    incarnation: str = ""
    stream_sequence: int = 0
    sequence: int = 0
    last_id: str = ""


class Progress:
    """Lets pages wait until a read model has reached a position: people see their own writes."""

    def __init__(self) -> None:
        """Start with nothing reached."""
        self._reached: dict[str, int] = {}
        self._changed = asyncio.Condition()

    def of(self, source: str) -> int:
        """Return the ledger position of ``source`` up to which everything is projected."""
        return self._reached.get(source, 0)

    async def advance(self, source: str, sequence: int) -> None:
        """Say that everything of ``source`` up to ``sequence`` is projected."""
        async with self._changed:
            self._reached[source] = sequence
            self._changed.notify_all()

    async def wait_for(self, source: str, sequence: int, seconds: float = 2.0) -> bool:
        """Wait at most ``seconds`` for a position; return whether it was reached."""
        if self.of(source) >= sequence:
            return True
        async with self._changed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait_for(lambda: self.of(source) >= sequence)
        return self.of(source) >= sequence


class Positions:
    """The positions table of a service's read schema."""

    def __init__(self, service: str, projection: str) -> None:
        """Keep the positions of one read model of ``service``."""
        self._table = f"{service}_read.positions"
        self._projection = projection

    async def read(self, cursor: AsyncCursor[Any], source: str) -> Position:
        """Return where the read model stands in ``source``."""
        await cursor.execute(
            f"SELECT incarnation, stream_sequence, sequence, last_id FROM {self._table}"  # noqa: S608  vetted names
            " WHERE projection = %s AND source = %s",
            (self._projection, source),
        )
        row = await cursor.fetchone()
        return Position(*row) if row else Position()

    async def write(self, cursor: AsyncCursor[Any], source: str, position: Position) -> None:
        """Write where it stands now, in the caller's transaction."""
        await cursor.execute(
            f"INSERT INTO {self._table} AS p"  # noqa: S608  vetted names
            " (projection, source, incarnation, stream_sequence, sequence, last_id)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (projection, source) DO UPDATE SET"
            " incarnation = excluded.incarnation, stream_sequence = excluded.stream_sequence,"
            " sequence = excluded.sequence, last_id = excluded.last_id",
            (
                self._projection,
                source,
                position.incarnation,
                position.stream_sequence,
                position.sequence,
                position.last_id,
            ),
        )


class Follower(Generic[E]):
    """What both kinds of follower share: start again after trouble, rows and position together."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], service: str, projection: Projection[E], source: str
    ) -> None:
        """Keep ``projection`` of ``service`` up to date from ``source``."""
        self._pool = pool
        self._projection: Projection[E] = projection
        self._positions = Positions(service, projection.name)
        self.service = service
        self.source = source
        self.progress = Progress()
        self.position = Position()
        self.problem = ""
        self.contacted = 0.0

    @property
    def name(self) -> str:
        """The read model's name."""
        return self._projection.name

    @property
    def tables(self) -> str:
        """The statements that lay the read model's tables; harmless when they stand."""
        return self._projection.tables

    async def run(self) -> None:
        """Follow until cancelled; trouble of any kind pauses this read model alone."""
        pause = PAUSE
        while True:
            before = self.position.sequence
            try:
                await self._load_position()
                await self._follow()
            except Exception as reason:  # noqa: BLE001  a read model never gives up; the status page shows why
                leave_if_cancelled()
                self.problem = f"{type(reason).__name__}: {reason}"
                logger.warning("%s starts again: %s", self.name, self.problem)
                pause = PAUSE if self.position.sequence > before else min(pause * 2, LONGEST_PAUSE)
                await asyncio.sleep(pause)

    async def _load_position(self) -> None:
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            self.position = await self._positions.read(cursor, self.source)
        await self.progress.advance(self.source, self.position.sequence)

    async def _follow(self) -> None:
        raise NotImplementedError

    async def _write(self, events: Sequence[E], position: Position) -> None:
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await self._projection.apply(cursor, events)
            await self._positions.write(cursor, self.source, position)
        self.position = position
        self.contacted = time.monotonic()
        self.problem = ""
        await self.progress.advance(self.source, position.sequence)


class OwnFollower(Follower["Recorded"]):
    """Projects the service's own ledger directly."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Any],
        reader: LedgerReader,
        signal: Signal,
        projection: Projection[Recorded],
    ) -> None:
        """Follow the ledger that ``reader`` reads."""
        super().__init__(pool, reader.service, projection, reader.service)
        self._reader = reader
        self._grown = signal.subscribe()

    async def _follow(self) -> None:
        while True:
            leave_if_cancelled()
            events = await self._reader.after(self.position.sequence, MICRO_BATCH)
            self.contacted = time.monotonic()
            if not events:
                self.problem = ""
                await wait(self._grown)
                continue
            with span("project", events[-1].meta.get("trace"), projection=self._projection.name):
                await self._write(
                    events, Position(sequence=events[-1].sequence, last_id=events[-1].event_id)
                )


class ForeignFollower(Follower[Heard]):
    """Projects another service's stream by an ordered consumer; its event feed heals a gap."""

    def __init__(  # noqa: PLR0913  the two ends, the read model, and where a gap is healed from
        self,
        pool: AsyncConnectionPool[Any],
        service: str,
        projection: Projection[Heard],
        bus: Bus,
        producer: str,
        feed: Callable[[str, int, int], Awaitable[list[Heard]]],
        origin: str | None = None,
    ) -> None:
        """Follow the stream of ``producer``; ``feed(producer, after, until)`` reads over HTTP."""
        self._origin = origin or bus.origin
        source = producer if self._origin == bus.origin else f"{producer}@{self._origin}"
        super().__init__(pool, service, projection, source)
        self._bus = bus
        self._producer = producer
        self._feed = feed

    async def _follow(self) -> None:
        info = await self._bus.provide_stream(self._producer, self._origin)
        incarnation = incarnation_of(info)
        if incarnation != self.position.incarnation:
            self.position = Position(incarnation, 0, self.position.sequence, self.position.last_id)
        if info.state.last_seq <= self.position.stream_sequence:
            self.contacted = time.monotonic()
        subscription = await self._subscribe(self.position.stream_sequence + 1)
        try:
            while True:
                leave_if_cancelled()
                messages = await self._next(subscription)
                if messages:
                    await self._take(messages, incarnation)
                elif not await self._unbroken(incarnation):
                    return
        finally:
            with contextlib.suppress(Exception):
                await subscription.unsubscribe()

    async def _subscribe(self, start: int) -> JetStreamContext.PushSubscription:
        return await self._bus.jetstream.subscribe(
            subjects_of(self._producer, self._origin),
            stream=stream_name(self._producer, self._origin),
            ordered_consumer=True,
            idle_heartbeat=HEARTBEAT_SECONDS,
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=start
            ),
        )

    async def _next(self, subscription: JetStreamContext.PushSubscription) -> list[Msg]:
        try:
            messages = [await subscription.next_msg(IDLE_CHECK_SECONDS)]
        except NatsTimeout:
            return []
        while len(messages) < MICRO_BATCH and subscription.pending_msgs:
            messages.append(await subscription.next_msg(IDLE_CHECK_SECONDS))
        return messages

    async def _unbroken(self, incarnation: str) -> bool:
        """While nothing comes: is the stream still the same, and have we all that it holds?"""
        info = await self._bus.provide_stream(self._producer, self._origin)
        self.contacted = time.monotonic()
        self.problem = ""
        same = incarnation_of(info) == incarnation
        return same and info.state.last_seq <= self.position.stream_sequence

    async def _take(self, messages: list[Msg], incarnation: str) -> None:
        heard: list[Heard] = []
        position = self.position
        for message in messages:
            place = message.metadata.sequence.stream
            sequence, event_id, previous = _links(message)
            if sequence <= position.sequence:
                position = replace(position, incarnation=incarnation, stream_sequence=place)
                continue
            if previous != position.last_id:
                missing = await self._feed(self._producer, position.sequence, sequence - 1)
                heard.extend(
                    each for each in missing if position.sequence < each.sequence < sequence
                )
            event = self._read(message)
            if event is not None:
                heard.append(event)
            position = Position(incarnation, place, sequence, event_id)
        parent = heard[-1].traceparent if heard else None
        with span("project", parent, projection=self._projection.name):
            await self._write(heard, position)

    def _read(self, message: Msg) -> Heard | None:
        """Read a message; one of an unknown contract is passed over (readers are tolerant)."""
        try:
            return Heard.read(message.headers or {}, message.data)
        except Unreadable as reason:
            logger.warning("%s passes over %s: %s", self.name, message.subject, reason)
            return None


def _links(message: Msg) -> tuple[int, str, str]:
    """Return a message's ledger position, id and the id before it; 0 where it is none of ours.

    They are read from the headers alone: the chain goes through events of contracts unknown here.
    """
    headers = message.headers or {}
    sequence = headers.get("ce-sequence", "")
    if not sequence.isdigit():
        return 0, "", ""
    return int(sequence), headers.get("ce-id", ""), headers.get("ce-previd", "")
