"""What a reader that stands still costs the others, and how quickly it catches up.

``stopped_reader_benchmark.py 600`` lets the portal stand still for so many seconds, 20 by itself,
while people work at a steady pace. Asserts nothing.
"""

from __future__ import annotations

import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from libs.testkit.waiting import until_true
from tests.benchmarks.figures import Figure, figure, run
from tests.faults.anatomy import anatomies
from tests.faults.campaign import under_load
from tests.faults.checker import Record, answered, public
from tests.faults.load import Asking
from tests.faults.platform import Platform, platform

READER = "portal"
SERVICES = ("directory", "intake", "tracking", READER)
SIZE = 20
SEED = 1
PAUSE = 0.2
ANSWERS_WITHIN = 60.0
CATCHES_UP_WITHIN = 1_800.0
LOOK_SECONDS = 0.05
LIVE_RATES = 5.0
GROWN = 64
"""Megabytes by which a process may have grown."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some seconds: how long commands took (s), what each process holds at the end (MB)."""

    commands: list[float]
    megabytes: dict[str, int]


def span(made: Platform, seconds: float) -> Span:
    """Let people work for so long."""
    before = len(answered(made.folder))
    time.sleep(seconds)
    took = [each["seconds"] for each in answered(made.folder)[before:]]
    return Span(took, {name: megabytes(pid) for name, pid in processes(made).items()})


def processes(made: Platform) -> dict[str, int]:
    """Return the process id of each that is not the reader."""
    services = {name: each.pid for name, each in made.keepers.items() if name != READER}
    return {"bus": made.nats.pid or 0, "database": made.postgres.pid or 0, **services}


def megabytes(pid: int) -> int:
    """Return the memory that a process and its children have to themselves.

    What they share, such as the pages that a database keeps of its tables, fills with use, and
    would be counted once for each of them.
    """
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(each.memory_full_info().uss for each in family) >> 20


def told(made: Platform) -> dict[str, list[int]]:
    """Return the positions of what others hear, by service."""
    ledgers = Record(made.postgres.url, SERVICES).ledgers
    return {name: [event.sequence for event in public(ledgers[name])] for name in SERVICES}


def unread(made: Platform) -> int:
    """Return how many events the reader has yet to hear, counted once for each read model."""
    rows = Record(made.postgres.url, SERVICES).rows(
        f"SELECT projection, source, sequence FROM {READER}_read.positions"
    )
    stands = {(name, source): sequence for name, source, sequence in rows}
    all_told = told(made)
    return sum(
        sum(1 for each in all_told[source] if each > stands.get((name, source), 0))
        for name, source, _ in anatomies()[READER].read_models
    )


def measure(size: int) -> list[Figure]:
    """Measure before, during and after the reader stands still for ``size`` seconds."""
    seconds = float(size)
    with (
        tempfile.TemporaryDirectory() as place,
        platform(Path(place) / "p", SEED, SERVICES) as made,
    ):
        addresses = {name: made.address(name) for name in SERVICES}
        asking = Asking(made.folder, addresses, made.people, SEED, PAUSE)
        with under_load(made, asking) as enough:
            until_true(lambda: len(answered(made.folder)) > 1, ANSWERS_WITHIN)
            before = span(made, seconds / 2)
            made.keepers[READER].tell(signal.SIGSTOP)
            begun = time.monotonic()
            during = span(made, seconds)
            missed, stood = unread(made), time.monotonic() - begun
            made.keepers[READER].tell(signal.SIGCONT)
            begun = time.monotonic()
            until_true(lambda: _unread_within(made, missed / stood), CATCHES_UP_WITHIN)
            rate = missed / (time.monotonic() - begun)
            enough()
        return _told(before, during, rate / (missed / stood), missed)


def _unread_within(made: Platform, most: float) -> bool:
    """Whether no more is unread than people tell in a second."""
    time.sleep(LOOK_SECONDS)
    return unread(made) <= most


def _told(before: Span, during: Span, rates: float, missed: int) -> list[Figure]:
    medians = [1000 * statistics.median(each.commands) for each in (before, during)]
    grown = {name: during.megabytes[name] - before.megabytes[name] for name in before.megabytes}
    most = max(grown, key=lambda name: grown[name])
    return [
        figure("command beside a stopped reader, ms", medians[1], medians[0], "<=", 1.25),
        figure(f"grown most beside it: {most}, MB", grown[most], GROWN),
        figure(f"catching up on {missed} events, live rates", rates, LIVE_RATES, ">="),
    ]


if __name__ == "__main__":
    run(__doc__, measure, SIZE)
