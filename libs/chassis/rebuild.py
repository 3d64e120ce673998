"""Read models built anew beside the live ones, then switched to in one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from psycopg import AsyncCursor, sql
from psycopg_pool import AsyncConnectionPool

from libs.kernel.refusal import Refusal
from libs.ledger.alive import check_alive_async
from libs.ledger.lasting import leave_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import AsyncConnection
    from psycopg.abc import Query

    from libs.chassis.projection import Follower
    from libs.chassis.service import Service

BATCH = 1000
LOOK_SECONDS = 0.05
AGAIN_SECONDS = 0.5
FOLLOWERS_WAIT = "30s"
PAGES_WAIT = "250ms"
"""Below PostgreSQL's ``deadlock_timeout``: where a page and the switch wait for one another, the
switch gives way, and comes again."""
LAST_EVENTS_SECONDS = 10.0
logger = logging.getLogger(__name__)


class RebuildUnderWay(Refusal):
    """The read models of the service are being rebuilt already."""


class NotCaughtUp(Exception):  # noqa: N818  no error: it is tried again
    """The new rows are not yet as far as the live ones."""


State = Literal["none", "building", "switching", "done", "failed"]


@dataclass(frozen=True, slots=True)
class RebuildStatus:
    """How far a rebuild has come: ledger positions over all sources, seconds since it began."""

    service: str
    state: State = "none"
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    problem: str = ""


def beside(service: str) -> type[AsyncCursor[Any]]:
    """Return a kind of cursor that means the tables being built where the live ones are named."""
    live = re.compile(rf'(?<![\w."])"?{service}_read"?\.'.encode())
    new = f"{service}_read_next.".encode()

    class Beside(AsyncCursor[Any]):
        def _turned(self, query: Query) -> bytes:
            if isinstance(query, sql.Composable):
                query = query.as_bytes(self.connection)
            if isinstance(query, str):
                query = query.encode()
            if not isinstance(query, bytes):
                raise TypeError(type(query))
            return live.sub(new, query)

        async def execute(self, query: Query, *given: Any, **more: Any) -> Beside:  # noqa: ANN401  as psycopg's
            return await super().execute(self._turned(query), *given, **more)

        async def executemany(self, query: Query, *given: Any, **more: Any) -> None:  # noqa: ANN401  as psycopg's
            await super().executemany(self._turned(query), *given, **more)

        def copy(self, statement: Query, *given: Any, **more: Any) -> Any:  # noqa: ANN401  as psycopg's
            return super().copy(self._turned(statement), *given, **more)

        def stream(self, query: Query, *given: Any, **more: Any) -> Any:  # noqa: ANN401  as psycopg's
            return super().stream(self._turned(query), *given, **more)

    return Beside


class Rebuild:
    """Builds a service's read models from event 1 in a schema of their own, and switches.

    The live ones go on meanwhile and pages read them. For the switch whoever writes the live rows,
    in whatever process, waits at their position; the new ones follow up to it; then the tables
    change places. A process that dies before leaves the live ones as they were.
    """

    def __init__(self, service: Service) -> None:
        """Prepare to rebuild what ``service`` keeps."""
        self._service = service
        self._url = service.house.database(service.name)
        self._live = f"{service.name}_read"
        self._new = f"{service.name}_read_next"
        self._task: asyncio.Task[None] | None = None
        self._followers: list[Follower[Any]] = []
        self._begun = 0.0
        self._wanted = 0
        self.status = RebuildStatus(service.name)

    async def begin(self) -> None:
        """Begin, and go on beside everything else; ``status`` tells how it goes.

        Raises:
            RebuildUnderWay: one is running, here or in another process.
        """
        control = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, application_name=f"{self._service.name} rebuild"
        )
        cursor = await control.execute(
            "SELECT pg_try_advisory_lock(hashtext('dhakira/rebuild'), hashtext(%s))",
            (self._service.name,),
        )
        row = await cursor.fetchone()
        if not (row and row[0]):
            await control.close()
            raise RebuildUnderWay(service=self._service.name)
        self._begun = time.monotonic()
        self._tell("building")
        self._task = asyncio.create_task(self._run(control))

    async def finish(self) -> RebuildStatus:
        """Wait for the end; return how it went."""
        if self._task is not None:
            await asyncio.wait([self._task])
        return self.status

    async def stop(self) -> None:
        """Give up what is being built; the live read models stay as they are."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self, control: AsyncConnection[Any]) -> None:
        try:
            await self._clear(control)
            await self._build(control)
            self._tell("done")
        except Exception as reason:  # noqa: BLE001  told to whoever asks how it went
            logger.warning("rebuilding %s failed: %s", self._service.name, reason)
            self._tell("failed", f"{type(reason).__name__}: {reason}")
        finally:
            if self.status.state in {"building", "switching"}:
                self._tell("failed", "stopped")
            with contextlib.suppress(Exception):
                await self._clear(control)
            await control.close()

    async def _build(self, control: AsyncConnection[Any]) -> None:
        async with self._pool() as pool:
            self._followers = self._service.followers_beside(pool)
            await self._lay(control, pool)
            for follower in self._followers:
                follower.batch = BATCH
            tasks = [asyncio.create_task(follower.run()) for follower in self._followers]
            try:
                await self._follow_to_the_end(control)
                while not await self._switched(control):  # noqa: ASYNC110  a page's end is no event here
                    await asyncio.sleep(AGAIN_SECONDS)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _pool(self) -> AsyncConnectionPool[Any]:
        """One connection for all that is built; what a crash loses of it would be thrown away."""
        return AsyncConnectionPool(
            self._url,
            min_size=1,
            max_size=1,
            open=False,
            timeout=600,
            kwargs={
                "application_name": f"{self._service.name} rebuild",
                "cursor_factory": beside(self._service.name),
                "options": "-c synchronous_commit=off",
            },
            check=check_alive_async,
        )

    async def _lay(self, control: AsyncConnection[Any], pool: AsyncConnectionPool[Any]) -> None:
        await control.execute(
            f"CREATE TABLE {self._new}.positions"
            f" (LIKE {self._live}.positions INCLUDING ALL)".encode()
        )
        async with pool.connection() as connection:
            for follower in self._followers:
                await connection.execute(follower.tables.encode())

    async def _follow_to_the_end(self, control: AsyncConnection[Any]) -> None:
        while not await self._is_level(control):
            leave_if_cancelled()
            self._tell("building")
            await asyncio.sleep(LOOK_SECONDS)
        for table in await self._tables(control):
            await control.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(self._new, table)))

    async def _switched(self, control: AsyncConnection[Any]) -> bool:
        """Try to switch; return whether it succeeded, or a page or late events were in the way."""
        leave_if_cancelled()
        self._tell("switching")
        try:
            async with control.transaction():
                await self._hold_positions(control)
                tables = await self._tables(control)
                await self._hold_tables(control, tables)
                await self._put(control, tables)
        except (NotCaughtUp, psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as e:
            logger.info("switching %s waits: %s", self._service.name, e)
            return False
        return True

    async def _hold_positions(self, control: AsyncConnection[Any]) -> None:
        """Let nobody write live rows, then follow to where those stand.

        Raises:
            NotCaughtUp: that lasts too long.
        """
        await _patience(control, FOLLOWERS_WAIT)
        await control.execute(f"LOCK TABLE {self._live}.positions IN EXCLUSIVE MODE".encode())
        until = time.monotonic() + LAST_EVENTS_SECONDS
        while not await self._is_level(control):
            leave_if_cancelled()
            if time.monotonic() > until:
                raise NotCaughtUp
            await asyncio.sleep(LOOK_SECONDS / 10)
        await control.execute(f"LOCK TABLE {self._new}.positions".encode())

    async def _hold_tables(self, control: AsyncConnection[Any], tables: Iterable[str]) -> None:
        await _patience(control, PAGES_WAIT)
        for table in tables:
            for schema in (self._live, self._new):
                await control.execute(
                    sql.SQL("LOCK TABLE {}").format(sql.Identifier(schema, table))
                )

    async def _put(self, control: AsyncConnection[Any], tables: Iterable[str]) -> None:
        """Put the new tables and positions where the live ones were."""
        for table in tables:
            names = (sql.Identifier(self._live, table), sql.Identifier(self._new, table))
            await control.execute(sql.SQL("DROP TABLE {}").format(names[0]))
            await control.execute(
                sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(names[1], sql.Identifier(self._live))
            )
        await control.execute(
            f"DELETE FROM {self._live}.positions AS old USING {self._new}.positions AS new"  # noqa: S608
            " WHERE old.projection = new.projection AND old.source = new.source".encode()
        )
        await control.execute(
            f"INSERT INTO {self._live}.positions SELECT * FROM {self._new}.positions".encode()  # noqa: S608
        )

    async def _is_level(self, control: AsyncConnection[Any]) -> bool:
        """Whether the new rows stand nowhere behind the live ones."""
        cursor = await control.execute(
            f"SELECT projection, source, incarnation, sequence FROM {self._live}.positions".encode()  # noqa: S608
        )
        live = {(name, source): stands for name, source, *stands in await cursor.fetchall()}
        wanted = [(each, *live.get((each.name, each.source), ("", 0))) for each in self._followers]
        self._wanted = sum(sequence for _, _, sequence in wanted)
        return all(itertools.starmap(_has_come_to, wanted))

    async def _tables(self, control: AsyncConnection[Any]) -> list[str]:
        cursor = await control.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relkind = 'r' AND relname <> 'positions' ORDER BY relname",
            (self._new,),
        )
        return [row[0] for row in await cursor.fetchall()]

    async def _clear(self, control: AsyncConnection[Any]) -> None:
        """Drop what is left of a rebuild, of this one or of one that died."""
        cursor = await control.execute(
            "SELECT format('DROP TABLE %%s CASCADE', oid::regclass) FROM pg_class"
            " WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r'"
            " UNION ALL SELECT format('DROP ROUTINE %%s', oid::regprocedure) FROM pg_proc"
            " WHERE pronamespace = %(schema)s::regnamespace",
            {"schema": self._new},
        )
        for (statement,) in await cursor.fetchall():
            await control.execute(statement)

    def _tell(self, state: State, problem: str = "") -> None:
        self.status = RebuildStatus(
            self._service.name,
            state,
            done=sum(each.position.sequence for each in self._followers),
            total=self._wanted,
            seconds=round(time.monotonic() - self._begun, 3),
            problem=problem,
        )


def _has_come_to(follower: Follower[Any], incarnation: str, sequence: int) -> bool:
    """Whether a follower has come to where the live one stands.

    Where that one stands in a stream that is no more, its number may be of another history: there
    the new rows must hold all that the stream does.
    """
    if incarnation in {"", follower.position.incarnation}:
        return follower.position.sequence >= sequence
    return bool(getattr(follower, "whole", False))


async def _patience(control: AsyncConnection[Any], most: str) -> None:
    """Let a lock be waited for no longer than this, till the end of the transaction."""
    await control.execute("SELECT set_config('lock_timeout', %s, true)", (most,))
