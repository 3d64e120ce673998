"""What the tests of imports share: a real intake on real servers, asked over HTTP."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.service import Service
from libs.chassis.settings import HouseSettings
from libs.testkit.servers import database, nats, postgres
from libs.testkit.waiting import until, until_true
from services.house.running import Running
from services.intake.adapters import template
from services.intake.domain.source_row import SourceRow

T = TypeVar("T")
SECRETARY = "018f0000-0000-7000-8000-000000000001"
STRANGER = "018f0000-0000-7000-8000-000000000002"
LONG = 200.0


class Intake:
    """Intake with its servers: what is asked is asked over HTTP, as everybody asks it."""

    def __init__(self, folder: Path, url: str, bus: EmbeddedNats) -> None:
        self.folder = folder
        self.url = url
        self.bus = bus
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._running: Running | None = None

    @property
    def service(self) -> Service:
        assert self._running is not None
        return self._running.services[0]

    def open(self) -> None:
        """Start the service; the servers run already."""
        keys = self.folder / "keys"
        keys.mkdir(exist_ok=True)
        settings = HouseSettings(data=self.folder)
        # Grave acts need the directory itself, not only what it told once.
        self._running = Running(settings, ["intake", "directory"], self.url, self.bus.url, keys)
        self.run(self._running.start())
        people = [
            (SECRETARY, "SECRETARIAT", ["secretariat"]),
            (STRANGER, "JUSTICE", ["secretariat"]),
        ]
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO intake_read.people VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", people
            )

    def close(self) -> None:
        """Stop the service alone."""
        if self._running is not None:
            self.run(self._running.stop())
            self._running = None

    def end(self) -> None:
        """Stop the service and its loop."""
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LONG)

    def ask(
        self, method: str, path: str, *, person: str = SECRETARY, **more: Any
    ) -> httpx.Response:
        return self.run(self._ask(method, path, person, **more))

    async def _ask(self, method: str, path: str, person: str, **more: Any) -> httpx.Response:
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if person:
            headers["Authorization"] = f"Bearer {self.service.house.tokens.sign(person, 600)}"
        client = self.service.house.client("intake")
        return await client.request(method, f"/api/intake/v1{path}", headers=headers, **more)

    def told(self, method: str, path: str, **more: Any) -> Any:
        """Ask, and read the answer of a success."""
        response = self.ask(method, path, **more)
        assert response.is_success, response.text
        return response.json()

    def hand_in(self, name: str, content: bytes, **options: str) -> str:
        """Hand in a file; return the import's id."""
        files = {"file": (name, content)}
        return str(self.told("POST", "/imports", data=options, files=files)["id"])

    def reached(self, identity: str, *states: str) -> dict[str, Any]:
        """Wait until an import stands in one of these states; return it."""

        async def look() -> dict[str, Any] | None:
            response = await self._ask("GET", f"/imports/{identity}", SECRETARY)
            found: dict[str, Any] = response.json()
            return found if found["state"] in states else None

        found = self.run(until(look, LONG, f"{identity} is {states}"))
        assert found is not None
        return found

    def previewed(self, name: str, content: bytes, **options: str) -> dict[str, Any]:
        """Hand in a file and wait for its preview."""
        return self.reached(self.hand_in(name, content, **options), "previewed", "failed")

    def confirmed(self, identity: str) -> dict[str, Any]:
        """Confirm an import and wait until everything is recorded."""
        self.told("POST", f"/imports/{identity}/confirmation")
        return self.reached(identity, "confirmed")

    def imported(self, name: str, content: bytes, **options: str) -> dict[str, Any]:
        """Hand in, preview and confirm."""
        return self.confirmed(self.previewed(name, content, **options)["id"])

    def undone(self, identity: str, reason: str = "The wrong file") -> dict[str, Any]:
        """Undo an import and wait until everything is taken back."""
        self.told("POST", f"/imports/{identity}/undo", json={"reason": reason})
        return self.reached(identity, "undone")

    def rows(self, identity: str, kind: str) -> list[dict[str, Any]]:
        """Read all rows of a kind of a preview."""
        found: list[dict[str, Any]] = []
        after = -1
        while page := self.told(
            "GET", f"/imports/{identity}/rows", params={"kind": kind, "after": after, "limit": 500}
        ):
            found += page
            after = page[-1]["place"]
        return found

    def register(self) -> list[dict[str, Any]]:
        """Read the whole register, once its rows stand up to the newest event."""
        self._caught_up()
        found: list[dict[str, Any]] = []
        after = ""
        while page := self.told("GET", "/recommendations", params={"after": after, "limit": 200}):
            found += page
            after = page[-1]["number"]
        return found

    def one(self, number: str) -> dict[str, Any]:
        """Read the record of a number."""
        return next(each for each in self.register() if each["number"] == number)

    def head(self) -> int:
        """Return the position of the ledger's newest event."""
        return self.run(self.service.reader.head())

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database as its superuser."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def _caught_up(self) -> None:
        head = self.head()
        progress = self.service.own[0].progress
        until_true(lambda: progress.of("intake") >= head, LONG, "the register is read")


def template_csv(*rows: SourceRow) -> bytes:
    """Write our own template."""
    return b"".join(template.write_csv(rows))


def template_xlsx(*rows: SourceRow) -> bytes:
    """Write our own template as a workbook."""
    book = io.BytesIO()
    template.write_xlsx(rows, book)
    return book.getvalue()


Opened = Callable[..., Intake]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with postgres(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
def opened(server: EmbeddedPostgres, tmp_path: Path) -> Iterator[Opened]:
    """Give intakes that know nothing yet."""
    with ExitStack() as standing:

        def act(name: str = "") -> Intake:
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            url = standing.enter_context(database(server))
            bus = standing.enter_context(nats(folder))
            intake = Intake(folder, url, bus)
            standing.callback(intake.end)
            return intake

        yield act


@pytest.fixture
def intake(opened: Opened) -> Intake:
    """Give an intake that runs."""
    standing = opened()
    standing.open()
    return standing


@pytest.fixture(scope="session")
def real() -> Path:
    """Give the folder of real files, which is not part of the project."""
    here = Path(__file__).resolve()
    root = next(parent for parent in here.parents if (parent / "pyproject.toml").exists())
    folder = root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real source files are not on this machine (looked in {folder})")
    return folder
