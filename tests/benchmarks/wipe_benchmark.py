"""How soon everything is back when the bus lost its whole store (goal: within five minutes).

``wipe_benchmark.py 100000`` for about so many events in the ledgers; 3,000 by itself.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from libs.chassis.bus import incarnation_of
from libs.testkit.waiting import until_true
from services.house import serving
from tests.benchmarks.figures import Figure, figure, run
from tests.benchmarks.rebuild_benchmark import fill
from tests.faults.checker import Record, Verdict, check_reactions, public
from tests.faults.stores import HarmedNats
from tests.stories.house import DemoHouse, running_demo

SIZE = 3_000
GOAL_SECONDS = 300.0
EVENTS_OF_ONE = 3
"""A recommendation is received and published, and its case is opened."""
BACK_WITHIN = 3_600.0
LOOK_SECONDS = 0.2


def superuser(house: DemoHouse) -> str:
    """Return the superuser's connection string of the house's own database."""
    return house.house.servers.database


def wiped(house: DemoHouse) -> float:
    """Kill the bus, wipe its store; return the seconds until everything is back."""
    bus = house.house.servers._nats
    assert isinstance(bus, HarmedNats)
    before = incarnations(house)
    ledgers = Record(superuser(house), before).ledgers
    told = {name: len(public(events)) for name, events in ledgers.items()}
    begun = time.monotonic()
    bus.killed(bus.wipe)
    until_true(lambda: back(house, before, told), BACK_WITHIN)
    return time.monotonic() - begun


def incarnations(house: DemoHouse) -> dict[str, str]:
    """Return what tells each stream from one of the same name that was made again."""
    names = [each.name for each in house.running.services if each.plan.events]
    bus = house.running.services[0].house.bus
    return {name: incarnation_of(house.call(bus.provide_stream(name))) for name in names}


def back(house: DemoHouse, before: dict[str, str], told: dict[str, int]) -> bool:
    """Whether every stream is full again, and every reader and reaction at its new end."""
    time.sleep(LOOK_SECONDS)
    bus = house.running.services[0].house.bus
    ends = {name: house.call(bus.provide_stream(name)) for name in before}
    full = all(
        incarnation_of(info) != before[name] and info.state.messages == told[name]
        for name, info in ends.items()
    )
    return full and all(
        follower.position.incarnation == incarnation_of(ends[follower.source])
        and follower.position.stream_sequence == ends[follower.source].state.last_seq
        for service in house.running.services
        for follower in (*service.foreign, *service.gaps)
    )


def twice(house: DemoHouse) -> int:
    """Return how many reactions fired twice, or not at all."""
    record = Record(superuser(house), [each.name for each in house.running.services])
    verdict = Verdict()
    check_reactions(record, verdict)
    return verdict.doubled + verdict.missing


def measure(size: int) -> list[Figure]:
    """Fill a house with about ``size`` events, wipe its bus."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as place,
    ):
        patch.setattr(serving, "EmbeddedNats", HarmedNats)
        with running_demo(Path(place) / "data") as house:
            fill(house, Path(place), size // EVENTS_OF_ONE)
            record = Record(superuser(house), [each.name for each in house.running.services])
            many = sum(len(each) for each in record.ledgers.values())
            seconds = wiped(house)
            return [
                figure(f"back after a wipe, {many} events, s", seconds, GOAL_SECONDS),
                figure("reactions missing or twice", twice(house), 0, bound=0),
            ]


if __name__ == "__main__":
    run(__doc__, measure, SIZE)
