"""What tracking hears of the register and the directory, and what it then does and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.kernel.words import INDEPENDENT
from libs.testkit import servers
from libs.testkit.waiting import until
from tests.libs.chassis.life.small_house import SmallHouse, small_house

ABOUT_STANDING = ("published", "withdrawn", "reinstated", "confirmation-withdrawn")


@pytest.fixture(scope="module")
def house(
    postgres: EmbeddedPostgres, nats: EmbeddedNats, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallHouse]:
    """Give a house of directory, intake and tracking."""
    folder = tmp_path_factory.mktemp("house")
    names = ("directory", "intake", "tracking")
    with servers.database(postgres) as url, small_house(folder, names, url, nats.url) as standing:
        yield standing


def assign(house: SmallHouse, recommendation: UUID, *codes: str, **more: str) -> httpx.Response:
    lead, *supporting = codes
    body = {"lead": lead, "supporting": supporting}
    path = f"tracking/cases/{recommendation}/assignment"
    return house.ask("PUT", path, "secretary", body, **more)


def told_of(house: SmallHouse, recommendation: UUID) -> list[tuple[str, str, Any]]:
    """What is told of a case: what, by whom, why."""
    return [
        (
            event.topic.removeprefix("tracking.case."),
            event.meta["actor"],
            event.data.get("reason"),
        )
        for event in house.events("tracking")
        if event.topic.startswith("tracking.case.")
        and event.data["recommendation"] == str(recommendation)
    ]


def act(house: SmallHouse, recommendation: UUID, what: str, reason: str) -> None:
    path = f"intake/recommendations/{recommendation}/{what}"
    house.done("POST", path, "secretary", {"reason": reason})
    until_followed(house)


def until_followed(house: SmallHouse) -> None:
    """Wait until tracking has answered everything that tells whether a record stands."""
    told = [
        event.event_id
        for event in house.events("intake")
        if event.topic.removeprefix("intake.recommendation.").removesuffix(".v1") in ABOUT_STANDING
    ]

    async def answered() -> bool:
        async with house.service("tracking").pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT count(DISTINCT key) FROM tracking.answers WHERE key = ANY(%s)", (told,)
            )
            row = await cursor.fetchone()
        return bool(row and row[0] == len(told))

    house.run(until(answered, what="tracking follows the register"))
    house.settle()


def shown(house: SmallHouse, recommendation: UUID) -> dict[str, Any]:
    found: dict[str, Any] = house.done("GET", f"tracking/cases/{recommendation}", "secretary")
    return found


def test_a_case_is_closed_with_its_record_and_goes_on_with_it(house: SmallHouse) -> None:
    recommendation = house.publish_one()
    assert assign(house, recommendation, "JUSTICE").is_success
    act(house, recommendation, "withdrawal", "Entered twice")
    closed = shown(house, recommendation)
    refused = assign(house, recommendation, "HEALTH")
    act(house, recommendation, "reinstatement", "It was right")
    opened = shown(house, recommendation)

    assert told_of(house, recommendation) == [
        ("opened.v1", "policy:tracking.open-case", None),
        ("assigned.v1", house.people["secretary"], None),
        ("closed.v1", "policy:tracking.close-case", "Entered twice"),
        ("reopened.v1", "policy:tracking.reopen-case", "It was right"),
    ]
    assert (closed["closed"], opened["closed"], opened["lead"]) == (True, False, "JUSTICE")
    assert refused.json()["type"] == "/problems/case-closed"
    assert assign(house, recommendation, "HEALTH").is_success


def test_what_was_never_public_has_no_case_to_close(house: SmallHouse) -> None:
    recommendation = house.receive()
    act(house, recommendation, "withdrawal", "Entered twice")
    act(house, recommendation, "reinstatement", "It was right")
    assert told_of(house, recommendation) == []
    house.done("POST", f"intake/recommendations/{recommendation}/publication", "secretary")
    house.until_open(recommendation)
    assert [what for what, *_ in told_of(house, recommendation)] == ["opened.v1"]


def test_everything_heard_once_more_and_backwards_changes_nothing(house: SmallHouse) -> None:
    recommendation = house.publish_one()
    act(house, recommendation, "withdrawal", "Entered twice")
    before = [event.event_id for event in house.events("tracking")]
    feed = house.done("GET", "intake/events", "portal")["events"]
    reactions = house.service("tracking").reactions
    for each in reversed(feed):
        house.run(reactions.make_up(each["headers"], json.dumps(each["data"]).encode()))
    assert [event.event_id for event in house.events("tracking")] == before


def test_only_an_institution_that_is_registered_is_made_responsible(house: SmallHouse) -> None:
    recommendation = house.publish_one()
    mistyped = assign(house, recommendation, "JUSTISE", Accept_Language="en")
    unknown = assign(house, recommendation, "zzz-zzz", Accept_Language="ar")
    supporting = assign(house, recommendation, "JUSTICE", "HELTH")

    refusals = [each.json() for each in (mistyped, unknown, supporting)]
    assert {each["type"] for each in refusals} == {"/problems/institution-not-registered"}
    assert [each["status"] for each in refusals] == [422] * 3
    assert refusals[0]["facts"] == {"code": "JUSTISE", "near": "JUSTICE"}
    assert "The nearest codes are" in refusals[0]["detail"]
    assert "/api/directory/v1/institutions" in refusals[1]["detail"]
    assert refusals[2]["facts"]["code"] == "HELTH"
    assert [what for what, *_ in told_of(house, recommendation)] == ["opened.v1"]


def test_a_code_is_kept_as_the_directory_writes_it(house: SmallHouse) -> None:
    recommendation = house.publish_one()
    assert assign(house, recommendation, "justice", "Health").is_success
    house.settle()
    found = shown(house, recommendation)
    assert (found["lead"], found["supporting"]) == ("JUSTICE", ["HEALTH"])


def test_a_new_institution_is_made_responsible_once_it_was_heard_of(house: SmallHouse) -> None:
    recommendation = house.publish_one()
    body = {"code": "water", "names": {"en": "Water"}, "kind": "ministry"}
    house.done("POST", "directory/institutions", "administrator", body)
    house.settle()
    assert assign(house, recommendation, "water").is_success


def register(house: SmallHouse, code: str, kind: str) -> None:
    body = {"code": code, "names": {"en": code}, "kind": kind}
    house.done("POST", "directory/institutions", "administrator", body)
    house.settle()


@pytest.mark.parametrize("kind", sorted(INDEPENDENT))
def test_no_independent_body_is_made_responsible(house: SmallHouse, kind: str) -> None:
    recommendation = house.publish_one()
    code = f"body-{kind}"
    register(house, code, kind)
    leading = assign(house, recommendation, code, Accept_Language="en")
    supporting = assign(house, recommendation, "JUSTICE", code.upper(), Accept_Language="ar")
    assert [each.status_code for each in (leading, supporting)] == [409, 409]
    refusals = [each.json() for each in (leading, supporting)]
    assert {each["type"] for each in refusals} == {"/problems/institution-independent"}
    assert [each["facts"] for each in refusals] == [{"code": code}] * 2
    assert "independent" in refusals[0]["detail"]
    near = assign(house, recommendation, f"body-{kind}s").json()["facts"]["near"]
    assert code not in near
    assert [what for what, *_ in told_of(house, recommendation)] == ["opened.v1"]


def test_a_body_that_becomes_independent_is_made_responsible_no_more(house: SmallHouse) -> None:
    recommendation = house.publish_one()
    register(house, "prisons-inspection", "agency")
    assert assign(house, recommendation, "prisons-inspection").is_success
    body = {"kind": "nhri", "membership": "observer"}
    path = "directory/institutions/prisons-inspection/classification"
    house.done("PUT", path, "administrator", body)
    house.settle()
    refused = assign(house, recommendation, "JUSTICE", "prisons-inspection")
    assert refused.json()["type"] == "/problems/institution-independent"
