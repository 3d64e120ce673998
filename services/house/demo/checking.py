"""Checking a whole house in one go: start, import, walk the story over HTTP, stop."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from libs.chassis.settings import HouseSettings
from services.house.demo.country import FOLDER, Country
from services.house.demo.loading import password_of
from services.house.demo.running import demo_house, fill

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from services.house.serving import House

LOOK_SECONDS = 0.02
FURTHER = "further-recommendations.csv"
EXPECTED = 60


@dataclass(slots=True)
class Walk:
    """One walk through the story; every step says what it saw."""

    house: House
    country: Country
    steps: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Walk: fill, sign in, import, find it in both languages, read it as at a past day."""
        self.steps["acts"] = await fill(self.house, self.country, lambda _, __: None)
        async with httpx.AsyncClient(base_url=self.house.address, timeout=15) as client:
            await self._list_is(client, EXPECTED)
            token = await self._sign_in(client)
            await self._import(client, token)
            await self._list_is(client, EXPECTED + int(self.steps["import"]["new"]))
            await self._read(client)

    async def _sign_in(self, client: httpx.AsyncClient) -> str:
        login = next(each.login for each in self.country.people if each.role == "secretariat")
        body = {"sign_in": login, "password": password_of(login)}
        response = await client.post("/api/portal/v1/tokens", json=body)
        response.raise_for_status()
        return str(response.json()["token"])

    async def _import(self, client: httpx.AsyncClient, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        file = FOLDER / "files" / FURTHER
        files = {"file": (FURTHER, file.read_bytes(), "text/csv")}
        path = "/api/intake/v1/imports"
        begun = await client.post(
            path, files=files, data={"state": self.country.code}, headers=headers
        )
        begun.raise_for_status()
        here = f"{path}/{begun.json()['id']}"
        preview = await _until(client, here, headers, "previewed")
        self.steps["import"] = preview["counts"]
        (await client.post(f"{here}/confirmation", headers=headers)).raise_for_status()
        await _until(client, here, headers, "confirmed")

    async def _list_is(self, client: httpx.AsyncClient, total: int) -> None:
        """Wait until the public list holds ``total`` recommendations."""

        async def count() -> int:
            response = await client.get("/en/recommendations.json")
            response.raise_for_status()
            return int(response.json()["total"])

        self.steps["listed"] = await _until_equal(count, total)

    async def _read(self, client: httpx.AsyncClient) -> None:
        number = "REC-00005"
        for language in ("ar", "en"):
            page = await client.get(f"/{language}/recommendations/{number}")
            page.raise_for_status()
            if number not in page.text:
                self.failures.append(f"/{language}: {number} is not on its page")
        past = await client.get(
            f"/en/recommendations/{number}", params={"as-at": "2025-12-01", "by": "happened"}
        )
        self.steps["as_at"] = past.status_code
        self.steps["status"] = (await client.get("/readyz")).json()["ready"]


async def _until(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], state: str
) -> dict[str, Any]:
    while True:
        response = await client.get(path, headers=headers)
        response.raise_for_status()
        body: dict[str, Any] = response.json()
        if body["state"] == state:
            return body
        if body["state"] == "failed":
            msg = f"the import failed: {body}"
            raise RuntimeError(msg)
        await asyncio.sleep(LOOK_SECONDS)


async def _until_equal(look: Callable[[], Awaitable[int]], wanted: int) -> int:
    while True:
        seen = await look()
        if seen == wanted:
            return seen
        await asyncio.sleep(LOOK_SECONDS)


async def check(seconds: float, tamper: Callable[[House], object] | None = None) -> dict[str, Any]:
    """Walk the story within ``seconds``; return a summary whose ``well`` says whether all held.

    ``tamper`` may break the running house first: the check must then fail.
    """
    began = time.monotonic()
    country = Country.load()
    with tempfile.TemporaryDirectory(prefix="dhakira-check-") as folder:
        house = demo_house(HouseSettings(data=Path(folder), port=0), country)
        walk = Walk(house, country)

        async def ready(running: House) -> None:
            if tamper is not None:
                tamper(running)
            try:
                await asyncio.wait_for(walk.run(), max(1.0, seconds - (time.monotonic() - began)))
            except TimeoutError:
                walk.failures.append(f"not done within {seconds:g} s; got as far as {walk.steps}")
            except Exception as reason:  # noqa: BLE001  whatever it is, the summary tells it
                walk.failures.append(f"{type(reason).__name__}: {reason}")
            finally:
                running.end()

        with suppress(asyncio.CancelledError):
            await house.run(ready)
    return {
        "well": not walk.failures,
        "seconds": round(time.monotonic() - began, 1),
        "steps": walk.steps,
        "failures": walk.failures,
    }
