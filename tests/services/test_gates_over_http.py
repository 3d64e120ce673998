"""Every route of every service, over HTTP: whom it is shut to, and whom it is open to."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from deploy.documents import made, openapi_of
from libs.testkit.waiting import until_true
from services.house.demo.loading import password_of
from services.house.running import SERVICES
from tests.stories.desk import template_of
from tests.stories.house import ANSWERS_WITHIN, DemoHouse

REFUSED = {401, 403}
DONE_ALREADY = 409
NOT_THERE = 404
"""What those are told of a thing who may not know that it is there."""
ANONYMOUS = ""
PUBLISHED_ONLY = {"GET /api/intake/v1/recommendations/{identity}"}
"""Public for what is published; the table asks for what is not."""
HOLDING = (("portal", "records"), ("intake", "recommendations"))
NEWCOMERS = {
    "gate.secretary": "secretariat",
    "gate.administrator": "administrator",
    "gate.guest": "observer",
}
"""They hold a role at a secretariat that does not keep the register."""
NEIGHBOURS = {"gate-house": "ministry", "gate-secretariat": "secretariat"}
"""Institutions that were not there before, with their kinds."""


class Cast(NamedTuple):
    """Who may; who has another role; who has it elsewhere (None: a service sits nowhere)."""

    right: str
    wrong: str
    elsewhere: str | None


CAST = {
    "administrator": Cast("nadia.admin", "salma.rahbi", "gate.administrator"),
    "secretariat": Cast("salma.rahbi", "nadia.admin", "gate.secretary"),
    "lead": Cast("yusuf.hamdan", "adel.qasim", "fadi.mansour"),
    "chair": Cast("karim.sadat", "salma.rahbi", "hind.jabir"),
    "portal": Cast("service:portal", "nadia.admin", "service:intake"),
    "service": Cast("service:tracking", "nadia.admin", None),
}


@dataclass(frozen=True)
class Gate:
    """One entry of the table."""

    service: str
    method: str
    path: str
    who: str
    json: Any = None
    form: dict[str, str] | None = None
    file: bool = False
    hidden: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_open(self) -> bool:
        """Whether somebody without a token is answered, at least about what is published."""
        return self.who in {"public", "nobody"} or self.name in PUBLISHED_ONLY

    @property
    def is_page(self) -> bool:
        return not self.path.startswith("/api/")


def table() -> Iterator[Gate]:
    text = (Path(__file__).parent / "gates.toml").read_text(encoding="utf-8")
    for room, entries in tomllib.loads(text).items():
        for service in SERVICES if room == "every" else (room,):
            base = "" if room == "page" else f"/api/{service}/v1"
            owner = "portal" if room == "page" else service
            for entry in entries:
                method, _, path = entry["route"].partition(" ")
                more = {name: value for name, value in entry.items() if name != "route"}
                yield Gate(owner, method, base + path, **more)


GATES = tuple(table())
SHUT = [each for each in GATES if each.who != "public"]
NAMES = [each.name for each in SHUT]


def routes_of(house: DemoHouse, service: str) -> set[str]:
    running = next(each for each in house.running.services if each.name == service)
    assert running.app is not None
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(running.app.routes)
        for method in set(route.methods or ()) - {"HEAD"}
    }


class Visitors:
    """People who come to the gates, each with token or session, and the things they ask for."""

    def __init__(self, house: DemoHouse) -> None:
        self.house = house
        self._sessions: dict[str, tuple[httpx.Client, str]] = {}
        self._enrol()
        self._import = self._hand_in()
        self._case = house.rows(
            "portal", "SELECT id FROM portal_read.records WHERE lead = 'justice' AND shown LIMIT 1"
        )[0][0]

    def _enrol(self) -> None:
        headers = self.house.bearer("nadia.admin")
        with httpx.Client(base_url=self.house.address, timeout=ANSWERS_WITHIN) as client:
            for code, kind in NEIGHBOURS.items():
                named = {"en": f"The neighbour {code}"}
                body = {"code": code, "names": named, "kind": kind, "membership": "full"}
                done = client.post("/api/directory/v1/institutions", json=body, headers=headers)
                done.raise_for_status()
            for login, role in NEWCOMERS.items():
                names = {"en": login}
                body = {
                    "sign_in": login, "names": names, "posts": {}, "roles": [role],
                    "institution": "gate-secretariat", "password": password_of(login),
                }  # fmt: skip
                done = client.post("/api/directory/v1/people", json=body, headers=headers)
                self.house.people[login] = done.raise_for_status().json()["id"]
        until_true(lambda: all(self._knows(each) for each in SERVICES))

    def _knows(self, service: str) -> bool:
        """Tell whether a service has heard of the newcomers."""
        ids = [self.house.people[login] for login in NEWCOMERS]
        query = f"SELECT count(*) FROM {service}_read.people WHERE person = ANY(%s)"
        return bool(self.house.rows(service, query, ids)[0][0] == len(ids))

    def _hand_in(self) -> str:
        headers = self.house.bearer("salma.rahbi")
        with httpx.Client(base_url=self.house.address, timeout=ANSWERS_WITHIN) as client:
            done = client.post(
                "/api/intake/v1/imports", headers=headers, **file(Gates="at the gate")
            )
            identity = str(done.raise_for_status().json()["id"])
            here = f"/api/intake/v1/imports/{identity}"
            until_true(lambda: client.get(here, headers=headers).json()["state"] == "previewed", 60)
        return identity

    def new_record(self) -> dict[str, str]:
        """Return id and number of a recommendation that is not public yet."""
        body = {"state": "XDM", "mechanism": "CESCR", "official": False, "language": "en",
                "text": "Words that are not public yet"}  # fmt: skip
        with httpx.Client(base_url=self.house.address, timeout=ANSWERS_WITHIN) as client:
            headers = self.house.bearer("salma.rahbi")
            done = client.post("/api/intake/v1/recommendations", json=body, headers=headers)
        found: dict[str, str] = done.raise_for_status().json()
        until_true(lambda: all(self._holds(rows, found["id"]) for rows in HOLDING))
        return found

    def _holds(self, rows: tuple[str, str], identity: str) -> bool:
        """Tell whether a service's read model holds a record."""
        service, name = rows
        query = f"SELECT count(*) FROM {service}_read.{name} WHERE id = %s"
        return bool(self.house.rows(service, query, UUID(identity))[0][0])

    def client(self, login: str) -> tuple[httpx.Client, str]:
        """Return the browser of somebody who signed in, and the token of its forms."""
        if login not in self._sessions:
            browser = httpx.Client(base_url=self.house.address, timeout=ANSWERS_WITHIN)
            csrf = ""
            if login and not login.startswith("service:"):
                form = {"sign_in": login, "password": password_of(login)}
                assert browser.post("/en/sign-in", data=form).status_code == 303
                page = browser.get("/en/").text
                csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
                assert csrf
            self._sessions[login] = browser, csrf
        return self._sessions[login]

    def ask(self, gate: Gate, login: str) -> httpx.Response:
        """Ask for a route's answer as somebody."""
        record = self.new_record() if "ecommendation" in gate.path else {"id": "", "number": ""}
        facts = {"recommendation": str(self._case)}
        path = self._filled(gate, record)
        body = json.loads(_with(json.dumps(gate.json), facts)) if gate.json is not None else None
        if gate.is_page:
            browser, csrf = self.client(login)
            form = None if gate.form is None else {**gate.form, "csrf": csrf}
            more = file() if gate.file else {}
            return browser.request(
                gate.method, path, data={**more.pop("data", {}), **(form or {})}, **more
            )
        browser, _ = self.client(ANONYMOUS)
        headers = self.house.bearer(login) if login else {}
        more = file() if gate.file else {"json": body}
        return browser.request(gate.method, path, headers=headers, **more)

    def _filled(self, gate: Gate, record: dict[str, str]) -> str:
        identity = record["id"]
        if "/imports/" in gate.path:
            identity = self._import
        elif "/people/" in gate.path:
            identity = self.house.people["gate.guest"]
        act = "confirm" if "/imports/" in gate.path else "correct"
        return _with(gate.path, {
            "identity": identity, "recommendation": str(self._case), "number": record["number"],
            "act": act, "code": "gate-house", "role": "observer", "reaction": "none",
            "event_id": "none", "event": "none", "service": "tracking", "language": "en",
            "form": "csv", "kind": "about", "fingerprint": "any", "name:path": "app.css",
        })  # fmt: skip

    def close(self) -> None:
        for browser, _ in self._sessions.values():
            browser.close()


def file(**named: str) -> dict[str, Any]:
    name, text = next(iter(named.items()), ("gate", "Words in a file"))
    return {"files": {"file": (f"{name}.csv", template_of(name, [text]))}, "data": {"state": "XDM"}}


def _with(text: str, facts: dict[str, str]) -> str:
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    return text


@pytest.fixture(scope="module")
def visitors(demo_house: DemoHouse) -> Iterator[Visitors]:
    found = Visitors(demo_house)
    yield found
    found.close()


@pytest.mark.parametrize("service", SERVICES)
def test_the_table_has_an_entry_for_every_route_and_no_other(
    demo_house: DemoHouse, service: str
) -> None:
    written = [each.name for each in GATES if each.service == service]
    assert len(written) == len(set(written))
    assert set(written) == routes_of(demo_house, service)


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_says_which_routes_need_a_token(service: str) -> None:
    described = openapi_of(made(service))["paths"]
    needed = {
        f"{method.upper()} {path}": {} not in operation["security"]
        for path, item in described.items()
        for method, operation in item.items()
    }
    api = [each for each in GATES if each.service == service and not each.is_page]
    assert needed == {each.name: not each.is_open for each in api}


@pytest.mark.parametrize("gate", SHUT, ids=NAMES)
def test_a_gate_is_shut_to_all_but_one(visitors: Visitors, gate: Gate) -> None:
    cast = CAST.get(gate.who, CAST["administrator"])
    askers = [ANONYMOUS, cast.wrong, *([cast.elsewhere] if cast.elsewhere else [])]
    if gate.who == "nobody":
        askers.append(cast.right)
    answers = {each: visitors.ask(gate, each).status_code for each in askers}
    expected = {NOT_THERE} if gate.hidden else {DONE_ALREADY} if gate.who == "nobody" else REFUSED
    assert set(answers.values()) <= expected, answers


@pytest.mark.parametrize(
    "gate", [each for each in SHUT if each.who != "nobody"], ids=lambda each: each.name
)
def test_a_gate_is_open_to_the_one_who_may(visitors: Visitors, gate: Gate) -> None:
    answer = visitors.ask(gate, CAST[gate.who].right)
    assert answer.status_code not in {401, 403}, answer.text
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "gate", [each for each in GATES if each.who == "public"], ids=lambda each: each.name
)
def test_a_public_route_is_open_to_everyone(visitors: Visitors, gate: Gate) -> None:
    for login in (ANONYMOUS, "adel.qasim"):
        answer = visitors.ask(gate, login)
        assert answer.status_code not in {401, 403}, (login, answer.text)
        assert answer.status_code < 500, answer.text
    if gate.name.endswith("sign-out"):
        visitors.client("adel.qasim")[0].close()
        visitors._sessions.pop("adel.qasim")


async def _planted() -> dict[str, str]:
    return {"secret": "words"}


def test_a_route_that_asks_nobody_answers_nothing(demo_house: DemoHouse) -> None:
    tracking = next(each for each in demo_house.running.services if each.name == "tracking")
    assert tracking.app is not None
    routes = tracking.app.router.routes
    before = list(routes)
    tracking.app.get("/api/tracking/v1/planted")(_planted)
    try:
        missing = routes_of(demo_house, "tracking") - {each.name for each in GATES}
        answer = httpx.get(f"{demo_house.address}/api/tracking/v1/planted", timeout=ANSWERS_WITHIN)
    finally:
        routes[:] = before
    assert missing == {"GET /api/tracking/v1/planted"}
    assert answer.status_code == 500
    assert "secret" not in answer.text
