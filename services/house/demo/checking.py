"""Checking a whole house in one go: start, import, walk the story over HTTP, stop."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from libs.chassis.language import Languages
from libs.chassis.settings import HouseSettings
from libs.kernel.words import recommendation_number
from services.house.demo.country import SAMPLE_IMPORT, Country, CountryMistake
from services.house.demo.loading import password_of
from services.house.demo.running import demo_house, fill
from services.house.importing import Visit, Wish, bring_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from libs.chassis.language.language import Language
    from services.house.serving import House

T = TypeVar("T")
LOOK_SECONDS = 0.02
EXPECTED = 60
NOT_FOUND = 404
NOT_YET = "not on record yet"
STATUSES = (
    "not-started",
    "in-progress",
    "partly-implemented",
    "implemented",
    "no-longer-applicable",
    "no-information",
)
_STANDING = re.compile(r'<dl class="standing">.*?</dl>', re.DOTALL)


def followed(country: Country) -> tuple[str, date, dict[date, str]]:
    """Return a record whose case moved: its number, when it came in, its status from each day on.

    Numbers are given in the order in which records come in.
    """
    received = [act for act in country.acts if act.name == "receive"]
    for place, act in enumerate(received, start=1):
        statuses = {
            told.happened: str(told.fields["status"])
            for told in country.acts
            if (told.name, told.recommendation) == ("record-status", act.recommendation)
            and told.fields["track"] == "state"
        }
        if len(set(statuses.values())) > 1:
            return recommendation_number(place), act.happened, statuses
    msg = "the history of the demo moves no case"
    raise CountryMistake(msg)


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
            await self._import(client)
            await self._list_is(client, EXPECTED + int(self.steps["import"]["new"]))
            await self._read(client)
            await self._follow_a_case(client)

    async def _import(self, client: httpx.AsyncClient) -> None:
        login = next(each.login for each in self.country.people if each.role == "secretariat")
        wish = Wish(SAMPLE_IMPORT, state=self.country.code)
        figures = await bring_in(
            Visit(client, wish.language), wish, login, password_of(login), lambda *_: None
        )
        self.steps["import"] = figures
        if figures["state"] != "confirmed":
            self.failures.append(f"the import ended as {figures['state']}")

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
        self.steps["status"] = (await client.get("/readyz")).json()["ready"]

    async def _follow_a_case(self, client: httpx.AsyncClient) -> None:
        """Hold a record's page, today and on every day that changed its case, to the history."""
        number, received, statuses = followed(self.country)
        days = {received - timedelta(days=1): NOT_YET, **statuses}
        for language in Languages.load():
            await _until_equal(
                partial(self._status, client, language, number), [*days.values()][-1]
            )
            shown = {day: await self._status(client, language, number, day) for day in days}
            if shown != days:
                said = f"{number} shows {shown}, and stood at {days}"
                self.failures.append(f"/{language.tag}: {said}")
            self.steps["case"] = {day.isoformat(): status for day, status in shown.items()}

    async def _status(
        self, client: httpx.AsyncClient, language: Language, number: str, day: date | None = None
    ) -> str:
        """Return the status that a record's page shows, today or as it was on a day."""
        asked = {"as-at": day.isoformat(), "by": "happened"} if day else {}
        page = await client.get(f"/{language.tag}/recommendations/{number}", params=asked)
        if page.status_code == NOT_FOUND:
            return NOT_YET
        standing = _STANDING.search(page.raise_for_status().text)
        if standing is None:
            return ""
        words = {language.message(f"status-{code}"): code for code in STATUSES}
        return next((code for word, code in words.items() if f">{word}<" in standing[0]), "")


async def _until_equal(look: Callable[[], Awaitable[T]], wanted: T) -> T:
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
