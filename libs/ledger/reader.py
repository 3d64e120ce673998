"""Reading a ledger in order, and hearing when it grows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import orjson
import psycopg
from psycopg import sql

from libs.ledger.lasting import POLL_SECONDS, Lasting, leave_if_cancelled

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg_pool import AsyncConnectionPool

PAGE = 500


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it stands in the ledger: its place, its fields and its envelope."""

    sequence: int
    stream: UUID
    version: int
    topic: str
    data: dict[str, Any]
    meta: dict[str, Any]

    @property
    def event_id(self) -> str:
        """The event's own id (UUIDv7)."""
        return str(self.meta["id"])

    @property
    def recorded_at(self) -> datetime:
        """When the record took it in."""
        return datetime.fromisoformat(self.meta["recorded"])

    @property
    def happened_at(self) -> datetime:
        """When the fact took place."""
        return datetime.fromisoformat(self.meta["happened"])


class LedgerReader:
    """Reads one service's events by position; never writes."""

    def __init__(self, pool: AsyncConnectionPool[Any], service: str) -> None:
        """Read the ledger of ``service`` through ``pool`` (run-time role)."""
        self._pool = pool
        self.service = service
        table = sql.Identifier(service, f"{service}_events")
        self._page = sql.SQL(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {}"
            " WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
        ).format(table)
        self._head = sql.SQL("SELECT coalesce(max(notification_id), 0) FROM {}").format(table)
        self._one_stream = sql.SQL(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {}"
            " WHERE originator_id = %s ORDER BY originator_version"
        ).format(table)

    async def after(self, position: int, limit: int = PAGE) -> list[Recorded]:
        """Return the events after ``position``, oldest first, at most ``limit``."""
        return [recorded(*row) for row in await self._asked(self._page, position, limit)]

    async def stream(self, stream: UUID) -> list[Recorded]:
        """Return every event of one aggregate, oldest first."""
        return [recorded(*row) for row in await self._asked(self._one_stream, stream)]

    async def head(self) -> int:
        """Return the position of the newest event, 0 when there is none."""
        [(head,)] = await self._asked(self._head)
        return int(head)

    async def _asked(self, query: sql.Composed, *given: object) -> list[tuple[Any, ...]]:
        """Ask one thing, which needs no transaction around it: that would be two turns more."""
        async with self._pool.connection() as connection:
            await connection.set_autocommit(True)
            try:
                rows: list[tuple[Any, ...]] = await (
                    await connection.execute(query, given)
                ).fetchall()
            except BaseException:
                await connection.close()  # nobody may be lent one without transactions
                raise
            await connection.set_autocommit(False)
            return rows


def recorded(sequence: int, stream: UUID, version: int, topic: str, state: bytes) -> Recorded:
    """Build the event that a ledger row holds."""
    read = orjson.loads(state)
    return Recorded(sequence, stream, version, topic, read["data"], read["meta"])


class Signal(Lasting):
    """Wakes the followers of a ledger when it grew: LISTEN, and a poll where that is lost.

    ``leads`` says whether this process holds the ledger's advisory lock: only then may it relay.
    """

    def __init__(self, url: str, service: str) -> None:
        """Listen at ``url``, a direct connection (a pooled one loses LISTEN)."""
        super().__init__(f"signal of {service}")
        self._url = url
        self._service = service
        self._waiters: WeakSet[asyncio.Event] = WeakSet()
        self.leads = False

    def subscribe(self) -> asyncio.Event:
        """Return an event of the caller's own that is set whenever the ledger may have grown.

        It is forgotten when the caller lets it go.
        """
        event = asyncio.Event()
        event.set()
        self._waiters.add(event)
        return event

    def wake(self) -> None:
        """Wake every follower."""
        for event in self._waiters:
            event.set()

    async def _go_on(self) -> None:
        """Listen; a lost connection gives the lead up."""
        try:
            await self._listen()
        finally:
            self.leads = False
            self.wake()

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, application_name=f"{self._service} signal"
        )
        async with connection:
            await connection.execute(
                sql.SQL("LISTEN {}").format(sql.Identifier(f"{self._service}_events"))
            )
            while True:
                leave_if_cancelled()
                if not self.leads:
                    self.leads = await self._take_lead(connection)
                self.goes_well()
                self.wake()
                async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass

    async def _take_lead(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        cursor = await connection.execute(
            "SELECT pg_try_advisory_lock(hashtext('dhakira/relay'), hashtext(%s))", (self._service,)
        )
        row = await cursor.fetchone()
        return bool(row and row[0])
