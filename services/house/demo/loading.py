"""Telling the demo country's history to a running house, over HTTP, in the name of its people."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from libs.kernel.refusal import Refusal
from libs.kernel.words import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from services.house.demo.country import Act, Country
    from services.house.running import Running

ADMINISTRATOR = "nadia.admin"
SECRETARIAT = "secretariat"
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.01


class DemoFailed(Refusal):
    """The house did not take the demo's history; fact ``cause`` is what it answered."""

    status = 503


def password_of(login: str) -> str:
    """Return the demo password of a person: the sign-in name and three words."""
    return f"{login} keeps the record"


class Loader:
    """Enrols the demo's people and lets them act, with the dates on which they acted."""

    def __init__(self, running: Running, country: Country, token: str) -> None:
        """Load ``country`` into ``running``; ``token`` is the bootstrap token."""
        self._running = running
        self._country = country
        self._token = token
        self._people: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._client: httpx.AsyncClient = running.client("directory")
        self._acts: dict[str, Callable[[Act], tuple[str, str, str, Any]]] = {
            "receive": self._receive,
            "translate": lambda act: self._intake(act, "POST", "translations", plain(act.fields)),
            "classify": lambda act: self._intake(act, "PUT", "classification", plain(act.fields)),
            "publish": lambda act: self._intake(act, "POST", "publication", None),
            "correct": lambda act: self._intake(
                act, "POST", "corrections", {**_json(act.fields), "reason": _reason(act)}
            ),
            "link": lambda act: self._intake(
                act, "POST", "links",
                {"relation": act.fields["relation"], "other": self._ids[act.fields["other"]]},
            ),
            "withdraw": lambda act: self._intake(
                act, "POST", "withdrawal", {"reason": _reason(act)}
            ),
            "summarise": lambda act: self._intake(act, "POST", "summaries", plain(act.fields)),
            "confirm-provisional": lambda act: self._intake(
                act, "POST", "confirmation", plain(act.fields)
            ),
            "record-position": lambda act: self._intake(act, "PUT", "position", plain(act.fields)),
            "assign": self._assign,
            "set-deadline": self._assign,
            "record-status": lambda act: self._tracking(
                act, "POST", "assessments", plain(act.fields)
            ),
            "close": lambda act: self._tracking(act, "POST", "closure", {"reason": _reason(act)}),
        }  # fmt: skip

    async def load(self, progress: Callable[[int, int], None]) -> int:
        """Tell everything; return how many acts there were.

        Raises:
            DemoFailed: the house refused one of them.
        """
        await self._enrol()
        total = len(self._country.acts)
        for number, act in enumerate(self._country.acts, start=1):
            await self._act(act)
            progress(number, total)
        return total

    async def _enrol(self) -> None:
        names = {each.code: each.name for each in self._country.institutions}
        first = await self._ask("directory", "POST", "/bootstrap", "service:portal", {
            "token": self._token,
            "sign_in": ADMINISTRATOR,
            "names": {"ar": "نادية المشرفة", "en": "Nadia the administrator"},
            "password": password_of(ADMINISTRATOR),
            "custodian_names": dict(names[SECRETARIAT]),
        })  # fmt: skip
        administrator = str(first["id"])
        await self._until_known(administrator, "directory")
        for each in self._country.institutions:
            if each.code != SECRETARIAT:
                body = {
                    "code": each.code,
                    "names": dict(each.name),
                    "kind": each.kind,
                    "membership": each.membership,
                }
                await self._ask("directory", "POST", "/institutions", administrator, body)
        for person in self._country.people:
            await self._enrol_person(administrator, person)
        await self._settle("directory")

    async def _enrol_person(self, administrator: str, person: Any) -> None:  # noqa: ANN401  the country's person
        body = {
            "sign_in": person.login,
            "names": dict(person.name),
            "posts": dict(person.post),
            "institution": self._code(person.institution),
            "roles": [person.role],
            "password": password_of(person.login),
        }
        answered = await self._ask("directory", "POST", "/people", administrator, body)
        self._people[person.login] = str(answered["id"])

    def _code(self, institution: str) -> str:
        """The demo's secretariat keeps the register, under the code that the settings give it."""
        custodian = self._running.settings.custodian
        return custodian if institution == SECRETARIAT else institution

    async def _until_known(self, person: str, service: str) -> None:
        """Wait until a service has heard of a person."""
        running = next(each for each in self._running.services if each.name == service)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (await running.register.asker(person)).roles:  # noqa: ASYNC110  rows tell nobody
                await asyncio.sleep(LOOK_SECONDS)

    async def _settle(self, producer: str) -> None:
        """Wait until every service has heard all that ``producer`` told."""
        source = next(each for each in self._running.services if each.name == producer)
        head = await source.reader.head()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while source.relay.position < head:  # noqa: ASYNC110  a relay only counts
                await asyncio.sleep(LOOK_SECONDS)
            for service in self._running.services:
                for follower in service.foreign:
                    if follower.source == producer:
                        last = await source.last_published()
                        await follower.progress.wait_for(producer, last, PATIENCE_SECONDS)

    async def _act(self, act: Act) -> None:
        service, method, path, body = self._acts[act.name](act)
        happened = datetime.combine(act.happened, time(9), tzinfo=UTC).isoformat()
        person = self._people[act.actor]
        if service == "tracking":
            await self._until_open(act.recommendation)
        headers = {"Dhakira-Happened-At": happened}
        answered = await self._ask(service, method, path, person, body, headers)
        if act.name == "receive":
            self._ids[act.recommendation] = str(answered["id"])

    async def _until_open(self, key: str) -> None:
        """Wait until tracking has opened the case of a recommendation."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                response = await self._client.get(f"/api/tracking/v1/cases/{self._ids[key]}")
                if response.is_success:
                    return
                await asyncio.sleep(LOOK_SECONDS)

    def _receive(self, act: Act) -> tuple[str, str, str, Any]:
        body = {**_json(act.fields), "state": self._country.code}
        return "intake", "POST", "/recommendations", body

    def _intake(self, act: Act, method: str, what: str, body: Any) -> tuple[str, str, str, Any]:  # noqa: ANN401
        return "intake", method, f"/recommendations/{self._ids[act.recommendation]}/{what}", body

    def _tracking(self, act: Act, method: str, what: str, body: Any) -> tuple[str, str, str, Any]:  # noqa: ANN401
        return "tracking", method, f"/cases/{self._ids[act.recommendation]}/{what}", body

    def _assign(self, act: Act) -> tuple[str, str, str, Any]:
        fields = _json(act.fields)
        fields["lead"] = self._code(fields["lead"])
        fields["supporting"] = [self._code(each) for each in fields["supporting"]]
        return self._tracking(act, "PUT", "assignment", {**fields, "reason": _reason(act) or None})

    async def _ask(  # noqa: PLR0913  what a request is made of
        self,
        service: str,
        method: str,
        path: str,
        subject: str,
        body: Any,  # noqa: ANN401  whatever the route takes
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        token = self._running.tokens.sign(subject)
        response = await self._client.request(
            method,
            f"/api/{service}/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}", **(headers or {})},
        )
        if response.is_error:
            asked = f"{method} /api/{service}/v1{path}"
            raise DemoFailed(cause=f"{asked}: {response.status_code} {response.text[:400]}")
        answered: dict[str, Any] = response.json()
        return answered


def _json(fields: Any) -> dict[str, Any]:  # noqa: ANN401  the act's fields
    made = plain(dict(fields))
    return made if isinstance(made, dict) else {}


def _reason(act: Act) -> str:
    """Return the act's reason: in Arabic, the house's first language, else in English."""
    return act.reason.get("ar") or act.reason.get("en") or ""
