"""A platform whose read models have another shape makes them anew from what was recorded."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from libs.testkit.read_models import ReadModels, differences
from tests.libs.chassis.life.small_house import SmallHouse
from tests.libs.chassis.life.test_rebuild import SERVICES, identity, rows, url


def change(house: SmallHouse, service: str, *statements: LiteralString) -> None:
    with psycopg.connect(url(house, service)) as connection:
        for each in statements:
            connection.execute(each.replace("read.", f"{service}_read.").encode())


def stood(house: SmallHouse) -> dict[str, ReadModels]:
    house.publish_one()
    house.settle()
    return {service: rows(house, service) for service in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_tables_of_another_shape_are_made_anew(house: SmallHouse, service: str) -> None:
    before = stood(house)

    def as_an_older_platform_left_them() -> None:
        change(
            house,
            service,
            "CREATE TABLE read.no_longer_kept (thing int)",
            "UPDATE read.laid SET shape = 'another', tables = tables || '{no_longer_kept}'",
            "ALTER TABLE read.people DROP COLUMN institution",
        )

    house.start_again(as_an_older_platform_left_them)
    house.settle()
    after = {each: rows(house, each) for each in SERVICES}
    assert {each: differences(before[each], after[each]) for each in SERVICES} == {
        each: [] for each in SERVICES
    }


def test_tables_of_which_nobody_wrote_the_shape_are_made_anew(house: SmallHouse) -> None:
    before = stood(house)["tracking"]
    house.start_again(
        lambda: change(house, "tracking", "DELETE FROM read.laid", "DELETE FROM read.people")
    )
    house.settle()
    assert differences(before, rows(house, "tracking")) == []


def test_tables_of_the_same_shape_stay(house: SmallHouse) -> None:
    stood(house)
    before = identity(house, "tracking", "people")
    house.start_again(lambda: change(house, "tracking", "DELETE FROM read.people"))
    house.settle()
    assert identity(house, "tracking", "people") == before
    assert rows(house, "tracking")["people"] == []
    house.start_again(lambda: change(house, "tracking", "UPDATE read.laid SET shape = ''"))
    house.settle()
    assert rows(house, "tracking")["people"] != []
