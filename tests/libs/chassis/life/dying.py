"""A process with a reaction that is killed with an event in hand, at a point that tests choose."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from typing import Any

from psycopg_pool import AsyncConnectionPool

from libs.chassis import reaction
from libs.chassis.bus import Bus
from libs.chassis.envelope import Heard
from libs.chassis.reaction import Policy, Reactions
from libs.ledger.act import Act
from libs.ledger.ledger import Ledger
from tests.libs.chassis.life.rig import SERVICE
from tests.libs.chassis.life.test_reaction import AckingFirst, opening, without_key
from tests.libs.ledger.laying import EVENTS


def dying(policy: Policy, point: str) -> Policy:
    """The same policy in a process that is killed ``before`` or ``after`` its effect commits."""

    def follow(heard: Heard, act: Act) -> None:
        if point == "after":
            policy.follow(heard, act)
        os.kill(os.getpid(), signal.SIGKILL)

    return replace(policy, follow=follow)


async def live(point: str, fault: str, url: str, bus_url: str, origin: str) -> None:
    """React to what the stream holds, until killed."""
    reaction.ACK_WAIT_SECONDS = 1
    ledger, bus = Ledger(SERVICE, url, EVENTS), Bus(bus_url, origin)
    policy = (without_key if fault == "without-key" else opening)(ledger)
    kind: type[Reactions] = AckingFirst if fault == "ack-first" else Reactions
    await bus.connect()
    async with AsyncConnectionPool[Any](url, min_size=1, max_size=2, open=False) as pool:
        await kind(pool, SERVICE, bus, [dying(policy, point)]).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(live(*sys.argv[1:]))
