"""Bringing a source file into a running house, from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from libs.chassis.language import Language
from libs.chassis.problems import NotKnownWhetherRecorded, Unavailable, refusal_in
from libs.chassis.settings import HouseSettings
from libs.kernel.refusal import Misunderstood, Refusal
from services.house.serving import House

LOOK_SECONDS = 0.1
UNAUTHORIZED = 401
TIMEOUT_SECONDS = 60.0
ROWS = 500
FIGURES = ("read", "distinct", "new", "changed", "unchanged", "conflicts")
REPORTS = ("not_understood", "doubtful")
"""Figures that come with the rows that they count, each with its reason."""

Progress = Callable[[str, int, int], None]


class FileNotThere(Misunderstood):
    """The file to import does not exist, or cannot be read."""


class HouseNotReached(Refusal):
    """No platform answers at the address."""

    status = 503


class ImportLeft(Refusal):
    """The platform stopped answering after it took the file in; it is not known to be confirmed."""

    status = 503


class ImportGoesOn(Refusal):
    """The platform stopped answering after the import was confirmed; it goes on by itself."""

    status = 503


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be imported, and how."""

    file: Path
    state: str | None = None
    any_state: bool = False
    cycle: int | None = None
    dry_run: bool = False
    language: str = "en"


@asynccontextmanager
async def reached(url: str | None, settings: HouseSettings, language: str) -> AsyncIterator[Visit]:
    """Reach a running house at ``url``; without one, run the house of a data folder meanwhile."""
    if url:
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS) as client:
            yield Visit(client, language, settings.peers)
        return
    house = House(settings)
    try:
        running = await house.start()
        yield Visit(running.client("portal"), language)
    finally:
        await house.stop()


async def bring_in(
    visit: Visit, wish: Wish, sign_in: str, password: str, progress: Progress
) -> dict[str, Any]:
    """Preview a file and, unless it is a dry run, confirm it; return the figures.

    Raises:
        FileNotThere: the file cannot be read.
        HouseNotReached: nobody answers.
        ImportLeft: nobody answers any more, the file being handed in.
        ImportGoesOn: nobody answers any more, the import being confirmed.
        Answered: the platform refused.
    """
    try:
        content = await asyncio.to_thread(wish.file.read_bytes)
    except OSError as reason:
        raise FileNotThere(file=str(wish.file), cause=str(reason.strerror)) from None
    await visit.sign_in(sign_in, password)
    return await visit.bring_in(wish, content, progress)


class Visit:
    """One signed-in visit of the command line to the platform."""

    def __init__(
        self, client: httpx.AsyncClient, language: str, peers: Mapping[str, str] | None = None
    ) -> None:
        """Visit through ``client``; refusals come in ``language``.

        ``peers`` are the addresses of services that do not stand behind the client's own.
        """
        self._client = client
        self._peers = peers or {}
        self._headers = {"Accept-Language": language}
        self._who: tuple[str, str] | None = None

    async def sign_in(self, name: str, password: str) -> None:
        """Exchange name and password for a short-lived token, which ``ask`` renews."""
        self._who = name, password
        self._headers.pop("Authorization", None)
        body = {"sign_in": name, "password": password}
        answered = await self.ask("POST", "/api/portal/v1/tokens", json=body)
        self._headers["Authorization"] = f"Bearer {answered['token']}"

    async def bring_in(self, wish: Wish, content: bytes, progress: Progress) -> dict[str, Any]:
        """Hand the file in, look at its preview, confirm it."""
        options = {"state": wish.state, "cycle": wish.cycle, "any_state": wish.any_state or None}
        begun = await self.ask(
            "POST",
            "/api/intake/v1/imports",
            files={"file": (wish.file.name, content)},
            data={name: str(value) for name, value in options.items() if value is not None},
        )
        here = f"/api/intake/v1/imports/{begun['id']}"
        with _left(ImportLeft, begun["id"]):
            found = await self._until(here, {"previewed", "failed"}, progress)
            if found["state"] != "previewed" or wish.dry_run or not _changes(found):
                return await self._figures(here, found)
            await self.ask("POST", f"{here}/confirmation")
        with _left(ImportGoesOn, begun["id"]):
            found = await self._until(here, {"confirmed", "failed"}, progress)
            return await self._figures(here, found)

    async def _until(self, here: str, states: set[str], progress: Progress) -> dict[str, Any]:
        while True:
            found: dict[str, Any] = await self.ask("GET", here)
            done, total = _done(found)
            progress(found["state"], done, total)
            if found["state"] in states:
                return found
            await asyncio.sleep(LOOK_SECONDS)

    async def _figures(self, here: str, found: dict[str, Any]) -> dict[str, Any]:
        counts = found["counts"]
        unread = await self._rows(here, "not-understood")
        doubtful = await self._rows(here, "doubtful")
        doubts = [(each["row"], doubt["text"]) for each in doubtful for doubt in each["doubts"]]
        return {
            "import": found["id"],
            "state": found["state"],
            **{name: counts[name] for name in FIGURES},
            "not_understood": {
                "count": counts["not_understood"],
                "rows": [{"row": each["row"], "reason": each["reason_text"]} for each in unread],
            },
            "doubtful": {
                "count": found["doubtful"],
                "rows": [{"row": row, "reason": reason} for row, reason in doubts],
            },
            **({"refusal": found["refusal"]["detail"]} if found["refusal"] else {}),
        }

    async def _rows(self, here: str, kind: str) -> list[dict[str, Any]]:
        """Return every row of a kind, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["place"] if found else -1
            page = await self.ask("GET", f"{here}/rows?kind={kind}&after={after}&limit={ROWS}")
            found += page
            if len(page) < ROWS:
                return found

    async def ask(self, method: str, path: str, **sent: Any) -> Any:  # noqa: ANN401  JSON
        """Ask for something; return what is answered.

        Raises:
            Answered: the platform refused.
            HouseNotReached: nobody answers.
            Unavailable: something between did; nothing was recorded.
            NotKnownWhetherRecorded: the answer was lost on the way.
        """
        service = path.split("/")[2]
        url = self._peers.get(service, "").rstrip("/") + path
        response = await self._answer(method, url, sent)
        if response.status_code == UNAUTHORIZED and "Authorization" in self._headers and self._who:
            await self.sign_in(*self._who)
            response = await self._answer(method, url, sent)
        if response.is_error:
            raise refusal_in(response, service)
        return response.json()

    async def _answer(self, method: str, url: str, sent: dict[str, Any]) -> httpx.Response:
        try:
            return await self._client.request(method, url, headers=self._headers, **sent)
        except httpx.TransportError as reason:
            raise HouseNotReached(cause=str(reason) or type(reason).__name__) from None


def told_of(left: ImportLeft | ImportGoesOn, language: Language) -> dict[str, Any]:
    """Return what is known of an import that nobody answers for any more; no state, if not that."""
    return {
        "import": left.facts["import"],
        "state": "confirming" if isinstance(left, ImportGoesOn) else None,
        "refusal": language.message(f"refusal-{left.code}", **left.facts),
    }


@contextmanager
def _left(how: type[ImportLeft | ImportGoesOn], number: str) -> Iterator[None]:
    """Tell what stands of an import where the platform stops answering meanwhile."""
    try:
        yield
    except (HouseNotReached, Unavailable, NotKnownWhetherRecorded) as reason:
        cause = reason.facts.get("cause", reason.code)
        raise how(**{"import": number, "cause": cause}) from None


def _changes(found: dict[str, Any]) -> bool:
    return bool(found["counts"]["new"] or found["counts"]["changed"])


def _done(found: dict[str, Any]) -> tuple[int, int]:
    progress, counts = found["progress"], found["counts"]
    if found["state"] == "reading":
        return progress["rows_read"], 0
    return progress["rows_recorded"], counts["new"] + counts["changed"]
