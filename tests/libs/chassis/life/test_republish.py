"""Step 5 of an event's life: on an administrator's word a stream is told anew, nothing is lost."""

from __future__ import annotations

import pytest

from libs.chassis.bus import incarnation_of
from libs.chassis.service import Service
from libs.testkit.waiting import until
from services.tracking.domain.case import Case
from tests.libs.chassis.life.small_house import SmallHouse
from tests.libs.chassis.life.test_rebuild import rows


def opened(house: SmallHouse) -> int:
    """Return how many cases follow-up began."""
    topics = [each.topic for each in house.events("tracking")]
    return topics.count(Case.Created.TOPIC)


def check_republished(house: SmallHouse) -> None:
    """The stream is another one and tells the same; nobody loses or doubles anything."""
    house.publish_one()
    house.settle()
    intake = house.service("intake")
    before = rows(house, "portal")
    cases = opened(house)

    async def incarnation() -> str:
        return incarnation_of(await intake.house.bus.provide_stream("intake"))

    former, told = house.run(incarnation()), house.run(intake.last_published())
    answer = house.done("POST", "intake/republication", "administrator")
    assert answer == {"until": told}

    async def anew() -> bool:
        return await incarnation() != former and await intake.last_published() == told

    house.run(until(anew, 20, "everything is told anew"))
    house.publish_one()
    house.settle()
    assert opened(house) == cases + 1
    assert set(before["people"]) == set(rows(house, "portal")["people"])
    kept = rows(house, "portal")["records"]
    assert set(before["records"]) <= set(kept)
    assert len(kept) == len(before["records"]) + 1


def test_a_stream_is_told_anew(house: SmallHouse) -> None:
    check_republished(house)


def test_a_word_that_nothing_follows_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Service, "republish", Service.last_published)
    with pytest.raises(AssertionError, match="told anew"):
        check_republished(house)
