"""What is made anew from the ledger by command: read models and streams, of a house near or far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from libs.chassis.rebuild import RebuildStatus
from services.house import importing
from services.house.serving import House

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from libs.chassis.service import Service
    from libs.chassis.settings import HouseSettings
    from services.house.importing import Visit

LOOK_SECONDS = 0.1
ENDED = frozenset({"done", "failed", "none"})

Progress = Callable[[RebuildStatus], None]


class Site(Protocol):
    """A house whose read models and streams are made anew."""

    async def begin(self, service: str) -> None:
        """Begin with a service."""

    async def status(self, service: str) -> RebuildStatus:
        """Return how far it has come."""

    async def republish(self, service: str) -> None:
        """Tell everything anew, from a service's first event on."""


class Far:
    """A running house, asked over HTTP by an administrator."""

    def __init__(self, visit: Visit) -> None:
        """Ask through ``visit``, signed in."""
        self._visit = visit

    async def begin(self, service: str) -> None:
        """Begin with a service."""
        await self._visit.ask("POST", f"/api/{service}/v1/rebuild")

    async def status(self, service: str) -> RebuildStatus:
        """Return how far it has come."""
        return RebuildStatus(**await self._visit.ask("GET", f"/api/{service}/v1/rebuild"))

    async def republish(self, service: str) -> None:
        """Begin to tell everything anew; the status page says how far it has come."""
        await self._visit.ask("POST", f"/api/{service}/v1/republication")


class Near:
    """A house that this process runs meanwhile; whoever holds its data folder may do so."""

    def __init__(self, services: Sequence[Service]) -> None:
        """Work in ``services``."""
        self._services = {each.name: each for each in services}

    async def begin(self, service: str) -> None:
        """Begin with a service."""
        await self._services[service].rebuild.begin()

    async def status(self, service: str) -> RebuildStatus:
        """Return how far it has come."""
        return self._services[service].rebuild.status

    async def republish(self, service: str) -> None:
        """Tell everything anew, and wait until that is done."""
        told = await self._services[service].republish()
        while await self._services[service].last_published() < told:  # noqa: ASYNC110  the bus has no event for it
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def reached(
    url: str | None, settings: HouseSettings, who: tuple[str, str], language: str
) -> AsyncIterator[Site]:
    """Reach a running house at ``url``; without one, run the house of a data folder meanwhile.

    Raises:
        HouseNotReached: nobody answers.
        Answered: the platform refused the sign-in.
    """
    if url:
        async with importing.reached(url, settings, language) as visit:
            await visit.sign_in(*who)
            yield Far(visit)
        return
    house = House(settings)
    try:
        yield Near((await house.start()).services)
    finally:
        await house.stop()


async def rebuild(site: Site, services: Sequence[str], progress: Progress) -> list[RebuildStatus]:
    """Rebuild one service after the other; return how each went.

    Raises:
        HouseNotReached: nobody answers.
        Answered: the platform refused.
        RebuildUnderWay: another rebuild runs.
    """
    return [await _one(site, service, progress) for service in services]


async def _one(site: Site, service: str, progress: Progress) -> RebuildStatus:
    await site.begin(service)
    while True:
        status = await site.status(service)
        progress(status)
        if status.state in ENDED:
            return status
        await asyncio.sleep(LOOK_SECONDS)
