"""Step 4 of an event's life: the own read model's rows and position are written together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from psycopg import AsyncCursor

from libs.chassis import projection
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.positions import Position, Positions
from libs.chassis.projection import OwnFollower
from libs.ledger.reader import Recorded
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import SERVICE, Rig, Shelf, rig, running

OF_ITSELF = b"SELECT pg_terminate_backend(pg_backend_pid())"


class CutBeforePosition(Positions):
    """Loses the database once, after the rows were written and before the position is."""

    cut = False

    async def write(self, cursor: AsyncCursor[Any], source: str, position: Position) -> None:
        if not self.cut:
            self.cut = True
            await cursor.execute(OF_ITSELF)
        await super().write(cursor, source, position)


class CutBeforeRows(Shelf):
    """Loses the database once, before the rows are written."""

    cut = False

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Any]) -> None:
        if not self.cut:
            self.cut = True
            await cursor.execute(OF_ITSELF)
        await super().apply(cursor, events)


class RowsFirst(OwnFollower):
    """Writes the position in another transaction than the rows."""

    async def _write(self, events: Sequence[Recorded], position: Position) -> None:
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await self._projection.apply(cursor, events)
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await self._positions.write(cursor, self.source, position)
        self.position = position


class PositionFirst(OwnFollower):
    """Writes the position before the rows."""

    async def _write(self, events: Sequence[Recorded], position: Position) -> None:
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await self._positions.write(cursor, self.source, position)
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await self._projection.apply(cursor, events)
        self.position = position


async def check_own(
    database: str, nats: EmbeddedNats, kind: type[OwnFollower], shelf: Shelf, *, cut_position: bool
) -> None:
    """Each event must stand in the rows exactly once, wherever the database was lost."""
    async with rig(database, nats.url) as made:
        await shelf.lay(made.pool)
        follower = kind(made.pool, made.reader, made.signal, shelf)
        if cut_position:
            follower._positions = CutBeforePosition(SERVICE, shelf.name)
        await made.record(3)
        async with running(follower.run()):
            await _until_at(made, follower)
            await made.record(2)
            await _until_at(made, follower)
        assert await shelf.held(made.pool) == [1, 2, 3, 4, 5]
        await _check_restart(made, kind, shelf)


async def _check_restart(made: Rig, kind: type[OwnFollower], shelf: Shelf) -> None:
    again = kind(made.pool, made.reader, made.signal, shelf)
    async with running(again.run()):
        await made.record(1)
        await _until_at(made, again)
    assert await shelf.held(made.pool) == [1, 2, 3, 4, 5, 6]


async def _until_at(made: Rig, follower: OwnFollower) -> None:
    head = await made.reader.head()

    async def arrived() -> bool:
        return follower.position.sequence >= head

    await until(arrived, what="the read model reaches the ledger's end")


@pytest.mark.parametrize("cut_position", [True, False], ids=["before position", "before rows"])
def test_rows_and_position_stand_or_fall_together(
    database: str, nats: EmbeddedNats, *, cut_position: bool
) -> None:
    shelf = Shelf(SERVICE) if cut_position else CutBeforeRows(SERVICE)
    asyncio.run(check_own(database, nats, OwnFollower, shelf, cut_position=cut_position))


def test_a_position_in_a_later_transaction_doubles_and_is_caught(
    database: str, nats: EmbeddedNats
) -> None:
    with pytest.raises(AssertionError, match="1, 2, 3, 1, 2, 3"):
        asyncio.run(check_own(database, nats, RowsFirst, Shelf(SERVICE), cut_position=True))


def test_a_position_in_an_earlier_transaction_loses_and_is_caught(
    database: str, nats: EmbeddedNats
) -> None:
    with pytest.raises(AssertionError, match=r"\[4, 5\]"):
        asyncio.run(
            check_own(database, nats, PositionFirst, CutBeforeRows(SERVICE), cut_position=False)
        )


class Counting(Shelf):
    """Counts how often rows are written."""

    times = 0

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Any]) -> None:
        self.times += 1
        await super().apply(cursor, events)


async def writings_of(database: str, nats: EmbeddedNats, many: int) -> int:
    """Record so many events, each when the one before is recorded; return the transactions."""
    async with rig(database, nats.url) as made:
        shelf = Counting(SERVICE)
        await shelf.lay(made.pool)
        follower = OwnFollower(made.pool, made.reader, made.signal, shelf)
        async with running(follower.run()):
            await made.record(1)
            await _until_at(made, follower)
            await made.record(many)
            await _until_at(made, follower)
        assert await shelf.held(made.pool) == list(range(1, many + 2))
        return shelf.times


def test_what_comes_in_quick_succession_is_written_together(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "APART_SECONDS", 5.0)
    assert asyncio.run(writings_of(database, nats, 20)) <= 3
