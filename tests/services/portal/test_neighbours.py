"""What the portal makes of neighbours that break, hang, or stand behind something that answers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from libs.chassis.asking import KeyMalformed, VersionMalformed
from libs.chassis.problems import Answered, NotFound, NotKnownWhetherRecorded, Unavailable
from libs.chassis.settings import HouseSettings
from libs.kernel.refusal import Refusal
from libs.testkit import servers
from libs.testkit.waiting import until
from services.directory.adapters.bootstrap import offer
from services.house.importing import Visit
from services.house.running import Running
from services.portal.api.operating import statuses_of
from services.portal.commands.neighbours import Names, Neighbours

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    import httpx

    Story = Callable[["Beside"], Awaitable[None]]

FAR = ("intake", "tracking", "consultation", "visits", "reporting", "feeds")
BETWEEN = b"<html><h1>502 Bad Gateway</h1></html>"


class Beside:
    """The directory and the portal, and a web server in place of the others."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 502
        self.together = 1
        self._all_are_here = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, once ``together`` are waiting."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.heard.append(head.split("\r\n", 1)[0])
        if len(self.heard) >= self.together:
            self._all_are_here.set()
        await self._all_are_here.wait()
        length = f"content-length: {len(BETWEEN)}\r\nconnection: close\r\n\r\n"
        writer.write(f"HTTP/1.1 {self.status} No\r\ncontent-type: text/html\r\n{length}".encode())
        writer.write(BETWEEN)
        await writer.drain()
        writer.close()

    async def start(self, database: str, folder: Path, nats: str) -> None:
        """Run everything."""
        (folder / "keys").mkdir(mode=0o700)
        self.keys = folder / "keys"
        self.server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        settings = HouseSettings(data=folder, peers=dict.fromkeys(FAR, self.address))
        self.running = Running(settings, ["directory", "portal"], database, nats, self.keys)
        await self.running.start()
        self.neighbours = Neighbours(self.running.services[1].house)

    async def ask(self, method: str, path: str, service: str = "intake", **more: Any) -> object:
        """Ask as a page does."""
        return await self.neighbours.ask(
            service, method, path, person="service:portal", language="en", **more
        )


@asynccontextmanager
async def standing(database: str, folder: Path) -> AsyncIterator[Beside]:
    beside = Beside()
    with servers.nats(folder) as nats:
        await beside.start(database, folder, nats.url)
        try:
            yield beside
        finally:
            await beside.running.stop()
            beside.server.close()


async def what_something_between_says_is_told_as_a_refusal(beside: Beside) -> None:
    """Of a question, nothing was recorded; of an act that is not known."""
    with pytest.raises(Unavailable):
        await beside.ask("GET", "/imports")
    with pytest.raises(NotKnownWhetherRecorded) as unknown:
        await beside.ask("POST", "/imports", headers={"Idempotency-Key": "once"})
    assert unknown.value.facts == {"key": "once"}
    beside.status = 413
    with pytest.raises(Unavailable):
        await beside.ask("POST", "/imports")


async def the_terminal_tells_it_too(beside: Beside) -> None:
    client = beside.running.client("intake")
    for method, refusal in (("GET", Unavailable), ("POST", NotKnownWhetherRecorded)):
        with pytest.raises(refusal):
            await Visit(client, "en").ask(method, "/api/intake/v1/imports")


async def a_defect_of_a_neighbour_in_the_same_process_is_no_silence(beside: Beside) -> None:
    """It answers 500, as it does in a process of its own: something may be recorded."""

    async def broken() -> None:
        msg = "broken"
        raise KeyError(msg)

    app = beside.running.services[0].app
    assert app is not None
    app.add_api_route("/api/directory/v1/broken", broken, methods=["POST"])
    with pytest.raises(Answered) as answered:
        await beside.ask("POST", "/broken", "directory")
    assert answered.value.problem.status == 500
    with pytest.raises(Unavailable):
        await beside.ask("POST", "/broken", "nobody")


async def what_a_form_says_leads_nowhere_else(beside: Beside) -> None:
    """Every sign of a part of an address means itself; what no header holds is refused."""
    with pytest.raises(Refusal):
        await beside.ask("GET", "/imports/a?b#c%2Fd e/é", query={"limit": 5})
    (heard,) = beside.heard
    assert heard == "GET /api/intake/v1/imports/a%3Fb%23c%252Fd%20e/%C3%A9?limit=5 HTTP/1.1"
    for service, path in (("intake", "/imports/../people"), ("..", "/imports"), ("intake", "/.")):
        with pytest.raises(NotFound):
            await beside.ask("GET", path, service)
    for key in ("ключ", "a\r\nHost: b"):
        with pytest.raises(KeyMalformed):
            await beside.ask("POST", "/imports", headers={"Idempotency-Key": key})
    with pytest.raises(VersionMalformed):
        await beside.ask("POST", "/imports", headers={"If-Match": '"a-٣"'})
    assert len(beside.heard) == 1


async def a_name_that_was_not_told_is_not_asked_for_on_every_page(beside: Beside) -> None:
    asked = 0

    async def broken(person: str) -> None:
        nonlocal asked
        asked += 1
        raise KeyError(person)

    app = beside.running.services[0].app
    assert app is not None
    app.router.routes.clear()
    app.add_api_route("/api/directory/v1/people/{person}/name", broken)
    names = Names(beside.neighbours)
    for _ in range(3):
        assert await names.of("somebody", "en") == ""
    assert asked == 1


async def all_services_are_asked_how_they_stand_at_the_same_time(beside: Beside) -> None:
    """The server answers none before all have asked."""
    beside.together = len(FAR)
    async with asyncio.timeout(10):
        assert await statuses_of(beside.neighbours, FAR, "en") == dict.fromkeys(FAR)


def browser(beside: Beside) -> httpx.AsyncClient:
    """Return what asks the front door."""
    return beside.running.client("portal")


async def a_refused_first_account_shows_no_secret(beside: Beside) -> None:
    """What is wrong stands at its field; neither token nor password come back, and nobody keeps."""
    token = offer(beside.keys) or ""
    typed = {"token": token, "name": "Ina", "sign_in": "ina.one"}
    typed["password"] = "seven lamps by the harbour"
    wrongs = {"password": "brief-1", "sign_in": "!", "token": "other-2"}
    for field, said in wrongs.items():
        sent = typed | {field: said}
        page = await browser(beside).post(
            "/en/first-account", data=sent, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert page.status_code >= 400, page.text
        assert page.headers["cache-control"] == "no-store"
        for secret in (sent["token"], sent["password"]):
            assert secret not in page.text
        assert 'value="Ina"' in page.text
        assert fields_marked_wrong(page.text) == [field]


async def the_first_account_is_offered_until_it_stands(beside: Beside) -> None:
    """Also where a sign-in is refused."""
    client, wrong = browser(beside), {"sign_in": "nobody.here", "password": "nothing at all"}

    async def is_offered() -> set[bool]:
        here, form = "/en/sign-in", {"Sec-Fetch-Site": "same-origin"}
        asked, refused = await client.get(here), await client.post(here, data=wrong, headers=form)
        assert (asked.status_code, refused.status_code) == (200, 401)
        return {'href="/en/first-account"' in page.text for page in (asked, refused)}

    assert await is_offered() == {True}
    first = {"token": offer(beside.keys), "sign_in": "ina.one", "names": {"en": "Ina"}}
    first["password"] = "seven lamps by the harbour"
    reply = await beside.neighbours.ask(
        "directory", "POST", "/bootstrap", person="service:portal", language="en", json=first
    )
    register = beside.running.services[1].register

    async def has_heard() -> bool:
        return bool((await register.asker(reply.body["id"])).institution)

    await until(has_heard)
    assert await is_offered() == {False}


def fields_marked_wrong(page: str) -> list[str]:
    """Return the names of the fields that a page marks as wrong."""

    every = html.fromstring(page).iter("input")
    return [str(each.get("name")) for each in every if each.get("aria-invalid") == "true"]


async def tokens_are_refused_in_the_language_of_whoever_asks(beside: Beside) -> None:
    body = {"sign_in": "nobody.here", "password": "nothing at all"}
    said = [
        (
            await browser(beside).post(
                "/api/portal/v1/tokens", json=body, headers={"Accept-Language": tag}
            )
        ).json()["detail"]
        for tag in ("en", "ar")
    ]
    languages = beside.running.services[1].house.languages
    for detail, tag in zip(said, ("en", "ar"), strict=True):
        language = languages.get(tag)
        assert language is not None
        assert detail == language.message("refusal-sign-in-refused")


async def a_page_says_which_methods_its_address_takes(beside: Beside) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        page = await browser(beside).request(method, "/en/recommendations")
        assert page.status_code == 405
        assert page.headers["allow"] == "HEAD, GET"


@pytest.mark.parametrize(
    "story",
    [
        what_something_between_says_is_told_as_a_refusal,
        the_terminal_tells_it_too,
        a_defect_of_a_neighbour_in_the_same_process_is_no_silence,
        what_a_form_says_leads_nowhere_else,
        a_name_that_was_not_told_is_not_asked_for_on_every_page,
        all_services_are_asked_how_they_stand_at_the_same_time,
        a_refused_first_account_shows_no_secret,
        the_first_account_is_offered_until_it_stands,
        tokens_are_refused_in_the_language_of_whoever_asks,
        a_page_says_which_methods_its_address_takes,
    ],
)
def test_neighbours(story: Story, database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with standing(database, tmp_path) as beside:
            await story(beside)

    asyncio.run(run())
