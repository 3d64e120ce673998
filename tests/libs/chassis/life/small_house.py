"""A house of a few services on the session's servers, with three people, asked over HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import pytest

from libs.chassis.service import Service
from libs.chassis.settings import HouseSettings
from libs.ledger.reader import Recorded
from libs.testkit.waiting import until
from services.directory.adapters.bootstrap import offer
from services.house.running import Running

T = TypeVar("T")
CUSTODIAN = "SECRETARIAT"
LEADS = ("JUSTICE", "HEALTH")
RECOMMENDATION: dict[str, Any] = {
    "state": "XDM",
    "mechanism": "CEDAW",
    "official": True,
    "language": "en",
    "text": "Open a school in every valley, and let every girl go there",
    "symbol": "CEDAW/C/XDM/CO/5",
}
FIRST: dict[str, Any] = {
    "sign_in": "first.administrator",
    "names": {"en": "First Administrator", "ar": "المديرة الأولى"},
    "password": "seven lamps by the harbour",
}


class SmallHouse:
    """Services in one event loop of a thread of its own, as a test talks to them."""

    def __init__(self, folder: Path, names: Sequence[str], database: str, bus_url: str) -> None:
        self.database = database
        self.bus_url = bus_url
        self.keys = folder / "keys"
        self.keys.mkdir(mode=0o700)
        self.settings = HouseSettings(data=folder, origin=f"h{uuid4().hex[:10]}")
        self.running = Running(self.settings, names, database, bus_url, self.keys)
        self.people: dict[str, str] = {"portal": "service:portal"}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self.run(self.running.start())
        self._enrol()

    def start_again(self, meanwhile: Callable[[], None]) -> None:
        """Stop, do something, and start as another process would."""
        self.run(self.running.stop())
        meanwhile()
        names = [each.name for each in self.running.services]
        self.running = Running(self.settings, names, self.database, self.bus_url, self.keys)
        self.run(self.running.start())

    def stop(self) -> None:
        self.run(self.running.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def service(self, name: str) -> Service:
        return next(each for each in self.running.services if each.name == name)

    def ask(
        self, method: str, path: str, person: str = "", body: Any = None, **headers: str
    ) -> httpx.Response:
        """Ask a service, ``/intake/recommendations``, in a person's name; nobody's without one."""
        service, _, rest = path.strip("/").partition("/")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if person:
            sent["Authorization"] = f"Bearer {self.running.tokens.sign(self.people[person])}"
        client = self.running.client(service)
        url = f"/api/{service}/v1/{rest}"
        return self.run(client.request(method, url, json=body, headers=sent))

    def done(self, method: str, path: str, person: str, body: Any = None, **headers: str) -> Any:
        """Ask for what must succeed; return the answer."""
        response = self.ask(method, path, person, body, **headers)
        assert response.is_success, response.text
        return response.json()

    def events(self, service: str) -> list[Recorded]:
        return self.run(self.service(service).reader.after(0))

    def settle(self) -> None:
        """Wait until every read model holds all that was told."""
        self.run(self._settle())

    async def _settle(self) -> None:
        heads = {each.name: await each.reader.head() for each in self.running.services}
        for each in self.running.services:
            if each.plan.events:
                await until(partial(_relayed, each, heads[each.name]), what=each.name)
        told = {each.name: await each.last_published() for each in self.running.services}
        for service in self.running.services:
            for follower in service.own:
                assert await follower.progress.wait_for(service.name, heads[service.name], 20)
            for foreign in (*service.foreign, *service.gaps):
                wanted = told.get(foreign.source, 0)
                assert await foreign.progress.wait_for(foreign.source, wanted, 20), foreign.problem

    def publish_one(self, **more: Any) -> UUID:
        """Type a recommendation in and publish it; return its id when its case is open."""
        recommendation = self.receive(**more)
        self.done("POST", f"intake/recommendations/{recommendation}/publication", "secretary")
        self.until_open(recommendation)
        return recommendation

    def receive(self, **more: Any) -> UUID:
        answer = self.done("POST", "intake/recommendations", "secretary", RECOMMENDATION | more)
        return UUID(answer["id"])

    def until_open(self, recommendation: UUID) -> None:
        self.run(self._until_open(recommendation))

    async def _until_open(self, recommendation: UUID) -> None:
        async def opened() -> bool:
            path = f"/api/tracking/v1/cases/{recommendation}"
            return (await self.running.client("tracking").get(path)).is_success

        await until(opened, what="the case is open")

    def _enrol(self) -> None:
        token = offer(self.keys)
        first = self.done("POST", "directory/bootstrap", "portal", {"token": token, **FIRST})
        self.people["administrator"] = str(first["id"])
        self.settle()
        for code in LEADS:
            body = {"code": code, "names": {"en": code}, "kind": "ministry"}
            self.done("POST", "directory/institutions", "administrator", body)
        for sign_in, role in (("secretary", "secretariat"), ("chair", "chair")):
            body = {
                "sign_in": sign_in,
                "names": {"en": sign_in},
                "institution": CUSTODIAN,
                "roles": [role],
            }
            made = self.done("POST", "directory/people", "administrator", body)
            self.people[sign_in] = str(made["id"])
        self.settle()


async def _relayed(service: Service, head: int) -> bool:
    return service.relay.position >= head


@contextmanager
def small_house(
    folder: Path,
    names: Sequence[str],
    database: str,
    bus_url: str,
    before: Callable[[SmallHouse], None] = lambda _: None,
) -> Iterator[SmallHouse]:
    """Give a house that stands; ``before`` is called with it before it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DHAKIRA_DIRECTORY_PASSWORD_KIB", "19456")
        patch.setenv("DHAKIRA_DIRECTORY_PASSWORD_MILLISECONDS", "50")
        house = SmallHouse(folder, names, database, bus_url)
        before(house)
        house.start()
        try:
            yield house
        finally:
            house.stop()
