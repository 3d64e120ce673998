"""One real house with the demo country in it, and people who read and work there over HTTP."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import psycopg
from lxml import html

from libs.chassis.settings import HouseSettings
from libs.testkit.waiting import until_true
from services.house.demo.country import Country
from services.house.demo.loading import ADMINISTRATOR, password_of
from services.house.demo.running import demo_house, fill

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from pathlib import Path

    from services.house.running import Running
    from services.house.serving import House

T = TypeVar("T")
STARTS_WITHIN = 300.0
ANSWERS_WITHIN = 60.0
RECOMMENDATIONS = 60
GENEROUS = {
    "DHAKIRA_DIRECTORY_TRIES_PER_ADDRESS": "10000",
    "DHAKIRA_PUBLIC_TRIES": "10000",
    "DHAKIRA_DIRECTORY_PASSWORD_MILLISECONDS": "50",
}
"""The limits on strangers have tests of their own; here people come and go from one address."""


class DemoHouse:
    """A house that runs in a thread of this process with its own event loop and real servers."""

    def __init__(self, folder: Path) -> None:
        """Prepare to run in ``folder``."""
        self._folder = folder
        self._thread = threading.Thread(target=self._run, name="demo house")
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._house: House | None = None

    def start(self) -> None:
        """Return when the country stands and the public list shows it."""
        self._thread.start()
        assert self._ready.wait(STARTS_WITHIN), "the demo house did not come up"
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        with self.reader() as anyone:
            until_true(lambda: anyone.total() == RECOMMENDATIONS, ANSWERS_WITHIN)

    def stop(self) -> None:
        """End it as SIGTERM does."""
        if self._thread.is_alive():
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self.house.end)
        self._thread.join()

    def settle(self, seconds: float = ANSWERS_WITHIN) -> None:
        """Wait until every read model stands at the last event that it has to take in."""
        until_true(lambda: not self.call(self._behind()), seconds, "settled")

    async def _behind(self) -> list[str]:
        found = {each.name: await each.status() for each in self.running.services}
        relays = [name for name, each in found.items() if each.relayed < each.head]
        return relays + [
            f"{name}: {model.name} of {model.source}"
            for name, each in found.items()
            for model in each.read_models
            if model.position < found[model.source].told
        ]

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as failure:  # noqa: BLE001  told to the test that waits
            self._failure = failure
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        country = Country.load()
        self._house = demo_house(HouseSettings(data=self._folder, port=0), country)

        async def ready(house: House) -> None:
            try:
                await fill(house, country, lambda _, __: None)
            except BaseException as failure:  # noqa: BLE001  told to the test that waits
                self._failure = failure
                house.end()
            finally:
                self._ready.set()

        await self._house.run(ready)

    def call(self, work: Coroutine[Any, Any, T], seconds: float = ANSWERS_WITHIN) -> T:
        """Run something in the house's own event loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    @property
    def house(self) -> House:
        """The house."""
        assert self._house is not None
        return self._house

    @property
    def running(self) -> Running:
        """Its services."""
        assert self.house.running is not None
        return self.house.running

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.house.address

    def rows(self, service: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Ask the database of a service directly, past all of the house's own code."""
        with psycopg.connect(self.running.url_of(service)) as connection:
            return connection.execute(query.encode(), parameters or None).fetchall()

    @cached_property
    def people(self) -> dict[str, str]:
        """Sign-in name to person id, as the administrator reads them."""
        with httpx.Client(base_url=self.address, timeout=ANSWERS_WITHIN) as client:
            body = {"sign_in": ADMINISTRATOR, "password": password_of(ADMINISTRATOR)}
            answer = client.post("/api/portal/v1/tokens", json=body).raise_for_status()
            headers = {"Authorization": f"Bearer {answer.json()['token']}"}
            found = client.get("/api/directory/v1/people?limit=200", headers=headers)
            return {each["personal"]["sign_in"]: each["id"] for each in found.json()}

    def token(self, login: str) -> str:
        """Return a token of a person of the demo, or of ``service:<name>``."""
        subject = login if login.startswith("service:") else self.people[login]
        return self.running.tokens.sign(subject)

    def bearer(self, login: str) -> dict[str, str]:
        """Return the header of a request in a person's name."""
        return {"Authorization": f"Bearer {self.token(login)}"}

    @contextmanager
    def reader(self, language: str = "en") -> Iterator[Person]:
        """Give somebody who reads without signing in."""
        with httpx.Client(base_url=self.address, timeout=ANSWERS_WITHIN) as client:
            yield Person(self, client, language)

    @contextmanager
    def signed_in(self, login: str, language: str = "en") -> Iterator[Person]:
        """Give somebody who has signed in on the page."""
        with self.reader(language) as person:
            person.sign_in(login)
            yield person


@dataclass
class Page:
    """A page as it was answered."""

    response: httpx.Response
    tree: html.HtmlElement = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the HTML."""
        self.tree = html.fromstring(self.response.text)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    def one(self, path: str) -> str:
        """Return the words of the one element at an XPath."""
        found = self.all(path)
        assert len(found) == 1, f"{path}: {found} at {self.response.url}"
        return found[0]

    def all(self, path: str) -> list[str]:
        """Return the words of everything at an XPath, white space evened out."""
        found = self.tree.xpath(path)
        return [
            " ".join((each if isinstance(each, str) else each.text_content()).split())
            for each in found
        ]

    def fields(self, action: str) -> dict[str, str]:
        """Return what a browser would send of the form whose action ends so."""
        form = next(each for each in self.tree.forms if str(each.action).endswith(action))
        written = {each.name for each in form.iter("textarea")}
        return {
            name: str(value or "").removeprefix("\n" if name in written else "")
            for name, value in form.form_values()
        }


@dataclass
class Person:
    """Somebody with a browser without scripting."""

    house: DemoHouse
    client: httpx.Client
    language: str

    def page(self, path: str, **more: Any) -> Page:
        """Open a page of the reader's language."""
        return Page(self.client.get(f"/{self.language}{path}", follow_redirects=True, **more))

    def send(self, form: str, typed: dict[str, str], at: str | None = None, **more: Any) -> Page:
        """Open the page of a form, fill it in, send it; ``at`` says where else the form stands."""
        fields = self.page(at or form).fields(form)
        return self.post(form, fields | typed, **more)

    def post(self, path: str, fields: dict[str, str], **more: Any) -> Page:
        """Send a form as the browser does from a page of this house, and follow where it leads."""
        headers = {"Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        return Page(
            self.client.post(
                f"/{self.language}{path}",
                data=fields,
                headers=headers,
                follow_redirects=True,
                **more,
            )
        )

    def says(self, message: str, **facts: object) -> str:
        """Return a sentence of the catalogue of the reader's language."""
        language = self.house.running.services[0].house.languages.get(self.language)
        assert language is not None
        return language.message(message, **facts)

    def sign_in(self, login: str) -> None:
        """Begin a session."""
        answer = self.send("/sign-in", {"sign_in": login, "password": password_of(login)})
        assert answer.status == 200, answer.one("//main")

    def total(self, query: str = "") -> int:
        """Return how many recommendations the list holds."""
        return int(self.list(query)["total"])

    def list(self, query: str = "") -> dict[str, Any]:
        """Return the list as JSON."""
        answer = self.client.get(f"/{self.language}/recommendations.json{query}")
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


@contextmanager
def running_demo(folder: Path) -> Iterator[DemoHouse]:
    """Run a demo house until the end."""
    before = dict(os.environ)
    os.environ.update(GENEROUS)
    running = DemoHouse(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        os.environ.clear()
        os.environ.update(before)
