"""Serving over HTTP until told to stop; then draining."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

from libs.chassis.embedded.folders import DataFolder
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.telemetry import set_up
from libs.kernel.refusal import Misunderstood
from services.house.listening import taken, told
from services.house.running import SERVICES, Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from socket import socket

    from starlette.types import ASGIApp

    from libs.chassis.settings import HouseSettings

DRAIN_SECONDS = 20
GARBAGE_THRESHOLD = (20_000, 20, 20)
"""How many objects are made before Python looks for cycles among them (``gc.set_threshold``).

By its own 700 it looks many times while one batch of events is read, and finds nothing.
"""


class ServersNeeded(Misunderstood):
    """A single service needs a database and a bus that others share."""


@dataclass(slots=True)
class Servers:
    """The database and the bus: the operator's own by URL, else embedded in the data folder."""

    settings: HouseSettings
    folder: DataFolder
    _postgres: EmbeddedPostgres | None = None
    _nats: EmbeddedNats | None = None
    database: str = field(default="", init=False)
    bus: str = field(default="", init=False)

    def start(self) -> None:
        """Start what is embedded, both at once.

        Raises:
            DataFolderInUse: another house holds the data folder.
            ServerDidNotStart: a server did not come up.
        """
        if self.settings.database_url is None or self.settings.nats_url is None:
            self.folder.hold()
        else:
            # Processes that share servers share the folder of keys and files too.
            self.folder.make()
        if self.settings.database_url is None:
            self._postgres = EmbeddedPostgres(self.folder.postgres)
            self._postgres.start()
            self.database = self._postgres.url
        else:
            self.database = self.settings.database_url.get_secret_value()
        if self.settings.nats_url is None:
            self._nats = EmbeddedNats(self.folder.nats, domain=self.settings.origin)
            self._nats.start()
            self.bus = self._nats.url
        else:
            self.bus = self.settings.nats_url.get_secret_value()

    def stop(self) -> None:
        """Stop what is embedded."""
        for server in (self._nats, self._postgres):
            if server is not None:
                server.stop()
        self.folder.release()


def http_config(app: ASGIApp, settings: HouseSettings) -> uvicorn.Config:
    """Return how the house speaks HTTP."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


class HttpServer(uvicorn.Server):
    """Serves, and leaves signals to the house, which has more to drain than requests.

    Uvicorn's own handling raises the signal again once its requests are done, and the process would
    die of it before services and servers have stopped.
    """

    def __init__(self, app: ASGIApp, settings: HouseSettings) -> None:
        """Prepare to serve ``app``; nobody is listened to before ``serve``."""
        super().__init__(http_config(app, settings))
        self._settings = settings

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen.

        Raises:
            PortTaken: another process listens on the port since this one took it.
        """
        with told(self._settings):
            await super().startup(sockets)


class House:
    """Servers, services and the HTTP server of one process."""

    def __init__(self, settings: HouseSettings, names: Sequence[str] = SERVICES) -> None:
        """Prepare to run ``names``; nothing is started before ``run``."""
        self.settings = settings
        self.names = tuple(names)
        self.folder = DataFolder(settings.data)
        self.servers = Servers(settings, self.folder)
        self.running: Running | None = None
        self._server: HttpServer | None = None
        self._ending = False

    async def start(self) -> Running:
        """Start servers and services, without HTTP from outside."""
        set_up(self.settings.otlp_endpoint or None)
        gc.set_threshold(*GARBAGE_THRESHOLD)
        await asyncio.to_thread(self.servers.start)
        self.running = Running(
            self.settings, self.names, self.servers.database, self.servers.bus, self.folder.keys
        )
        await self.running.start()
        return self.running

    async def stop(self) -> None:
        """Drain and stop everything."""
        if self.running is not None:
            await self.running.stop()
        await asyncio.to_thread(self.servers.stop)

    async def run(self, ready: Callable[[House], object] | None = None) -> None:
        """Serve until SIGTERM or SIGINT; requests in hand finish, what was accepted is recorded.

        Raises:
            PortTaken: something else listens on the port.
            AddressNotOpened: the house may not listen on its address.
        """
        self._heed_signals()
        sockets = await taken(self.settings)
        try:
            running = await self.start()
            self._server = HttpServer(running.front, self.settings)
            self._server.should_exit = self._ending
            telling = asyncio.create_task(self._tell(ready)) if ready else None
            await self._server.serve(sockets)
            if telling is not None:
                await _ended(telling)
        finally:
            for each in sockets:
                each.close()
            await self.stop()

    async def _tell(self, ready: Callable[[House], object]) -> None:
        while self._server and not self._server.started:  # noqa: ASYNC110  it has no event
            await asyncio.sleep(0.01)
        try:
            result = ready(self)
            if asyncio.iscoroutine(result):
                await result
        except Exception:
            self.end()
            raise

    def _heed_signals(self) -> None:
        """End on SIGTERM and SIGINT; only a process's main thread hears them."""
        if threading.current_thread() is threading.main_thread():
            for each in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(each, self.end)

    def end(self) -> None:
        """Ask the HTTP server to stop, as SIGTERM does; asked twice, it waits for no request."""
        if self._server is not None:
            self._server.should_exit = True
            self._server.force_exit = self._ending
        self._ending = True

    @property
    def address(self) -> str:
        """Where people reach the portal."""
        port = self.settings.port
        with contextlib.suppress(Exception):
            if self._server is not None:
                port = self._server.servers[0].sockets[0].getsockname()[1]
        return self.settings.public_url or f"http://{self.settings.host}:{port}"


async def _ended(task: asyncio.Task[None]) -> None:
    """End a task that the house no longer needs; what went wrong in it is raised."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
