"""The parts of one service's life on real servers, to be run, cut and started again by tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError
from psycopg import AsyncCursor
from psycopg_pool import AsyncConnectionPool

from libs.chassis.attempt import attempt_class
from libs.chassis.bus import Bus, stream_name
from libs.chassis.envelope import Heard, body_of, headers_of, subject_of
from libs.chassis.feed import FeedPage
from libs.ledger.alive import check_alive_async
from libs.ledger.ledger import Ledger
from libs.ledger.reader import LedgerReader, Recorded, Signal
from libs.testkit.servers import provisioned
from tests.libs.ledger.laying import EVENTS, act, new_case

SERVICE = "tracking"


@dataclass(slots=True)
class Rig:
    """A ledger of tracking, the bus under an origin of its own, and what reads both."""

    database: str
    url: str
    bus: Bus
    pool: AsyncConnectionPool[Any]
    reader: LedgerReader
    signal: Signal
    ledger: Ledger

    async def record(self, many: int = 1) -> None:
        """Record public events, one command each."""
        for number in range(many):
            await asyncio.to_thread(self.ledger.record, act(), new_case(f"REC-{number}"))

    async def record_private(self) -> None:
        """Record an event that no contract names."""
        refused: Any = attempt_class(SERVICE)
        what = {"action": "case.close", "refusal": "not-permitted", "thing": "", "attributes": {}}
        attempt = refused(times=1, **what)
        await asyncio.to_thread(self.ledger.record, act(), attempt)

    async def ids(self) -> list[str]:
        """Return the ids of the public events, in the ledger's order."""
        return [each.event_id for each in await self.reader.after(0) if body_of(each) is not None]

    async def streamed(self) -> list[RawStreamMsg]:
        """Return every message that the stream holds, in its order; none where it is gone."""
        found: list[RawStreamMsg] = []
        name = stream_name(SERVICE, self.bus.origin)
        try:
            info = await self.bus.jetstream.stream_info(name)
        except NotFoundError:
            return found
        for place in range(max(1, info.state.first_seq), info.state.last_seq + 1):
            with contextlib.suppress(NotFoundError):
                found.append(await self.bus.jetstream.get_msg(name, seq=place))
        return found

    async def streamed_ids(self) -> list[str]:
        return [(message.headers or {})["ce-id"] for message in await self.streamed()]

    async def publish(self, events: Sequence[Recorded], previous: Sequence[str]) -> None:
        """Put messages into the stream by hand, in this order, each after its own ``previd``."""
        for event, before in zip(events, previous, strict=True):
            headers = headers_of(event, service=SERVICE, origin=self.bus.origin, previous=before)
            subject = subject_of(self.bus.origin, event.topic)
            await self.bus.jetstream.publish(subject, body_of(event) or b"", headers=headers)

    async def pages(self, _: str, after: int, until: int) -> AsyncIterator[FeedPage]:
        """Read public events from the ledger, as the event feed gives them: two a page."""
        while after < until and (found := await self.reader.after(after, 2)):
            events = [
                (headers_of(each, service=SERVICE, origin=self.bus.origin, previous=""), body)
                for each in found
                if each.sequence <= until and (body := body_of(each)) is not None
            ]
            after = min(found[-1].sequence, until)
            yield FeedPage(events, after)


@asynccontextmanager
async def rig(database: str, bus_url: str) -> AsyncIterator[Rig]:
    url = provisioned(database, SERVICE)
    bus = Bus(bus_url, f"o{uuid4().hex[:10]}")
    ledger = Ledger(SERVICE, url, [*EVENTS, _attempt_event()])
    async with AsyncConnectionPool[Any](
        url, min_size=1, max_size=4, open=False, check=check_alive_async
    ) as pool:
        await bus.connect()
        signal = Signal(url, SERVICE)
        try:
            async with running(signal.run()):
                reader = LedgerReader(pool, SERVICE)
                yield Rig(database, url, bus, pool, reader, signal, ledger)
        finally:
            await asyncio.to_thread(ledger.close)
            await bus.close()


def _attempt_event() -> type[Any]:
    attempt: Any = attempt_class(SERVICE)
    created: type[Any] = attempt.Created
    return created


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these beside the test, until its end."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Shelf:
    """A read model that shows what is lost or doubled: it keeps an event as often as told."""

    name = "shelf"

    def __init__(self, service: str) -> None:
        self._table = f"{service}_read.shelf"
        self.tables = f"CREATE TABLE IF NOT EXISTS {self._table} (place bigserial, sequence bigint)"

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded | Heard]) -> None:
        for event in events:
            await cursor.execute(
                f"INSERT INTO {self._table} (sequence) VALUES (%s)".encode(), (event.sequence,)
            )

    async def lay(self, pool: AsyncConnectionPool[Any]) -> None:
        async with pool.connection() as connection:
            await connection.execute(self.tables.encode())

    async def held(self, pool: AsyncConnectionPool[Any]) -> list[int]:
        async with pool.connection() as connection:
            cursor = await connection.execute(
                f"SELECT sequence FROM {self._table} ORDER BY place".encode()
            )
            return [row[0] for row in await cursor.fetchall()]
