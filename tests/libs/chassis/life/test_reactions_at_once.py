"""Step 7 of an event's life: several events are in hand at once, so that none waits for long."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from libs.chassis import reaction
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.envelope import Heard
from libs.ledger.act import Act
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import rig
from tests.libs.chassis.life.test_reaction import effects, opening, reacting, settled, tell

WAITS = 3.0
"""Seconds that an event in hand waits for the others."""


async def check_at_once(database: str, nats: EmbeddedNats, many: int) -> None:
    """So many events must be in hand together, each with its effect once, and a request meanwhile.

    The event loop's own threads are for requests; here it has one.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    async with rig(database, nats.url) as made:
        policy, together = opening(made.ledger), Barrier(many + 1)

        def follow(heard: Heard, act: Act) -> None:
            together.wait(WAITS)
            policy.follow(heard, act)

        for _ in range(many):
            await tell(made)
        waiting = replace(policy, follow=follow)
        async with reacting(made, waiting) as reactions:
            await until(lambda: _are(together.n_waiting == many), WAITS, "all are in hand")
            await asyncio.to_thread(together.wait, WAITS)
            await until(lambda: settled(made, reactions, waiting))
        assert len(set(await effects(made))) == many == len(await effects(made))


async def _are(value: bool) -> bool:  # noqa: FBT001  the value looked at
    return value


def test_several_events_are_in_hand_at_once_and_keep_no_request_waiting(
    database: str, nats: EmbeddedNats
) -> None:
    asyncio.run(check_at_once(database, nats, reaction.WORKERS))


def test_one_at_a_time_is_caught(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaction, "WORKERS", 1)
    monkeypatch.setattr(reaction, "MOST_DELIVERIES", 1)
    with pytest.raises(AssertionError):
        asyncio.run(check_at_once(database, nats, 2))
