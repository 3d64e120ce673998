"""Nothing personal stands anywhere but sealed; erasing it leaves every proof in its place."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest

from libs.ledger.leaf import leaf_bytes
from tests.services.directory.conftest import PORTAL, Opened, RunningDirectory

PASSWORD = "canary quicksilver umbrella"
CANARIES = {
    "sign-in": "canary.signin.7f3a",
    "email": "canary-7f3a@mail.example.org",
    "name": "Canarina Plainsong Seventhree",
    "arabic name": "كناريا المغرّدة السابعة",
    "post": "Keeper of the Canary Archive",
    "password": PASSWORD,
}
PUBLIC = "Canary Conservation Authority"


@dataclass
class Enrolled:
    """A directory in which one person's every secret is known to the test."""

    directory: RunningDirectory
    person: str


@pytest.fixture(scope="module")
def enrolled(opened: Opened) -> Enrolled:
    directory = opened()
    directory.found()
    body = {"code": "canary", "names": {"en": PUBLIC}, "kind": "ministry", "membership": "full"}
    assert directory.ask("POST", "/institutions", directory.first, body).status_code == 201
    person = directory.enrol(
        CANARIES["sign-in"],
        "focal-point",
        institution="canary",
        names={"en": CANARIES["name"], "ar": CANARIES["arabic name"]},
        posts={"en": CANARIES["post"]},
        email=CANARIES["email"],
        password=PASSWORD,
    )
    signed = {"sign_in": CANARIES["sign-in"], "password": PASSWORD, "address": "192.0.2.1"}
    assert directory.ask("POST", "/sign-ins", PORTAL, signed).status_code == 200
    assert directory.ask("GET", f"/people/{person}", directory.first).status_code == 200
    return Enrolled(directory, person)


def kept_hash(given: Enrolled) -> str:
    """Return the password hash, opened with the keys."""
    from libs.ledger.vault import Vault  # noqa: PLC0415  the only place that opens the vault by hand

    vault = Vault(given.directory.keys, "directory")
    statement = f"SELECT ref, sealed FROM directory.vault WHERE subject = '{given.person}'"
    opened = [
        vault.open(UUID(given.person), ref, bytes(sealed))
        for ref, sealed in given.directory.rows(statement)
    ]
    return next(fields["argon2id"] for fields in opened if "argon2id" in fields)


def forms(text: str) -> list[bytes]:
    """Return how a text may stand in bytes: itself, in hexadecimal, escaped, in base64."""
    plain = text.encode()
    return [
        plain,
        plain.hex().encode(),
        text.encode("unicode_escape"),
        base64.b64encode(plain)[:-4],
        text.encode("utf-16-le"),
    ]


def tables(directory: RunningDirectory) -> dict[str, bytes]:
    names = directory.rows(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
        " WHERE schemaname LIKE 'directory%'"
    )
    return {
        name: str(directory.rows(f"SELECT t::text FROM {name} t")).encode() for (name,) in names
    }


def files(directory: RunningDirectory) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.folder.rglob("*") if path.is_file()}


def places_of(text: str, places: dict[str, bytes]) -> list[str]:
    return [place for place, held in places.items() if any(form in held for form in forms(text))]


def test_no_table_holds_a_secret(enrolled: Enrolled) -> None:
    held = tables(enrolled.directory)
    secrets = CANARIES | {"hash": kept_hash(enrolled)}

    assert len(places_of(PUBLIC, held)) >= 2, "the search itself must find what is public"
    assert {name: places_of(text, held) for name, text in secrets.items()} == {
        name: [] for name in secrets
    }


def test_no_file_of_bus_keys_or_logs_holds_a_secret(enrolled: Enrolled) -> None:
    held = files(enrolled.directory)
    secrets = CANARIES | {"hash": kept_hash(enrolled)}

    assert places_of(PUBLIC, held), "the search itself must find what is public"
    assert {name: places_of(text, held) for name, text in secrets.items()} == {
        name: [] for name in secrets
    }


def test_no_hash_of_a_request_can_be_found_out_by_trying(enrolled: Enrolled) -> None:
    directory = enrolled.directory
    body = {"password": "guessable once known"}
    path = f"/people/{enrolled.person}/credential"
    assert directory.ask("PUT", path, directory.first, body).status_code == 200

    kept = {bytes(row[0]) for row in directory.rows("SELECT request FROM directory.answers")}
    sent = orjson.dumps(body)
    tried = {
        hashlib.sha256(
            b"PUT" + f"/api/directory/v1{path}".encode() + hashlib.sha256(each).digest()
        ).digest()
        for each in (sent, b'{"password": "guessable once known"}')
    }
    assert kept
    assert not kept & tried


def test_erasing_makes_unreadable_and_every_leaf_stays(opened: Opened) -> None:
    directory = opened()
    directory.found()
    person = directory.enrol("forgotten.person", email=CANARIES["email"], password=PASSWORD)
    key = directory.keys / "vault" / person
    before = history(directory)
    early = erase(directory, person)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/person-still-here")
    assert key.exists()
    assert directory.ask("POST", f"/people/{person}/departure", directory.first).status_code == 200

    assert erase(directory, person).status_code == 200

    found = directory.ask("GET", f"/people/{person}", directory.first).json()
    assert (found["gone"], found["erased"], found["personal"]) == (True, True, None)
    assert not key.exists()
    assert directory.rows(f"SELECT * FROM directory.vault WHERE subject = '{person}'") == []
    assert history(directory)[: len(before)] == before
    assert all(rebuilt(row) == row["leaf"] for row in history(directory))


def test_when_erasing_is_answered_the_key_is_gone_already(opened: Opened) -> None:
    directory = opened()
    directory.found()
    person = directory.enrol("answered.person")
    assert directory.ask("POST", f"/people/{person}/departure", directory.first).status_code == 200

    async def erase_and_look() -> tuple[int, bool]:
        body = {"basis": "Decision 4/2026"}
        path = f"/people/{person}/erasure"
        answer = await directory.asked("POST", path, directory.first, body)
        return answer.status_code, (directory.keys / "vault" / person).exists()

    assert directory.run(erase_and_look()) == (200, False)


def test_a_key_that_a_crash_left_is_deleted_when_the_event_is_read_again(opened: Opened) -> None:
    directory = opened()
    directory.found()
    person = directory.enrol("crashed.person", password=PASSWORD)
    key = directory.keys / "vault" / person
    kept = key.read_bytes()
    assert directory.ask("POST", f"/people/{person}/departure", directory.first).status_code == 200
    assert erase(directory, person).status_code == 200
    directory.close()
    key.write_bytes(kept)
    with psycopg.connect(directory.url) as connection:
        connection.execute("DELETE FROM directory_read.positions WHERE projection = 'erasures'")
    directory.open()
    head = directory.run(directory.service.reader.head())
    erasures = next(each for each in directory.service.own if each.name == "erasures")

    assert directory.run(erasures.progress.wait_for("directory", head, 20))
    assert not key.exists()


def test_a_name_that_was_erased_is_not_given_again(opened: Opened) -> None:
    directory = opened()
    directory.found()
    person = directory.enrol("erased.name")
    assert directory.ask("POST", f"/people/{person}/departure", directory.first).status_code == 200
    assert erase(directory, person).status_code == 200
    body = {"sign_in": "erased.name", "names": {"en": "E"}, "institution": "SECRETARIAT"}
    again = directory.ask("POST", "/people", directory.first, body)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/sign-in-name-taken")
    assert not (directory.keys / "vault" / person).exists()


def erase(directory: RunningDirectory, person: str) -> Any:
    body = {"basis": "Decision 4/2026"}
    return directory.ask("POST", f"/people/{person}/erasure", directory.first, body)


def history(directory: RunningDirectory) -> list[dict[str, Any]]:
    names = ("stream", "version", "topic", "state", "leaf")
    rows = directory.rows(
        "SELECT e.originator_id, e.originator_version, e.topic, e.state, l.leaf"
        " FROM directory.directory_events e"
        " JOIN directory.leaves l ON l.idx = e.notification_id - 1 ORDER BY l.idx"
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def rebuilt(row: dict[str, Any]) -> bytes:
    return leaf_bytes("directory", row["stream"], row["version"], row["topic"], row["state"])
