"""What the tests of the directory share: real servers, and a house in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.service import Service
from libs.chassis.settings import HouseSettings
from services.directory.adapters.bootstrap import offer
from services.house.running import Running

T = TypeVar("T")
PORTAL = "service:portal"
CUSTODIAN = "SECRETARIAT"
FIRST: dict[str, Any] = {
    "sign_in": "first.administrator",
    "names": {"en": "First Administrator", "ar": "المديرة الأولى"},
    "email": "first@example.org",
    "password": "seven lamps by the harbour",
}


class RunningDirectory:
    """The directory with its servers, asked over HTTP as everybody asks it."""

    def __init__(self, folder: Path, postgres: EmbeddedPostgres, database: str) -> None:
        self.folder = folder
        self.keys = folder / "keys"
        self.url = make_conninfo(postgres.url, dbname=database)
        self.nats = EmbeddedNats(folder / "nats")
        self.first = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._running: Running | None = None

    @property
    def running(self) -> Running:
        assert self._running is not None
        return self._running

    @property
    def service(self) -> Service:
        return self.running.services[0]

    def start(self) -> None:
        self.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.nats.start()
        self._thread.start()
        self.open()

    def open(self) -> None:
        """Start the service; the servers run already."""
        settings = HouseSettings(data=self.folder)
        self._running = Running(settings, ["directory"], self.url, self.nats.url, self.keys)
        self.run(self._running.start())

    def close(self) -> None:
        """Stop the service alone."""
        self.run(self.running.stop())

    def stop(self) -> None:
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.nats.stop()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def asked(
        self, method: str, path: str, person: str = "", body: Any = None, **headers: str
    ) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if person:
            sent["Authorization"] = f"Bearer {self.service.house.tokens.sign(person)}"
        client = self.service.house.client("directory")
        return await client.request(method, f"/api/directory/v1{path}", json=body, headers=sent)

    def ask(
        self, method: str, path: str, person: str = "", body: Any = None, **headers: str
    ) -> httpx.Response:
        """Ask, and wait until what was recorded stands in every read model."""
        response = self.run(self.asked(method, path, person, body, **headers))
        if method != "GET":
            self.run(self._settle(response.headers.get("Dhakira-Position", "directory=0")))
        return response

    async def _settle(self, position: str) -> None:
        head = await self.service.reader.head()
        for follower in self.service.own:
            assert await follower.progress.wait_for("directory", head, 20), follower.problem
        heard = self.service.foreign[0]
        published = int(position.removeprefix("directory="))
        assert await heard.progress.wait_for("directory", published, 20), heard.problem

    def found(self) -> str:
        """Enrol the first administrator; return the id."""
        token = offer(self.keys)
        response = self.ask("POST", "/bootstrap", body={"token": token, **FIRST})
        assert response.status_code == 201, response.text
        self.first = response.json()["id"]
        return self.first

    def register(self, code: str, kind: str = "ministry") -> None:
        body = {"code": code, "names": {"en": code}, "kind": kind, "membership": "full"}
        response = self.ask("POST", "/institutions", self.first, body)
        assert response.status_code == 201, response.text

    def enrol(self, sign_in: str, *roles: str, institution: str = CUSTODIAN, **more: Any) -> str:
        """Enrol a person; return the id."""
        body = {
            "sign_in": sign_in,
            "names": {"en": sign_in.title()},
            "institution": institution,
            "roles": roles,
            **more,
        }
        response = self.ask("POST", "/people", self.first, body)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read the database as its superuser."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode()).fetchall()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("servers") / "postgres")
    server.start()
    yield server
    server.stop()


Opened = Callable[[], RunningDirectory]


@pytest.fixture(scope="module")
def opened(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Give directories that know nobody yet, each with a database of its own."""
    standing: list[RunningDirectory] = []

    def act() -> RunningDirectory:
        folder = tmp_path_factory.mktemp("directory")
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            name = sql.Identifier(folder.name)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        directory = RunningDirectory(folder, postgres, folder.name)
        directory.start()
        standing.append(directory)
        return directory

    yield act
    for directory in standing:
        directory.stop()


@pytest.fixture(autouse=True, scope="session")
def _least_hashing() -> Iterator[None]:
    """Hash with the least parameters that are allowed, so that the tests are quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DHAKIRA_DIRECTORY_PASSWORD_KIB", "19456")
        yield


@pytest.fixture(scope="module")
def directory(opened: Opened) -> RunningDirectory:
    """Give a directory with its first administrator."""
    standing = opened()
    standing.found()
    return standing
