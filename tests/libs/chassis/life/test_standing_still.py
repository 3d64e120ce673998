"""Step 6 of an event's life: a reader standing still keeps little in memory and loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from libs.chassis.bus import stream_name, subjects_of
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.projection import ForeignFollower
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import rig, running
from tests.libs.chassis.life.test_foreign_projection import (
    READER,
    _arrive,
    _until_at,
    follower_of,
    read_side,
)


class AllAtOnce(ForeignFollower):
    """Lets the bus send everything, however far behind its rows are."""

    async def _subscribe(self, start: int) -> Any:
        subscription = await self._bus.jetstream.subscribe(
            subjects_of(self._producer, self._origin),
            stream=stream_name(self._producer, self._origin),
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=start,
                ack_policy=AckPolicy.NONE,
            ),
        )
        self.subscription = subscription
        return subscription


class Watched(ForeignFollower):
    """Shows what waits in its memory."""

    async def _subscribe(self, start: int) -> Any:
        self.subscription = await super()._subscribe(start)
        return self.subscription


MANY = 3_000
WEIGHT = b"x" * 8_000


async def check_standing_still(
    database: str, nats: EmbeddedNats, kind: type[ForeignFollower]
) -> None:
    """A reader whose rows are held keeps little in memory, and goes on where it stood."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        follower: Any = follower_of(made, pool, shelf, kind)
        async with running(follower.run()):
            await made.record(1)
            await _arrive(made, [1])
            await _until_at(follower, 1)
            [event] = await made.reader.after(0)
            async with pool.connection() as held:
                await held.execute(f"LOCK TABLE {READER}_read.positions".encode())
                headers = {"ce-sequence": "1", "ce-id": event.event_id}
                subject = f"evt.{made.bus.origin}.{event.topic}"
                for _ in range(MANY):
                    await made.bus.jetstream.publish(subject, WEIGHT, headers=headers)

                async def much_waits() -> bool:
                    return bool(follower.subscription.pending_bytes > MANY * len(WEIGHT) / 2)

                with contextlib.suppress(AssertionError):
                    await until(much_waits, 4)
                assert not await much_waits()
                await made.record(1)
                await held.rollback()
            events = await made.reader.after(0)
            await made.publish(events[1:], [events[0].event_id])
            await _until_at(follower, 2, 60)
        assert await shelf.held(pool) == [1, 2]


def test_a_reader_that_stands_still_keeps_little_in_memory(
    database: str, nats: EmbeddedNats
) -> None:
    asyncio.run(check_standing_still(database, nats, Watched))


def test_one_that_takes_all_at_once_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_standing_still(database, nats, AllAtOnce))
