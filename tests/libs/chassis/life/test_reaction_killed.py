"""Step 7 of an event's life: a process killed with an event in hand loses and doubles nothing."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from libs.chassis import reaction
from libs.chassis.embedded.nats import EmbeddedNats
from libs.testkit.waiting import until
from tests.libs.chassis.life import dying
from tests.libs.chassis.life.rig import Rig, rig
from tests.libs.chassis.life.test_reaction import effects, opening, reacting, settled, tell

ROOT = Path(__file__).parents[4]
PATIENCE = 120


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver again soon what a killed process had in hand."""
    monkeypatch.setattr(reaction, "ACK_WAIT_SECONDS", 1)


async def killed(made: Rig, point: str, fault: str) -> None:
    """Run a process of the same service until it is killed ``point`` the commit of its effect."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        dying.__name__,
        *(point, fault, made.url, made.bus.url, made.bus.origin),
        cwd=ROOT,
    )
    try:
        assert await asyncio.wait_for(process.wait(), PATIENCE) == -signal.SIGKILL
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def check_killed(database: str, nats: EmbeddedNats, point: str, fault: str = "none") -> None:
    """Killed and started again: the effect is there, once."""
    async with rig(database, nats.url) as made:
        recommendation = await tell(made)
        await killed(made, point, fault)
        assert await effects(made) == ([str(recommendation)] if point == "after" else [])
        policy = opening(made.ledger)
        async with reacting(made, policy) as reactions:
            await until(lambda: settled(made, reactions, policy), what="everything is settled")
        found = await effects(made)
    if found != [str(recommendation)]:
        pytest.fail(f"{len(found)} effects of one event", pytrace=False)


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_process_killed_about_the_commit_has_its_effect_once(
    database: str, nats: EmbeddedNats, point: str
) -> None:
    asyncio.run(check_killed(database, nats, point))


@pytest.mark.parametrize(
    ("point", "fault", "number"), [("before", "ack-first", 0), ("after", "without-key", 2)]
)
def test_an_effect_that_is_lost_or_doubled_by_a_kill_is_caught(
    database: str, nats: EmbeddedNats, point: str, fault: str, number: int
) -> None:
    with pytest.raises(pytest.fail.Exception, match=f"^{number} effects"):
        asyncio.run(check_killed(database, nats, point, fault))
