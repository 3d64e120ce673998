"""Starting services with what they share: the database, the bus, one address."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import FastAPI
from psycopg.conninfo import make_conninfo

from libs.chassis.bus import Bus
from libs.chassis.http import health_routes
from libs.chassis.identity import Tokens
from libs.chassis.language import Languages
from libs.chassis.service import House, Service
from libs.ledger.schema import migrate, provision
from libs.ledger.vault import key_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

    from libs.chassis.settings import HouseSettings

SERVICES = (
    "directory",
    "intake",
    "tracking",
    "consultation",
    "visits",
    "reporting",
    "feeds",
    "portal",
)
HTTP_SECONDS = 15.0


class Front:
    """One address for a process's services: ``/api/<service>/…``, all else the portal's."""

    def __init__(self) -> None:
        """Answer nothing before the services are there."""
        self._apps: dict[str, Any] = {}
        self._health: FastAPI | None = None

    def serve(self, services: Sequence[Service]) -> None:
        """Answer for these services from now on."""
        self._apps = {each.name: each.app for each in services}
        health = FastAPI(openapi_url=None)
        health.include_router(health_routes(services))
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the service that it is for; HEAD as GET (RFC 9110 §9.3.2)."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope.get("method") == "HEAD":
            scope, send = {**scope, "method": "GET"}, _headers_alone(send)
        app = self._app_for(scope.get("path", "/"))
        if app is not None:
            await app(scope, receive, send)

    def _app_for(self, path: str) -> Any:  # noqa: ANN401  an ASGI application
        if path in {"/healthz", "/readyz", "/metrics"}:
            return self._health
        parts = path.split("/", 3)
        if len(parts) > 2 and parts[1] == "api" and parts[2] in self._apps:  # noqa: PLR2004  /api/<service>
            return self._apps[parts[2]]
        return self._apps.get("portal") or next(iter(self._apps.values()), None)


def _headers_alone(send: Send) -> Send:
    async def without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return without_body


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


class Clients:
    """HTTP clients to services: inside the process if the service runs here, else by network."""

    def __init__(self, front: Front, local: Sequence[str], peers: dict[str, str]) -> None:
        """Reach ``local`` services through ``front``, others at their address in ``peers``."""
        self._local = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=front, raise_app_exceptions=False),
            base_url="http://house",
            timeout=HTTP_SECONDS,
        )
        self._names = set(local)
        self._remote = {
            name: httpx.AsyncClient(base_url=address, timeout=HTTP_SECONDS)
            for name, address in peers.items()
            if name not in self._names
        }

    def to(self, service: str) -> httpx.AsyncClient:
        """Return the client for a service.

        Raises:
            LookupError: it does not run here, and no peer address is set for it.
        """
        if service in self._names:
            return self._local
        if service not in self._remote:
            msg = f"DHAKIRA_PEERS names no address for {service}"
            raise LookupError(msg)
        return self._remote[service]

    async def close(self) -> None:
        """Let every connection go."""
        for client in (self._local, *self._remote.values()):
            await client.aclose()


class Running:
    """Services that run in this process, from start to drained."""

    def __init__(
        self, settings: HouseSettings, names: Sequence[str], database: str, bus_url: str, keys: Path
    ) -> None:
        """Prepare to run ``names`` on the given servers."""
        self.settings = settings
        self.names = tuple(names)
        self.front = Front()
        self.services: list[Service] = []
        self._database = database
        self._bus = Bus(bus_url, settings.origin)
        self._keys = keys
        self._clients = Clients(self.front, self.names, settings.peers)

    async def start(self) -> None:
        """Lay the ledgers, start the services, then let requests in."""
        await asyncio.to_thread(self._provision)
        await self._bus.connect()
        house = House(
            services=SERVICES,
            settings=self.settings,
            bus=self._bus,
            languages=Languages.load(self.settings.language_packs),
            tokens=Tokens.from_folder(self._keys),
            database=self.url_of,
            client=self._clients.to,
        )
        self.services = [
            import_module(f"services.{name}.service").create(house) for name in self.names
        ]
        await asyncio.gather(*(service.start() for service in self.services))
        self.front.serve(self.services)
        await asyncio.gather(*(service.hear_the_directory() for service in self.services))

    @property
    def tokens(self) -> Tokens:
        """What signs requests in the name of people and services."""
        return self.services[0].house.tokens

    def client(self, service: str) -> httpx.AsyncClient:
        """Return the HTTP client to a service."""
        return self._clients.to(service)

    def _provision(self) -> None:
        """Lay the ledgers; migrate older ones where the database is the house's own.

        Others may be at work on a database that is shared: there the operator says when.
        """
        if self.settings.database_url is None:
            migrate(self._database, SERVICES)
        for name in self.names:
            provision(self._database, name, self._password_of(name), migrate=False)

    def url_of(self, service: str) -> str:
        """Return the run-time role's connection string of a service."""
        role = f"{service}_run"
        return make_conninfo(self._database, user=role, password=self._password_of(service))

    def _password_of(self, service: str) -> str | None:
        """Return the password of a service's run-time role; None on the house's own database.

        It is made of a key that all processes of a house share. The house's own database is
        reached through a private socket, and asks for none.
        """
        if self.settings.database_url is None:
            return None
        key = key_file(self._keys / "database.key")
        return hmac.new(key, f"{service}_run".encode(), "sha256").hexdigest()

    async def stop(self) -> None:
        """Drain: what was accepted is recorded before this returns."""
        self._bus.precedence.end()
        await asyncio.gather(*(service.stop() for service in self.services), return_exceptions=True)
        await self._clients.close()
        with contextlib.suppress(Exception):
            await self._bus.close()
