"""How far a read model has come: kept beside its rows, told to pages that wait for it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import AsyncCursor


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


class PositionMoved(Exception):  # noqa: N818  no error: somebody else was quicker
    """The rows stand elsewhere than we left them: rebuilt meanwhile, or kept by two processes."""


class Positions:
    """The positions table of a service's read schema."""

    def __init__(self, service: str, projection: str) -> None:
        """Keep the positions of one read model of ``service``."""
        self._table = f"{service}_read.positions"
        self._projection = projection

    async def read(self, cursor: AsyncCursor[Any], source: str, *, hold: bool = False) -> Position:
        """Return where the read model stands in ``source``; ``hold`` it till the transaction ends.

        Whoever writes rows holds the position before: so a switch to rebuilt rows, which locks the
        whole table, never waits for one who waits for it.
        """
        row = await self._row(cursor, source, hold=hold)
        if row is None and hold:  # one that is not there cannot be held
            await cursor.execute(
                f"INSERT INTO {self._table} (projection, source) VALUES (%s, %s)"  # noqa: S608  vetted names
                " ON CONFLICT DO NOTHING",
                (self._projection, source),
            )
            row = await self._row(cursor, source, hold=hold)
        return Position(*row) if row else Position()

    async def _row(
        self, cursor: AsyncCursor[Any], source: str, *, hold: bool
    ) -> tuple[Any, ...] | None:
        await cursor.execute(
            f"SELECT incarnation, stream_sequence, sequence, last_id FROM {self._table}"  # noqa: S608  vetted names
            f" WHERE projection = %s AND source = %s{' FOR UPDATE' if hold else ''}".encode(),
            (self._projection, source),
        )
        return await cursor.fetchone()

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
