"""Steps 6 and 7 of an event's life: what people read goes before what follows from it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from libs.chassis import precedence
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.envelope import Heard
from libs.chassis.precedence import Precedence
from libs.chassis.projection import ForeignFollower
from libs.ledger.act import Act
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import rig, running
from tests.libs.chassis.life.test_foreign_projection import (
    _arrive,
    _until_at,
    follower_of,
    read_side,
)
from tests.libs.chassis.life.test_reaction import effects, opening, reacting, tell

ANOTHER = object()
"""A read model that says it is behind."""


class Heeding(Precedence):
    """Keeps what was said and done, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def say(self, follower: object, *, behind: bool) -> None:
        if behind or follower in self._behind:
            self.order.append("behind" if behind else "level")
        super().say(follower, behind=behind)

    async def stand_back(self) -> None:
        self.order.append("stood back")
        await super().stand_back()


async def check_standing_back(database: str, nats: EmbeddedNats) -> None:
    """A reaction must wait for the read model that is behind, and follow once it is level."""
    async with rig(database, nats.url) as made:
        made.bus.precedence = heeding = Heeding()
        policy = opening(made.ledger)

        def follow(heard: Heard, act: Act) -> None:
            heeding.order.append("followed")
            policy.follow(heard, act)

        async def begun() -> bool:
            return len(heeding.order) > 1

        async def done() -> bool:
            return len(await effects(made)) == 1

        heeding.say(ANOTHER, behind=True)
        await tell(made)
        async with reacting(made, replace(policy, follow=follow)):
            await until(begun, what="the event is delivered")
            heeding.say(ANOTHER, behind=False)
            await until(done, what="its case is open")
        assert heeding.order == ["behind", "stood back", "level", "followed"]


def test_a_reaction_stands_back_while_a_read_model_is_behind(
    database: str, nats: EmbeddedNats
) -> None:
    asyncio.run(check_standing_back(database, nats))


def test_a_reaction_that_goes_first_is_caught(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Precedence) -> None:
        return

    monkeypatch.setattr(Heeding, "stand_back", never)
    with pytest.raises(AssertionError):
        asyncio.run(check_standing_back(database, nats))


async def check_not_for_ever(database: str, nats: EmbeddedNats, *, ends: bool) -> None:
    """A read model that never gets level stops no reaction, nor does a process that ends."""
    async with rig(database, nats.url) as made:
        made.bus.precedence.say(ANOTHER, behind=True)
        if ends:
            made.bus.precedence.end()
            made.bus.precedence.say(ANOTHER, behind=True)
        await tell(made)

        async def done() -> bool:
            return len(await effects(made)) == 1

        async with reacting(made, opening(made.ledger)):
            await until(done, what="its case is open")


def test_no_reaction_stands_back_for_ever(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "MOST_SECONDS", 0.1)
    asyncio.run(check_not_for_ever(database, nats, ends=False))


def test_nobody_stands_back_at_the_end(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "MOST_SECONDS", 60.0)
    asyncio.run(check_not_for_ever(database, nats, ends=True))


async def check_said(database: str, nats: EmbeddedNats, *, batch: int) -> list[str]:
    """Return what a read model says while it takes in four events, so many at a time."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        made.bus.precedence = heeding = Heeding()
        await made.record(4)
        await _arrive(made, [1, 2, 3, 4])
        follower = follower_of(made, pool, shelf, ForeignFollower)
        follower.batch = batch
        async with running(follower.run()):
            await _until_at(follower, 4)
        return heeding.order


def test_a_read_model_says_that_it_is_behind_while_as_much_as_it_takes_is_waiting(
    database: str, nats: EmbeddedNats
) -> None:
    said = asyncio.run(check_said(database, nats, batch=1))
    assert said == ["behind"] * 3 + ["level"]


def test_a_read_model_that_takes_all_that_is_there_is_level(
    database: str, nats: EmbeddedNats
) -> None:
    assert asyncio.run(check_said(database, nats, batch=100)) == []
