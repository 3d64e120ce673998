"""Each route of the directory asks who may: the wrong ones are refused, the right one served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.directory.api import accounts, institutions, people
from services.directory.commands.safe import Safe
from tests.services.directory.conftest import CUSTODIAN, FIRST, PORTAL, RunningDirectory

_NUMBERS = count()
PASSWORD = "nine lanterns upon the quay"


@dataclass
class People:
    """Those who ask."""

    directory: RunningDirectory
    wrong_role: str
    elsewhere: str

    @property
    def right(self) -> str:
        return self.directory.first

    def somebody(self, *roles: str, gone: bool = False) -> str:
        identity = self.directory.enrol(f"somebody.{next(_NUMBERS)}", *roles, institution="justice")
        if gone:
            left = self.directory.ask("POST", f"/people/{identity}/departure", self.right)
            assert left.status_code == 200, left.text
        return identity


Asked = tuple[str, str, Any]
CASES: dict[str, Callable[[People], Asked]] = {
    "POST /institutions": lambda _: (
        "POST",
        "/institutions",
        {"code": f"body-{next(_NUMBERS)}", "names": {"en": "A body"}, "kind": "ministry"},
    ),
    "PUT /institutions/{code}/names": lambda _: (
        "PUT",
        "/institutions/justice/names",
        {"names": {"en": f"Justice {next(_NUMBERS)}"}},
    ),
    "PUT /institutions/{code}/classification": lambda _: (
        "PUT",
        "/institutions/justice/classification",
        {"kind": "kind-" + "abcdefghij"[next(_NUMBERS) % 10] * 3, "membership": "observer"},
    ),
    "GET /people": lambda _: ("GET", "/people", None),
    "GET /people/{identity}": lambda those: ("GET", f"/people/{those.right}", None),
    "POST /people": lambda _: (
        "POST",
        "/people",
        {"sign_in": f"new.{next(_NUMBERS)}", "names": {"en": "N"}, "institution": "justice"},
    ),
    "PUT /people/{identity}/roles/{role}": lambda those: (
        "PUT",
        f"/people/{those.somebody()}/roles/observer",
        None,
    ),
    "DELETE /people/{identity}/roles/{role}": lambda those: (
        "DELETE",
        f"/people/{those.somebody('observer')}/roles/observer",
        None,
    ),
    "PUT /people/{identity}/credential": lambda those: (
        "PUT",
        f"/people/{those.somebody()}/credential",
        {"password": PASSWORD},
    ),
    "POST /people/{identity}/departure": lambda those: (
        "POST",
        f"/people/{those.somebody()}/departure",
        None,
    ),
    "POST /people/{identity}/erasure": lambda those: (
        "POST",
        f"/people/{those.somebody(gone=True)}/erasure",
        {"basis": "Decision 4/2026"},
    ),
}
PORTALS: dict[str, Callable[[People], Asked]] = {
    "GET /people/{identity}/name": lambda those: ("GET", f"/people/{those.right}/name", None),
    "POST /sign-ins": lambda _: (
        "POST",
        "/sign-ins",
        {"sign_in": FIRST["sign_in"], "password": FIRST["password"], "address": "192.0.2.1"},
    ),
}
PUBLIC = {"GET /institutions", "GET /institutions/{code}", "POST /bootstrap"}


@pytest.fixture(scope="module")
def those(directory: RunningDirectory) -> People:
    directory.register("justice")
    wrong = directory.enrol("wrong.role", "secretariat", "chair", "protection-desk")
    elsewhere = directory.enrol("right.elsewhere", "administrator", institution="justice")
    return People(directory, wrong, elsewhere)


def test_each_route_stands_in_the_matrix() -> None:
    unused: Any = None
    safe: Safe = unused
    routers = [institutions.router, people.routes(safe), accounts.routes(safe)]
    routes = {
        f"{method} {route.path}"
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }

    assert routes == {*CASES, *PORTALS, *PUBLIC}


@pytest.mark.parametrize("route", CASES)
def test_only_administrators_of_the_custodian_are_served(those: People, route: str) -> None:
    case = CASES[route](those)
    statuses = {
        asker: _status(those, asker, case)
        for asker in ("", those.wrong_role, those.elsewhere, PORTAL)
    }

    assert statuses == {"": 401, those.wrong_role: 403, those.elsewhere: 403, PORTAL: 403}
    assert _status(those, those.right, case) in {200, 201}


@pytest.mark.parametrize("route", PORTALS)
def test_only_the_portal_is_served(those: People, route: str) -> None:
    case = PORTALS[route](those)
    others = ("", those.wrong_role, those.right, "service:intake")

    assert [_status(those, asker, case) for asker in others] == [401, 403, 403, 403]
    assert _status(those, PORTAL, case) == 200


@pytest.mark.parametrize("path", ["/institutions", f"/institutions/{CUSTODIAN}"])
def test_everybody_reads_which_institutions_take_part(those: People, path: str) -> None:
    askers = ("", those.wrong_role, those.elsewhere, those.right, PORTAL)

    assert [_status(those, asker, ("GET", path, None)) for asker in askers] == [200] * 5


def test_a_refused_attempt_to_erase_is_itself_recorded(those: People) -> None:
    case = CASES["POST /people/{identity}/erasure"](those)
    refused = "SELECT count(*) FROM directory.directory_events WHERE topic LIKE '%attempt%'"
    before = those.directory.rows(refused)[0][0]

    assert _status(those, those.wrong_role, case) == 403
    assert those.directory.rows(refused)[0][0] == before + 1


def test_who_has_left_may_nothing_any_more(those: People) -> None:
    leaving = those.directory.enrol("leaving.soon", "administrator")
    assert _status(those, leaving, ("GET", "/people", None)) == 200
    assert _status(those, those.right, ("POST", f"/people/{leaving}/departure", None)) == 200
    assert _status(those, leaving, ("GET", "/people", None)) == 403


def _status(those: People, asker: str, case: Asked) -> int:
    method, path, body = case
    return those.directory.ask(method, path, asker, body).status_code
