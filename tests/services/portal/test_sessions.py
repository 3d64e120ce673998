"""A session ends with the password it began with, with the person, and with its time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from libs.chassis.settings import HouseSettings
from libs.testkit import servers
from libs.testkit.waiting import until
from services.directory.adapters.bootstrap import offer
from services.house.running import Running
from services.portal.commands import sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ADMINISTRATOR = {"sign_in": "first.one", "password": "seven lamps by the harbour"}
CLERK = {"sign_in": "clerk.two", "password": "nine herons over the weir"}
FORM = {"Sec-Fetch-Site": "same-origin"}
COOKIE = "__Host-dhakira"
ENDED = "SELECT * FROM portal_read.ended_sign_ins WHERE person = %s"


class Portal:
    """The portal and the directory as they run in production: behind HTTPS, on real servers."""

    def __init__(self, running: Running, keys: Path, database: str) -> None:
        self.running = running
        self.database = database
        self._keys = keys

    def browser(self) -> httpx.AsyncClient:
        """Return a browser of its own."""
        transport = httpx.ASGITransport(app=self.running.front)
        return httpx.AsyncClient(transport=transport, base_url="https://portal.example")

    async def found(self) -> None:
        """Enrol the administrator, and a clerk."""
        token = offer(self._keys)
        names = {"names": {"en": "Somebody"}}
        first = await self.directory("POST", "/bootstrap", token=token, **ADMINISTRATOR, **names)
        self.first = first["id"]
        await until(self._may_act)
        clerk = await self.directory(
            "POST", "/people", institution="SECRETARIAT", roles=["secretariat"], **CLERK, **names
        )
        self.clerk = clerk["id"]

    async def _may_act(self) -> bool:
        return bool((await self.running.services[0].register.asker(self.first)).roles)

    async def directory(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Ask the directory in the administrator's name."""
        headers = {}
        if path != "/bootstrap":
            headers["Authorization"] = f"Bearer {self.running.tokens.sign(self.first)}"
        answer = await self.running.client("directory").request(
            method, f"/api/directory/v1{path}", json=body, headers=headers
        )
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            cursor = connection.execute(query.encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []


@asynccontextmanager
async def standing(database: str, folder: Path) -> AsyncIterator[Portal]:
    settings, keys = HouseSettings(data=folder, secure_cookies=True), folder / "keys"
    keys.mkdir(mode=0o700)
    with servers.nats(folder) as nats:
        running = Running(settings, ["directory", "portal"], database, nats.url, keys)
        await running.start()
        try:
            portal = Portal(running, keys, database)
            await portal.found()
            yield portal
        finally:
            await running.stop()


async def sign_in(browser: httpx.AsyncClient, who: dict[str, str]) -> httpx.Response:
    answer = await browser.post("/en/sign-in", data=who, headers=FORM)
    assert answer.status_code == 303, answer.text
    return answer


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    page = (await browser.get("/en/about")).raise_for_status()
    return "/en/sign-out" in page.text


async def is_signed_out(browser: httpx.AsyncClient) -> bool:
    return not await is_signed_in(browser)


async def passwords_and_departures(portal: Portal) -> None:
    async with portal.browser() as clerk, portal.browser() as other, portal.browser() as first:
        await sign_in(first, ADMINISTRATOR)
        for browser in (clerk, other):
            await sign_in(browser, CLERK)
            assert await is_signed_in(browser)
        new = "eleven swifts under the eaves"
        await portal.directory("PUT", f"/people/{portal.clerk}/credential", password=new)
        await until(lambda: is_signed_out(clerk))
        assert await is_signed_out(other)
        await sign_in(clerk, CLERK | {"password": new})
        assert await is_signed_in(clerk)
        await portal.directory("POST", f"/people/{portal.clerk}/departure")
        await until(lambda: is_signed_out(clerk))
        assert await is_signed_in(first)


async def an_old_password_opens_nothing_once_the_new_one_stands(portal: Portal) -> None:
    """Not even a session that begins after it, because signing in took so long."""
    new = "eleven swifts under the eaves"
    begin = sessions.begin

    async def is_heard(before: list[tuple[Any, ...]]) -> bool:
        return portal.rows(ENDED, portal.clerk) != before

    async def slow(*given: Any) -> str:
        before = portal.rows(ENDED, portal.clerk)
        await portal.directory("PUT", f"/people/{portal.clerk}/credential", password=new)
        await until(lambda: is_heard(before))
        return await begin(*given)

    async with portal.browser() as clerk, portal.browser() as other:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sessions, "begin", slow)
            await sign_in(clerk, CLERK)
        assert await is_signed_out(clerk)
        await sign_in(other, CLERK | {"password": new})
        assert await is_signed_in(other)


async def time_ends_and_purges(portal: Portal) -> None:
    async with portal.browser() as clerk, portal.browser() as first:
        await sign_in(clerk, CLERK)
        long_ago = datetime.now(UTC) - timedelta(hours=13)
        portal.rows("UPDATE portal_read.sessions SET begun_at = %s", long_ago)
        assert await is_signed_out(clerk)
        await sign_in(first, ADMINISTRATOR)
        assert portal.rows("SELECT person FROM portal_read.sessions") == [(portal.first,)]


async def cookies_are_for_https_alone(portal: Portal) -> None:
    async with portal.browser() as clerk:
        for answer in (
            await sign_in(clerk, CLERK),
            await clerk.post("/en/sign-out", headers=FORM),
        ):
            (cookie,) = answer.headers.get_list("set-cookie")
            assert cookie.startswith(f"{COOKIE}=")
            parts = {part.strip().lower() for part in cookie.split(";")[1:]}
            # A browser takes a cookie of this name only with these, also where it is deleted.
            assert {"secure", "path=/", "httponly", "samesite=lax"} <= parts
            assert "max-age=" in answer.headers["strict-transport-security"]
        assert await is_signed_out(clerk)
        assert not clerk.cookies
        assert not portal.rows("SELECT person FROM portal_read.sessions")


async def a_rebuild_signs_nobody_out(portal: Portal) -> None:
    async with portal.browser() as clerk:
        await sign_in(clerk, CLERK)
        service = next(each for each in portal.running.services if each.name == "portal")
        await service.rebuild.begin()

        async def is_done() -> bool:
            return service.rebuild.status.state in {"done", "failed"}

        await until(is_done, 60)
        assert not service.rebuild.status.problem
        assert await is_signed_in(clerk)


@pytest.mark.parametrize(
    "story",
    [
        passwords_and_departures,
        an_old_password_opens_nothing_once_the_new_one_stands,
        time_ends_and_purges,
        cookies_are_for_https_alone,
        a_rebuild_signs_nobody_out,
    ],
)
def test_a_session(story: Any, database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with standing(database, tmp_path) as portal:
            await story(portal)

    asyncio.run(run())
