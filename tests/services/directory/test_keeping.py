"""Keeping institutions and people over HTTP: what is recorded, read, refused."""

from __future__ import annotations

import asyncio
from typing import Any

from libs.contracts.directory import InstitutionRegistered, PersonCredentialIssued, PersonEnrolled
from tests.services.directory.conftest import FIRST, PORTAL, Opened, RunningDirectory

JUSTICE = {"code": "justice", "names": {"en": "Ministry of Justice"}, "kind": "ministry"}


def code_of(response: Any) -> str:
    return str(response.json()["type"]).removeprefix("/problems/")


def test_an_institution_is_registered_renamed_and_reclassified(directory: RunningDirectory) -> None:
    made = directory.ask("POST", "/institutions", directory.first, JUSTICE)
    assert made.status_code == 201
    assert made.headers["Location"] == "/api/directory/v1/institutions/justice"
    directory.ask("PUT", "/institutions/justice/names", directory.first, {"names": {"ar": "العدل"}})
    body = {"kind": "judiciary", "membership": "observer"}
    directory.ask("PUT", "/institutions/justice/classification", directory.first, body)

    found = directory.ask("GET", "/institutions/JUSTICE")

    assert found.json() == {
        "id": made.json()["id"],
        "code": "justice",
        "names": {"ar": "العدل"},
        "kind": "judiciary",
        "membership": "observer",
        "version": 3,
    }
    assert found.headers["ETag"] == f'"{made.json()["id"]}-3"'
    assert directory.ask("GET", "/institutions/nowhere").status_code == 404


def test_a_code_is_given_once(directory: RunningDirectory) -> None:
    body = JUSTICE | {"code": "Interior"}
    assert directory.ask("POST", "/institutions", directory.first, body).status_code == 201
    again = directory.ask("POST", "/institutions", directory.first, body | {"code": "INTERIOR"})

    assert (again.status_code, code_of(again)) == (409, "code-taken")


def test_two_registrations_of_one_name_at_once_are_one_person(directory: RunningDirectory) -> None:
    body = {"sign_in": "same.name", "names": {"en": "S"}, "institution": "SECRETARIAT"}

    async def both() -> list[int]:
        answers = await asyncio.gather(
            *(directory.asked("POST", "/people", directory.first, body) for _ in range(4))
        )
        return sorted(answer.status_code for answer in answers)

    assert directory.run(both()) == [201, 409, 409, 409]


def test_an_act_with_its_key_is_recorded_once(directory: RunningDirectory) -> None:
    body = {
        "sign_in": "keyed.person",
        "names": {"en": "K"},
        "institution": "SECRETARIAT",
        "password": "four kites over the bay",
    }
    key = {"Idempotency_Key": "enrol-keyed"}
    first, second = (
        directory.ask("POST", "/people", directory.first, body, **key) for _ in range(2)
    )
    other = directory.ask(
        "POST", "/people", directory.first, body | {"sign_in": "other.person"}, **key
    )

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (other.status_code, code_of(other)) == (422, "key-reused")


def test_a_person_is_enrolled_in_an_institution_that_is_there(directory: RunningDirectory) -> None:
    body = {"sign_in": "lost.person", "names": {"en": "L"}, "institution": "atlantis"}
    refused = directory.ask("POST", "/people", directory.first, body)
    assert (refused.status_code, code_of(refused)) == (422, "institution-unknown")

    kept = directory.ask("POST", "/people", directory.first, body | {"institution": "secretariat"})
    found = directory.ask("GET", f"/people/{kept.json()['id']}", directory.first).json()
    assert found["institution"] == "SECRETARIAT"


def test_administrators_read_who_somebody_is_and_the_portal_the_name(
    directory: RunningDirectory,
) -> None:
    more: dict[str, Any] = {
        "email": "rana@example.org",
        "posts": {"en": "Legal adviser", "ar": "مستشارة قانونية"},
    }
    names = {"en": "Rana Khalil", "ar": "رنا خليل"}
    identity = directory.enrol("rana.khalil", "alternate", "observer", names=names, **more)
    found = directory.ask("GET", f"/people/{identity}", directory.first)
    listed = directory.ask("GET", "/people?limit=200", directory.first).json()
    shown = directory.ask("GET", f"/people/{identity}/name", PORTAL)

    assert found.json()["personal"] == {"sign_in": "rana.khalil", "names": names, **more}
    assert found.headers["Cache-Control"] == "no-store"
    assert found.json() in listed
    assert shown.json() == {
        "id": identity,
        "institution": "SECRETARIAT",
        "roles": ["alternate", "observer"],
        "names": names,
    }


def test_people_are_listed_by_pages_and_by_institution(directory: RunningDirectory) -> None:
    directory.register("health")
    enrolled = {directory.enrol(f"page.{number}", institution="health") for number in range(3)}
    listing = "/people?institution=health&limit=2"
    first = directory.ask("GET", listing, directory.first).json()
    rest = directory.ask("GET", f"{listing}&after={first[-1]['id']}", directory.first).json()

    assert [len(first), len(rest)] == [2, 1]
    assert {each["id"] for each in first + rest} == enrolled


def test_roles_are_given_and_taken_by_another(directory: RunningDirectory) -> None:
    identity = directory.enrol("tariq.salem")
    role = f"/people/{identity}/roles/chair"

    assert directory.ask("PUT", role, directory.first).status_code == 200
    assert code_of(directory.ask("PUT", role, directory.first)) == "role-held"
    assert directory.ask("DELETE", role, directory.first).status_code == 200
    assert code_of(directory.ask("DELETE", role, directory.first)) == "role-not-held"
    unknown = directory.ask("PUT", f"/people/{identity}/roles/emperor", directory.first)
    assert (unknown.status_code, code_of(unknown)) == (422, "role-unknown")
    own = directory.ask("PUT", f"/people/{directory.first}/roles/chair", directory.first)
    assert (own.status_code, code_of(own)) == (403, "own-role")


def test_a_role_fits_the_kind_of_the_institution(directory: RunningDirectory) -> None:
    directory.register("assessors")
    body = {"sign_in": "mole", "names": {"en": "M"}, "institution": "assessors", "roles": ["nhri"]}
    enrolled = directory.ask("POST", "/people", directory.first, body, Accept_Language="ar")
    identity = directory.enrol("not.a.mole", institution="assessors")
    role = f"/people/{identity}/roles/nhri"
    granted = directory.ask("PUT", role, directory.first, Accept_Language="en")

    assert [code_of(each) for each in (enrolled, granted)] == ["role-unfit"] * 2
    assert [each.status_code for each in (enrolled, granted)] == [409, 409]
    assert "صحّح نوعها أولًا" in enrolled.json()["detail"]
    assert "If the institution is of another kind, correct that first" in granted.json()["detail"]
    assert granted.json()["facts"]["fitting"].endswith(
        "focal-point, alternate, observer, administrator"
    )

    kind = "/institutions/assessors/classification"
    body = {"kind": "nhri", "membership": "observer"}
    assert directory.ask("PUT", kind, directory.first, body).status_code == 200
    assert directory.ask("PUT", role, directory.first).status_code == 200


def test_a_kind_stays_while_people_hold_roles_that_need_it(directory: RunningDirectory) -> None:
    directory.register("commission", "nhri")
    identity = directory.enrol("samar.jaber", "nhri", institution="commission")
    kind = "/institutions/COMMISSION/classification"
    body = {"kind": "ministry", "membership": "full"}
    refused = directory.ask("PUT", kind, directory.first, body)

    assert (refused.status_code, code_of(refused)) == (409, "roles-unfit")
    assert refused.json()["facts"] == {"kind": "ministry", "roles": "nhri"}
    withdrawn = f"/people/{identity}/roles/nhri"
    assert directory.ask("DELETE", withdrawn, directory.first).status_code == 200
    assert directory.ask("PUT", kind, directory.first, body).status_code == 200


def test_a_change_based_on_an_older_version_is_refused(directory: RunningDirectory) -> None:
    identity = directory.enrol("layla.idrisi")
    tag = directory.ask("GET", f"/people/{identity}", directory.first).headers["ETag"]
    path = f"/people/{identity}/roles/chair"

    assert directory.ask("PUT", path, directory.first, If_Match=tag).status_code == 200
    assert directory.ask("DELETE", path, directory.first, If_Match=tag).status_code == 412


def test_the_last_administrator_of_the_custodian_stays(opened: Opened) -> None:
    directory = opened()
    first = directory.found()
    directory.register("justice")
    directory.enrol("elsewhere", "administrator", institution="justice")
    role = f"/people/{first}/roles/administrator"

    left = directory.ask("POST", f"/people/{first}/departure", first)
    released = directory.ask("DELETE", role, first)
    assert {code_of(left), code_of(released)} == {"last-administrator"}

    second = directory.enrol("second.administrator", "administrator")
    assert directory.ask("POST", f"/people/{first}/departure", second).status_code == 200
    assert code_of(directory.ask("POST", f"/people/{second}/departure", second)) == (
        "last-administrator"
    )


def test_two_administrators_who_leave_at_once_do_not_both_go(opened: Opened) -> None:
    directory = opened()
    first = directory.found()
    second = directory.enrol("second.administrator", "administrator")

    async def both() -> list[int]:
        answers = await asyncio.gather(
            directory.asked("POST", f"/people/{first}/departure", first),
            directory.asked("POST", f"/people/{second}/departure", second),
        )
        return sorted(answer.status_code for answer in answers)

    assert directory.run(both()) == [200, 409]


def test_what_the_directory_tells_others_is_no_more_than_its_contracts(opened: Opened) -> None:
    directory = opened()
    directory.found()
    feed = directory.ask("GET", "/events", "service:portal").json()["events"]
    told = {event["headers"]["ce-type"]: event["data"] for event in feed}

    assert told[PersonEnrolled.topic] == {"institution": "SECRETARIAT"}
    assert set(told[InstitutionRegistered.topic]) == {"code", "names", "kind", "membership"}
    assert told[PersonCredentialIssued.topic] == {}
    assert not [topic for topic in told if "administration" in topic]
    assert FIRST["email"] not in str(feed)
