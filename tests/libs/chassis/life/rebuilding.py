"""Rebuilds that tests look into, stop at a point, or plant a mistake in."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from libs.chassis.rebuild import Rebuild
from libs.chassis.settings import HouseSettings
from services.house.running import Running


class Stuck(Rebuild):
    """Its new rows never come."""

    async def _lay(self, control: AsyncConnection[Any], pool: AsyncConnectionPool[Any]) -> None:
        await super()._lay(control, pool)
        for follower in self._followers:
            follower._follow = asyncio.Event().wait  # type: ignore[assignment]


class Counted(Rebuild):
    """Counts the live rows just before and just after it switches, within the switch."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.fewer: dict[str, tuple[int, int]] = {}

    async def _put(self, control: AsyncConnection[Any], tables: Iterable[str]) -> None:
        before = await self._counts(control, tables)
        await super()._put(control, tables)
        after = await self._counts(control, tables)
        self.fewer |= {
            name: (before[name], after[name]) for name in before if after[name] < before[name]
        }

    async def _counts(self, control: AsyncConnection[Any], tables: Iterable[str]) -> dict[str, int]:
        counts = {}
        for table in tables:
            cursor = await control.execute(f"SELECT count(*) FROM {self._live}.{table}".encode())
            row = await cursor.fetchone()
            counts[table] = row[0] if row else 0
        return counts


class Hasty(Counted, Stuck):
    """Switches before the new rows have come so far: the mistake that must be seen."""

    async def _is_level(self, control: AsyncConnection[Any]) -> bool:
        await super()._is_level(control)
        return True


class Unfinished(Rebuild):
    """Has switched, and never commits."""

    async def _put(self, control: AsyncConnection[Any], tables: Iterable[str]) -> None:
        await super()._put(control, tables)
        sys.stdout.write("there\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


async def reach(point: str, folder: str, origin: str, database: str, bus_url: str) -> None:
    """Run tracking as one more process, begin a rebuild, say when it is there, and stay."""
    settings = HouseSettings(data=Path(folder), origin=origin)
    running = Running(settings, ["tracking"], database, bus_url, Path(folder) / "keys")
    await running.start()
    rebuild = {"building": Stuck, "switching": Unfinished}[point](running.services[0])
    await rebuild.begin()
    while point == "building":
        await asyncio.sleep(0.01)
        if rebuild._followers and rebuild._wanted:
            sys.stdout.write("there\n")
            sys.stdout.flush()
            break
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(reach(*sys.argv[1:]))
