"""A read model that is sent more than may wait for it asks anew, and takes in every event once."""

from __future__ import annotations

import asyncio

import pytest
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from libs.chassis import projection as projecting
from libs.chassis.bus import Bus
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.projection import ForeignFollower
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import rig, running
from tests.libs.chassis.life.test_foreign_projection import (
    _arrive,
    _until_at,
    follower_of,
    read_side,
)

EVENTS = 30
LEAST_BYTES = 1_000
NEVER = 120.0


class Slow(ForeignFollower):
    """Begins to take once more was sent than may wait."""

    async def _next(self, subscription: JetStreamContext.PushSubscription) -> list[Msg]:
        async def overrun() -> bool:
            return bool(self._bus._overrun)

        await until(overrun, what="more is sent than may wait")
        return await super()._next(subscription)


async def check_overrun(database: str, nats: EmbeddedNats, seconds: float = 15) -> None:
    """All events must stand once, though most were let go when they were first sent."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        await made.record(EVENTS)
        await _arrive(made, range(1, EVENTS + 1))
        follower = follower_of(made, pool, shelf, Slow)
        async with running(follower.run()):
            await _until_at(follower, EVENTS, seconds)
        assert await shelf.held(pool) == list(range(1, EVENTS + 1))


@pytest.fixture(autouse=True)
def _little_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else notices within the test: neither the library's heartbeat nor our own look."""
    monkeypatch.setattr(projecting, "MOST_WAITING_BYTES", LEAST_BYTES)
    monkeypatch.setattr(projecting, "HEARTBEAT_SECONDS", NEVER)
    monkeypatch.setattr(projecting, "IDLE_CHECK_SECONDS", NEVER)


def test_what_was_let_go_is_asked_for_again_at_once(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_overrun(database, nats))


def test_a_reader_that_waits_for_what_was_let_go_is_caught(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bus, "overran", lambda *_: False)
    with pytest.raises(AssertionError):
        asyncio.run(check_overrun(database, nats, seconds=4))
