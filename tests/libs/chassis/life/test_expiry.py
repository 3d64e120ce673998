"""Step 3 of an event's life: answers to people's keys expire without anybody's doing."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.expiry import Expiry
from libs.ledger.act import Act
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import SERVICE, rig, running
from tests.libs.chassis.life.small_house import SmallHouse
from tests.libs.ledger.laying import act, new_case, rows

KEYS = "SELECT key FROM tracking.answers ORDER BY key"
OUT_OF_DATE = "UPDATE tracking.answers SET kept_until = current_date - 1 WHERE key = 'old'"


class Resting(Expiry):
    """Leaves every answer where it is."""

    async def _go_on(self) -> None:
        await asyncio.Event().wait()


async def check_expiry(database: str, nats: EmbeddedNats, kind: type[Expiry]) -> None:
    """What was kept long enough goes; what is younger, and what policies heard, stays."""
    async with rig(database, nats.url) as made:
        of_policy = Act.of_policy("tracking.open-case", event_id="heard", correlation_id="c-1")
        for one in (act("old"), act("young"), of_policy):
            await asyncio.to_thread(made.ledger.record, one, new_case())
        with psycopg.connect(database) as connection:
            connection.execute(OUT_OF_DATE)
        async with running(kind(made.pool, SERVICE).run()):

            async def gone() -> bool:
                return ("old",) not in await asyncio.to_thread(rows, made.url, KEYS)

            await until(gone, 5, "the old answer is gone")
        assert rows(made.url, KEYS) == [("heard",), ("young",)]


def test_answers_expire(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_expiry(database, nats, Expiry))


def test_answers_that_nobody_lets_go_are_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError, match="is gone"):
        asyncio.run(check_expiry(database, nats, Resting))


def test_every_service_lets_answers_expire(house: SmallHouse) -> None:
    assert all(
        any(isinstance(each, Expiry) for each in service.lasting)
        for service in house.running.services
    )
