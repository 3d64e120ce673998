"""Running one service as a process of its own."""

from __future__ import annotations

import asyncio

from libs.chassis.settings import HouseSettings
from services.house.serving import House, ServersNeeded


def serve(name: str, settings: HouseSettings | None = None) -> None:
    """Run one service until it is told to stop.

    Raises:
        ServersNeeded: no database or bus is named that its neighbours share.
    """
    settings = settings or HouseSettings()
    if settings.database_url is None or settings.nats_url is None:
        raise ServersNeeded
    asyncio.run(House(settings, [name]).run())
