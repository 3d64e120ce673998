"""Bootstrap and sign-in over HTTP."""

from __future__ import annotations

import asyncio
import stat
from typing import Any

import pytest

from services.directory.adapters.bootstrap import offer
from services.directory.domain.person import Person
from tests.services.directory.conftest import FIRST, PORTAL, Opened, RunningDirectory

PASSWORD = "nine lanterns upon the quay"


def sign_in(
    directory: RunningDirectory, name: str, password: str, address: str = "192.0.2.1"
) -> tuple[int, dict[str, Any]]:
    body = {"sign_in": name, "password": password, "address": address}
    response = directory.ask("POST", "/sign-ins", PORTAL, body)
    return response.status_code, response.json()


def code_of(problem: dict[str, Any]) -> str:
    return str(problem["type"]).removeprefix("/problems/")


def test_the_first_administrator_is_enrolled_once(opened: Opened) -> None:
    directory = opened()
    token = offer(directory.keys)
    assert token is not None
    assert offer(directory.keys) is None

    wrong = directory.ask("POST", "/bootstrap", body={"token": token[:-1], **FIRST})
    assert (wrong.status_code, code_of(wrong.json())) == (403, "bootstrap-token-wrong")
    weak = directory.ask(
        "POST", "/bootstrap", body={"token": token, **FIRST, "password": "password1234"}
    )
    assert (weak.status_code, code_of(weak.json())) == (422, "password-common")
    right = directory.ask("POST", "/bootstrap", body={"token": token, **FIRST})
    assert right.status_code == 201, right.text
    again = directory.ask("POST", "/bootstrap", body={"token": token, **FIRST, "sign_in": "two"})
    assert (again.status_code, code_of(again.json())) == (409, "bootstrap-void")

    first = directory.ask("GET", f"/people/{right.json()['id']}", right.json()["id"]).json()
    assert (first["institution"], first["roles"]) == ("SECRETARIAT", ["administrator"])
    assert first["personal"]["email"] == FIRST["email"]
    assert directory.ask("GET", "/institutions/secretariat").json()["kind"] == "secretariat"


def test_only_a_hash_of_the_token_is_kept_and_it_becomes_void(opened: Opened) -> None:
    directory = opened()
    token = offer(directory.keys)
    assert token is not None
    (file,) = directory.keys.glob("bootstrap*")

    assert len(token) >= 43
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token.encode() not in file.read_bytes()
    renewed = offer(directory.keys, anew=True)
    assert renewed not in {None, token}
    assert directory.ask("POST", "/bootstrap", body={"token": token, **FIRST}).status_code == 403
    body = {"token": renewed, **FIRST}
    assert directory.ask("POST", "/bootstrap", body=body).status_code == 201
    assert offer(directory.keys, anew=True) is None


def test_a_lost_token_file_does_not_open_a_founded_directory(opened: Opened) -> None:
    directory = opened()
    directory.found()
    (file,) = directory.keys.glob("bootstrap*")
    file.unlink()
    token = offer(directory.keys)

    body = {"token": token, **FIRST, "sign_in": "intruder"}
    assert directory.ask("POST", "/bootstrap", body=body).status_code == 409
    directory.close()
    directory.open()
    assert offer(directory.keys, anew=True) is None


def test_two_who_bootstrap_at_once_are_one_administrator(opened: Opened) -> None:
    directory = opened()
    token = offer(directory.keys)

    async def both() -> list[int]:
        bodies = [{"token": token, **FIRST, "sign_in": name} for name in ("one.first", "two.first")]
        answers = await asyncio.gather(
            *(directory.asked("POST", "/bootstrap", body=body) for body in bodies)
        )
        return sorted(answer.status_code for answer in answers)

    assert directory.run(both()) in ([201, 409], [201, 403])
    founded = "SELECT count(*) FROM directory.directory_events WHERE topic LIKE '%founded%'"
    enrolled = "SELECT count(*) FROM directory.directory_events WHERE topic LIKE '%enrolled%'"
    assert (directory.rows(founded), directory.rows(enrolled)) == ([(1,)], [(1,)])


def test_name_and_password_lead_to_the_person(directory: RunningDirectory) -> None:
    identity = directory.enrol("salma.rahbi", password=PASSWORD)

    assert sign_in(directory, "Salma.Rahbi ", PASSWORD) == (200, {"person": identity, "version": 2})


def test_whatever_is_wrong_the_answer_is_the_same(directory: RunningDirectory) -> None:
    directory.enrol("without.password")
    leaver = directory.enrol("gone.already", password=PASSWORD)
    directory.enrol("still.here", password=PASSWORD)
    assert directory.ask("POST", f"/people/{leaver}/departure", directory.first).status_code == 200
    tries = [
        ("nobody.here", PASSWORD),
        ("without.password", PASSWORD),
        ("gone.already", PASSWORD),
        ("still.here", "another password altogether"),
    ]

    problems = [sign_in(directory, name, password) for name, password in tries]

    assert {(status, code_of(problem)) for status, problem in problems} == {
        (401, "sign-in-refused")
    }
    assert len({problem["detail"] for _, problem in problems}) == 1


def test_a_new_password_takes_the_place_of_the_old(directory: RunningDirectory) -> None:
    identity = directory.enrol("idris.nouri", password=PASSWORD)
    body = {"password": "eleven gulls above the mole"}
    issued = directory.ask("PUT", f"/people/{identity}/credential", directory.first, body)

    assert issued.status_code == 200, issued.text
    assert sign_in(directory, "idris.nouri", PASSWORD)[0] == 401
    assert sign_in(directory, "idris.nouri", body["password"])[0] == 200


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("too short", "password-too-short"),
        ("Password1234!", "password-common"),
        ("A.Rather.Long.Name", "password-is-name"),
    ],
)
def test_a_weak_password_enrols_nobody(
    directory: RunningDirectory, password: str, code: str
) -> None:
    body = {
        "sign_in": "a.rather.long.name",
        "names": {"en": "A"},
        "institution": "secretariat",
        "password": password,
    }
    response = directory.ask("POST", "/people", directory.first, body)

    assert (response.status_code, code_of(response.json())) == (422, code)


def test_a_name_is_tried_only_so_often(directory: RunningDirectory) -> None:
    directory.enrol("often.tried", password=PASSWORD)
    wrong = [sign_in(directory, "often.tried", "a guess of twelve")[0] for _ in range(5)]
    body = {"sign_in": "often.tried", "password": PASSWORD, "address": "192.0.2.1"}
    refused = directory.ask("POST", "/sign-ins", PORTAL, body)

    assert wrong == [401] * 5
    assert (refused.status_code, code_of(refused.json())) == (429, "sign-in-too-often")
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.json()["facts"]["retry_after"] == int(refused.headers["Retry-After"])


def test_an_address_tries_only_so_many_names(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DHAKIRA_DIRECTORY_TRIES_PER_ADDRESS", "3")
    monkeypatch.setenv("DHAKIRA_DIRECTORY_SECONDS_PER_TRY_FROM_ADDRESS", "60")
    directory = opened()
    statuses = [
        sign_in(directory, f"name.{number}", PASSWORD, "192.0.2.7")[0] for number in range(4)
    ]

    assert statuses == [401, 401, 401, 429]
    assert sign_in(directory, "name.5", PASSWORD, "198.51.100.8")[0] == 401
    unknown = [sign_in(directory, f"unknown.{number}", PASSWORD, "")[0] for number in range(4)]
    assert unknown == [401, 401, 401, 429]


def test_who_has_not_signed_in_sends_only_so_much(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DHAKIRA_PUBLIC_TRIES", "3")
    monkeypatch.setenv("DHAKIRA_SECONDS_PER_PUBLIC_TRY", "60")
    directory = opened()
    body = {"token": "guessed", **FIRST}
    guesses = [directory.ask("POST", "/bootstrap", body=body) for _ in range(4)]
    refused = guesses[-1]

    assert [each.status_code for each in guesses] == [403, 403, 403, 429]
    assert code_of(refused.json()) == "too-many-requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert directory.ask("POST", "/people", body={}).status_code == 429
    assert directory.ask("GET", "/institutions").status_code == 200
    assert sign_in(directory, "some.name", PASSWORD)[0] == 401


def test_a_password_is_hashed_again_when_parameters_have_grown(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = opened()
    directory.found()
    kept = (
        "SELECT topic FROM directory.directory_events"
        " WHERE topic ~ 'credential-issued|hash-renewed' ORDER BY notification_id"
    )
    issued, renewed = (Person.CredentialIssued.TOPIC,), (Person.HashRenewed.TOPIC,)
    assert sign_in(directory, FIRST["sign_in"], FIRST["password"])[0] == 200
    assert directory.rows(kept) == [issued]
    directory.close()
    monkeypatch.setenv("DHAKIRA_DIRECTORY_PASSWORD_KIB", "32768")
    directory.open()

    for _ in range(2):
        assert sign_in(directory, FIRST["sign_in"], FIRST["password"])[0] == 200
        assert directory.rows(kept) == [issued, renewed]
    feed = directory.ask("GET", "/events", "service:portal").json()["events"]
    assert Person.HashRenewed.TOPIC not in {each["headers"]["ce-type"] for each in feed}
