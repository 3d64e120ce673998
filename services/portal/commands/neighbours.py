"""How the portal asks other services, over HTTP, in the name of the person who signed in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from libs.chassis.problems import Problem, Unavailable
from libs.chassis.telemetry import traceparent

if TYPE_CHECKING:
    from libs.chassis.service import House

POSITION = "Dhakira-Position"
PORTAL = "service:portal"
NAME_SECONDS = 300.0
MOST_NAMES = 500


class Answered(Exception):  # noqa: N818  the other service's word, carried to the page
    """Another service refused; its problem document says why, in the reader's language."""

    def __init__(self, problem: Problem) -> None:
        """Carry ``problem``."""
        super().__init__(problem.detail)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered, and up to where the next page should have read."""

    status: int
    body: Any
    position: str
    etag: str


class Neighbours:
    """The other services, as the portal asks them."""

    def __init__(self, house: House) -> None:
        """Ask through the clients of ``house``."""
        self._house = house

    async def ask(  # noqa: PLR0913  what a request may carry
        self,
        service: str,
        method: str,
        path: str,
        *,
        person: str,
        language: str,
        json: Any = None,  # noqa: ANN401  whatever the route takes
        files: Any = None,  # noqa: ANN401  httpx's own shape
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Ask ``/api/<service>/v1<path>``.

        Raises:
            Answered: the service refused.
            Unavailable: it does not answer.
        """
        token = self._house.tokens.sign(person)
        sent = {"Authorization": f"Bearer {token}", "Accept-Language": language, **(headers or {})}
        parent = traceparent()
        if parent:
            sent["traceparent"] = parent
        try:
            response = await self._house.client(service).request(
                method, f"/api/{service}/v1{path}", json=json, files=files, data=data, headers=sent
            )
        except (httpx.HTTPError, LookupError) as reason:
            raise Unavailable(service=service) from reason
        if response.is_error:
            raise Answered(Problem.model_validate(response.json()))
        is_json = response.headers.get("content-type", "").endswith("json")
        body = response.json() if is_json and response.content else response.content or None
        return Reply(
            response.status_code,
            body,
            response.headers.get(POSITION, ""),
            response.headers.get("ETag", ""),
        )


class Names:
    """The names of those who have signed in, for their own pages alone; asked for at times."""

    def __init__(self, neighbours: Neighbours) -> None:
        """Ask the directory through ``neighbours``."""
        self._neighbours = neighbours
        self._known: dict[str, tuple[float, dict[str, str]]] = {}

    async def of(self, person: str, language: str) -> str:
        """Return a person's name in a language; empty while the directory does not answer."""
        asked_at, names = self._known.get(person, (0.0, {}))
        if time.monotonic() - asked_at > NAME_SECONDS or not names:
            names = await self._ask(person, language)
            self._known[person] = (time.monotonic(), names)
            while len(self._known) > MOST_NAMES:
                del self._known[next(iter(self._known))]
        return names.get(language) or next(iter(names.values()), "")

    async def _ask(self, person: str, language: str) -> dict[str, str]:
        try:
            reply = await self._neighbours.ask(
                "directory", "GET", f"/people/{person}/name", person=PORTAL, language=language
            )
        except (Answered, Unavailable):
            return {}
        names: dict[str, str] = reply.body["names"]
        return names
