"""Read models: rows and position in one transaction, from the own ledger or others' streams."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ConsumerConfig, DeliverPolicy

from libs.chassis.bus import incarnation_of, stream_name, subjects_of
from libs.chassis.envelope import Heard, Unreadable
from libs.chassis.positions import Position, PositionMoved, Positions, Progress
from libs.chassis.telemetry import span
from libs.ledger.lasting import Lasting, leave_if_cancelled, wait

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from nats.aio.msg import Msg
    from nats.js import JetStreamContext
    from psycopg import AsyncCursor
    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.bus import Bus
    from libs.chassis.feed import FeedPage
    from libs.ledger.reader import LedgerReader, Recorded, Signal

E_contra = TypeVar("E_contra", contravariant=True)
E = TypeVar("E", "Recorded", Heard)
Pages = Callable[[str, int, int], "AsyncIterator[FeedPage]"]
"""Gives the public events of a source after one ledger position up to another, page by page."""
MICRO_BATCH = 1000
"""The most events of one transaction: what is indexed together shares words, values and commits."""
MANY = 200
"""A read model for which so many are waiting, here or on the bus, is behind."""
APART_SECONDS = 0.01
"""What comes in quick succession is written together: a transaction costs more than a row."""
HEARTBEAT_SECONDS = 1.0
IDLE_CHECK_SECONDS = 2.0
MOST_WAITING_BYTES = 8 << 20
logger = logging.getLogger(__name__)


class Projection(Protocol[E_contra]):
    """What a service keeps of events: its tables, and how a batch of events changes their rows."""

    name: str
    tables: str
    """Statements that lay them, harmless when they stand; each is spelled ``<service>_read.<name>``
    here and in ``apply``, and its rows come from events alone: a rebuild makes them anew."""

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[E_contra]) -> None:
        """Write the rows that ``events`` mean; never commits, may run again after a rollback."""


class AnotherHistory(Exception):  # noqa: N818  a state of the source, named as one
    """The rows stand on events that their producer's ledger does not hold: it was restored."""


class Follower(Lasting, Generic[E]):
    """What both kinds of follower share: start again after trouble, rows and position together."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], service: str, projection: Projection[E], source: str
    ) -> None:
        """Keep ``projection`` of ``service`` up to date from ``source``."""
        super().__init__(f"{service}'s {projection.name} of {source}")
        self._pool = pool
        self._projection: Projection[E] = projection
        self._positions = Positions(service, projection.name)
        self.service = service
        self.source = source
        self.progress = Progress()
        self.position = Position()
        self.batch = MICRO_BATCH
        self._written_at = 0.0

    @property
    def name(self) -> str:
        """The read model's name."""
        return self._projection.name

    @property
    def tables(self) -> str:
        """The statements that lay the read model's tables; harmless when they stand."""
        return self._projection.tables

    async def _go_on(self) -> None:
        """Follow from where the rows stand; trouble of any kind pauses this read model alone."""
        await self._load_position()
        leave_if_cancelled()
        await self._follow()

    async def _load_position(self) -> None:
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            position = await self._positions.read(cursor, self.source)
        await self._reach(position)

    async def _follow(self) -> None:
        raise NotImplementedError

    async def _write(self, events: Sequence[E], position: Position) -> None:
        """Write rows and position in one transaction.

        Raises:
            PositionMoved: the rows stand elsewhere by now; ``position`` says where.
        """
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            stands = await self._positions.read(cursor, self.source, hold=True)
            if stands.sequence == self.position.sequence:
                await self._projection.apply(cursor, events)
                await self._positions.write(cursor, self.source, position)
        if stands.sequence != self.position.sequence:
            await self._reach(stands)
            raise PositionMoved
        await self._reach(position)
        self._written_at = time.monotonic()
        self.goes_well()

    async def _gather(self) -> None:
        """Wait a moment where the last rows have only just been written; after a pause, not."""
        await asyncio.sleep(self._written_at + APART_SECONDS - time.monotonic())

    async def _reach(self, position: Position) -> None:
        self.position = position
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
            events = await self._reader.after(self.position.sequence, self.batch)
            if not events:
                self.goes_well()
                await wait(self._grown)
                continue
            with (
                span("project", events[-1].meta.get("trace"), projection=self._projection.name),
                contextlib.suppress(PositionMoved),
            ):
                await self._write(
                    events, Position(sequence=events[-1].sequence, last_id=events[-1].event_id)
                )
            if len(events) < self.batch:
                await self._gather()


class ForeignFollower(Follower[Heard]):
    """Projects another service's stream by an ordered consumer; its event feed heals a gap."""

    headers_only = False
    """Whether the bus is to leave the events' bodies out."""

    def __init__(  # noqa: PLR0913  the two ends, the read model, and where a gap is healed from
        self,
        pool: AsyncConnectionPool[Any],
        service: str,
        projection: Projection[Heard],
        bus: Bus,
        producer: str,
        pages: Pages,
        origin: str | None = None,
    ) -> None:
        """Follow the stream of ``producer``; ``pages`` reads its event feed over HTTP."""
        self._origin = origin or bus.origin
        source = producer if self._origin == bus.origin else f"{producer}@{self._origin}"
        super().__init__(pool, service, projection, source)
        self._bus = bus
        self._producer = producer
        self._pages = pages
        self._begun_at = 1
        self.whole = False
        """Whether the rows held all that the stream did when it was last looked at."""
        self.anew: Callable[[], Awaitable[None]] | None = None
        """What begins to build the rows anew, beside these."""

    async def _follow(self) -> None:
        info = await self._bus.provide_stream(self._producer, self._origin)
        incarnation = incarnation_of(info)
        if incarnation != self.position.incarnation:
            if not await self._is_of_this_history():
                await self._begin_anew()
            self.position = Position(incarnation, 0, self.position.sequence, self.position.last_id)
        subscription = await self._subscribe(self.position.stream_sequence + 1)
        try:
            while True:
                leave_if_cancelled()
                messages = await self._next(subscription)
                if messages:
                    self._bus.precedence.say(self, behind=self._is_behind(subscription, messages))
                    goes_on = await self._take(messages, incarnation)
                else:
                    self._bus.precedence.say(self, behind=False)
                    goes_on = await self._unbroken(incarnation)
                if not goes_on:
                    return
                if self._bus.overran(subscription) and not subscription.pending_msgs:
                    await subscription.unsubscribe()
                    subscription = await self._subscribe(self.position.stream_sequence + 1)
        except BaseException:
            self._bus.precedence.say(self, behind=False)
            raise
        finally:
            with contextlib.suppress(Exception):
                await subscription.unsubscribe()

    def _is_behind(
        self, subscription: JetStreamContext.PushSubscription, taken: Sequence[Msg]
    ) -> bool:
        waiting = subscription.pending_msgs + taken[-1].metadata.num_pending
        return waiting >= min(MANY, self.batch) or self._bus.overran(subscription)

    async def _subscribe(self, start: int) -> JetStreamContext.PushSubscription:
        """Be sent everything from a place in the stream on.

        The client lets a stream send on even when its reader stands still: what is more than may
        wait in memory is let go, and sent again to who asks anew (see ``Bus.overran``).
        """
        self._begun_at = start
        return await self._bus.jetstream.subscribe(
            subjects_of(self._producer, self._origin),
            stream=stream_name(self._producer, self._origin),
            ordered_consumer=True,
            idle_heartbeat=HEARTBEAT_SECONDS,
            pending_bytes_limit=MOST_WAITING_BYTES,
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=start,
                headers_only=self.headers_only,
            ),
        )

    async def _next(self, subscription: JetStreamContext.PushSubscription) -> list[Msg]:
        try:
            messages = [await subscription.next_msg(IDLE_CHECK_SECONDS)]
        except NatsTimeout:
            return []
        if subscription.pending_msgs < self.batch:
            await self._gather()
        while len(messages) < self.batch and subscription.pending_msgs:
            messages.append(await subscription.next_msg(IDLE_CHECK_SECONDS))
        return messages

    async def _unbroken(self, incarnation: str) -> bool:
        """While nothing comes: is the stream still the same, and have we all that it holds?"""
        info = await self._bus.provide_stream(self._producer, self._origin)
        self.goes_well()
        self.whole = info.state.last_seq <= self.position.stream_sequence
        return self.whole and incarnation_of(info) == incarnation

    async def _is_of_this_history(self) -> bool:
        """Whether the producer's ledger holds the last event that the rows stand on.

        Only a stream that was made again may tell of another history: that of a restored ledger.
        """
        if not self.position.last_id:
            return True
        place = self.position.sequence
        held = [page async for page in self._pages(self.source, place - 1, place)]
        return any(page.last_id == self.position.last_id for page in held)

    async def _begin_anew(self) -> None:
        """Give up rows that stand on what never happened.

        Raises:
            AnotherHistory: always; the rows that are built anew come with a position of their own.
        """
        if self.anew is not None:
            await self.anew()
        raise AnotherHistory(self.source)

    async def _take(self, messages: list[Msg], incarnation: str) -> bool:
        """Keep what messages tell; return whether the next ones may be taken behind them.

        A hole may be in the stream, or have come on the way here: only from the first message that
        the stream sends is it plain which.
        """
        heard: list[Heard] = []
        position = self.position
        try:
            for message in messages:
                place = message.metadata.sequence.stream
                if place > position.stream_sequence + 1 != self._begun_at:
                    await self._keep(heard, position)
                    return False
                sequence, event_id, previous = _links(message)
                if sequence <= position.sequence:
                    position = replace(position, incarnation=incarnation, stream_sequence=place)
                    continue
                if previous != position.last_id:
                    await self._keep(heard, position)
                    heard = []
                    await self._heal(sequence - 1)
                event = self._read(message)
                if event is not None:
                    heard.append(event)
                position = Position(incarnation, place, sequence, event_id)
            await self._keep(heard, position)
        except PositionMoved:
            return await self._take(messages, incarnation)
        return True

    async def _keep(self, heard: list[Heard], position: Position) -> None:
        if position != self.position:
            parent = heard[-1].traceparent if heard else None
            with span("project", parent, projection=self._projection.name):
                await self._write(heard, position)

    async def _heal(self, until: int) -> None:
        """Read what is missing up to a ledger position from the producer, and keep each page."""
        async for page in self._pages(self.source, self.position.sequence, until):
            await self._missed(page)
            missing = [e for e in page.heard if self.position.sequence < e.sequence <= until]
            if page.events:
                last = page.last_sequence
                await self._keep(
                    missing, replace(self.position, sequence=last, last_id=page.last_id)
                )

    async def _missed(self, page: FeedPage) -> None:
        """Hear of events that the bus lost, before their rows are written."""

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
