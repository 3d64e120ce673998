"""How the portal asks other services, over HTTP, in the name of the person who signed in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from libs.chassis.asking import DateMalformed, KeyMalformed, VersionMalformed
from libs.chassis.problems import (
    SAFE_METHODS,
    Answered,
    NotFound,
    NotKnownWhetherRecorded,
    Unavailable,
    refusal_in,
)
from libs.chassis.telemetry import traceparent

if TYPE_CHECKING:
    from libs.chassis.service import House

POSITION = "Dhakira-Position"
PORTAL = "service:portal"
NAME_SECONDS = 300.0
NAME_AGAIN_SECONDS = 10.0
MOST_NAMES = 500
#: The request has not reached the service.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered, and up to where the next page should have read."""

    status: int
    body: Any
    position: str


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
        query: dict[str, str | int] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Ask ``/api/<service>/v1<path>``; any sign but ``/`` means itself in ``path``.

        Raises:
            NotFound: a part of ``path`` is no name.
            KeyMalformed, DateMalformed, VersionMalformed: a header holds what no header can.
            Answered: the service refused.
            Unavailable: it does not answer; nothing was recorded.
            NotKnownWhetherRecorded: it fell silent after it was asked to record something.
        """
        address = address_of(service, path)
        check(headers or {})
        token = self._house.tokens.sign(person)
        sent = {"Authorization": f"Bearer {token}", "Accept-Language": language, **(headers or {})}
        parent = traceparent()
        if parent:
            sent["traceparent"] = parent
        try:
            client = self._house.client(service)
        except LookupError as reason:
            raise Unavailable(service=service) from reason
        try:
            response = await client.request(
                method, address, json=json, files=files, data=data, params=query, headers=sent
            )
        except httpx.HTTPError as reason:
            if method in SAFE_METHODS or isinstance(reason, NOT_SENT):
                raise Unavailable(service=service) from reason
            raise NotKnownWhetherRecorded(key=sent.get("Idempotency-Key", "")) from reason
        if response.is_error:
            raise refusal_in(response, service)
        is_json = response.headers.get("content-type", "").endswith("json")
        body = response.json() if is_json and response.content else response.content or None
        return Reply(
            response.status_code,
            body,
            response.headers.get(POSITION, ""),
        )


def address_of(service: str, path: str) -> str:
    """Return the address of ``path`` at a service, every sign in its parts quoted.

    Raises:
        NotFound: a part is ``.`` or ``..``, which would lead elsewhere.
    """
    if {".", ".."} & {service, *path.split("/")}:
        raise NotFound
    return f"/api/{quote(service, safe='')}/v1{quote(path)}"


def check(headers: dict[str, str]) -> None:
    """Go on only if headers hold what headers can; what a form says comes to stand in them.

    Raises:
        KeyMalformed: the idempotency key does not.
        DateMalformed: the day on which it happened does not.
        VersionMalformed: the version does not.
    """
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            if name == "Idempotency-Key":
                raise KeyMalformed
            if name == "Dhakira-Happened-At":
                raise DateMalformed(value=value[:40])
            raise VersionMalformed(value=value[:60])


class Names:
    """The names of those who have signed in, for their own pages alone; asked for at times."""

    def __init__(self, neighbours: Neighbours) -> None:
        """Ask the directory through ``neighbours``."""
        self._neighbours = neighbours
        self._known: dict[str, tuple[float, dict[str, str]]] = {}

    async def of(self, person: str, language: str) -> str:
        """Return a person's name in a language; empty while the directory does not answer."""
        asked_at, names = self._known.get(person, (-NAME_SECONDS, {}))
        if time.monotonic() - asked_at > (NAME_SECONDS if names else NAME_AGAIN_SECONDS):
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
