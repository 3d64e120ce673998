"""Rounds of faults under load; after each everything must have come to rest, whole."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from libs.chassis.relay import StreamEmptied
from libs.testkit.read_models import differences, read_models
from libs.testkit.waiting import until_true
from services.house.running import SERVICES
from tests.faults import load, puppet
from tests.faults.checker import Record, Verdict, behind, check, public
from tests.faults.kinds import FAULTS, FLIPPED, FULL, Missed, begin_rebuild, cheap, drawn
from tests.faults.platform import Platform, platform, prepared
from tests.faults.streams import streamed

ROUND = 40
MOST_ROUNDS = 100
TRIES = 3
CONVERGES_WITHIN = 30.0
GIVES_UP_AFTER = 120.0
REBUILT_WITHIN = 60.0
LOOK_SECONDS = 0.1
LOOKED_AFTER_SECONDS = 5.0
"""Where all is not well by then, an operator looks at the status page."""


@dataclass(slots=True)
class Report:
    """What one seed came to."""

    seed: int
    verdict: Verdict = field(default_factory=Verdict)
    happened: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    converged_s: float = 0.0

    @property
    def faults(self) -> int:
        return self.happened.total()

    def line(self) -> str:
        """Return the figures as JSON."""
        return json.dumps(
            {
                "faults": self.faults,
                "acknowledged": self.verdict.acknowledged,
                "lost": self.verdict.lost,
                "missing": self.verdict.missing,
                "doubled": self.verdict.doubled,
                "converged_s": round(self.converged_s, 1),
            }
        )


def campaign(
    folder: Path,
    seed: int,
    many: int,
    names: Sequence[str] = SERVICES,
    *,
    fault: str = "",
    faults: Sequence[str] = (),
    patience: float = GIVES_UP_AFTER,
) -> Report:
    """Do ``many`` faults, or those named, to a platform in ``folder``.

    ``fault`` is planted in it. After ``patience`` seconds it counts as not coming to rest.
    """
    report = Report(seed)
    chance = Random(seed)
    left = list(faults) or drawn(chance, many)
    with platform(folder, seed, names, fault) as made:
        left = [name for name in left if _can(made, name)]
        for number in range(seed * 100, seed * 100 + MOST_ROUNDS):
            left = left or cheap(chance, many - report.faults)
            if not left or not report.verdict.well:
                break
            now, left = left[:ROUND], left[ROUND:]
            _round(made, _asking(made, number), now, chance, report, patience)
        if report.verdict.well:
            _settle_parked(made, report)
        if not report.verdict.lost:
            report.verdict.problems += rebuilt_otherwise(made)
    return report


def _can(made: Platform, name: str) -> bool:
    """Whether the machine lets us do a fault; say why not."""
    refused = next((disk.refused for disk in made.disks.values() if disk.refused), "")
    if name in FULL and refused:
        _tell(f"left out: {name}, for a disk of its own must be mounted: {refused}")
        return False
    return True


def _asking(made: Platform, seed: int) -> load.Asking:
    addresses = {name: made.address(name) for name in made.keepers}
    return load.Asking(made.folder, addresses, made.people, seed)


def _round(
    made: Platform,
    asking: load.Asking,
    faults: Sequence[str],
    chance: Random,
    report: Report,
    patience: float,
) -> None:
    with under_load(made, asking) as healed:
        for name in faults:
            _inflict(made, name, chance, report)
        heal(made)
        begun = time.monotonic()
        healed()
    report.converged_s = max(report.converged_s, _converge(made, begun, patience))
    report.verdict = verdict_of(made, harmed=bool(report.happened[FLIPPED]))


def _inflict(made: Platform, name: str, chance: Random, report: Report) -> None:
    for _ in range(TRIES):
        try:
            begun = time.monotonic()
            FAULTS[name](made, chance)
        except Missed:
            report.missed.append(name)
        else:
            report.happened[name] += 1
            _tell(f"seed {report.seed}: {report.faults} {name}, {time.monotonic() - begun:.1f} s")
            return


@contextmanager
def under_load(made: Platform, asking: load.Asking) -> Iterator[Callable[[], None]]:
    """Let the client ask meanwhile; what is called in the end waits until all is answered."""
    context = prepared()
    enough = context.Event()
    client = context.Process(target=load.run, args=(asking, enough), daemon=True)
    client.start()

    def end() -> None:
        enough.set()
        client.join(GIVES_UP_AFTER)
        made.wait_until_ready()

    try:
        yield end
    finally:
        enough.set()
        if client.is_alive():
            client.kill()
        client.join()


def heal(made: Platform) -> None:
    """Take every lasting fault away."""
    made.bus_wire.disturb(on=False)
    for disk in made.disks.values():
        disk.free()
    for name, keeper in made.keepers.items():
        made.order(name)
        keeper.tell(signal.SIGCONT)
        keeper.tell(puppet.ORDER)


def _converge(made: Platform, begun: float, patience: float) -> float:
    """Wait until every read model and reaction has come to the end; return seconds since begun."""
    seen: list[str] = []
    looked_after = False

    def level() -> bool:
        nonlocal looked_after
        seen[:] = behind(_record(made))
        if seen and not looked_after and time.monotonic() - begun > LOOKED_AFTER_SECONDS:
            looked_after = True
            _look_after(made)
        time.sleep(LOOK_SECONDS)
        return not seen

    try:
        until_true(level, patience)
    except AssertionError:
        _tell(f"behind: {seen}")
        _tell(f"because: {_troubles(made)}")
    return time.monotonic() - begun


def _look_after(made: Platform) -> None:
    """Do what the operator's guide bids where a damaged store lost all that a stream held."""
    for name in made.keepers:
        status = made.done(name, "GET", f"/{name}/v1/status", "administrator")
        if str(status["relay_problem"]).startswith(StreamEmptied.__name__):
            _tell(f"the stream of {name} was emptied, and is republished")
            made.done(name, "POST", f"/{name}/v1/republication", "administrator")


def _troubles(made: Platform) -> dict[str, object]:
    """Return what each service says of itself."""
    told: dict[str, object] = {}
    for name in made.keepers:
        status = made.done(name, "GET", f"/{name}/v1/status", "administrator")
        problems = [each["problem"] for each in status["read_models"] if each["problem"]]
        told[name] = [status["relay_problem"], *problems]
    return told


def _record(made: Platform) -> Record:
    return Record(made.postgres.url, made.keepers)


def verdict_of(made: Platform, *, harmed: bool = False) -> Verdict:
    """Check record and streams; one whose store was ``harmed`` may lack what readers heal."""
    record = _record(made)
    verdict = check(record, made.folder)
    verdict.tell("behind", behind(record))
    producers = [name for name, each in record.services.items() if each.keeps_a_ledger]
    for name, ids in streamed(made.nats.url, made.origin, producers).items():
        wanted = [event.id for event in public(record.ledgers[name])]
        held = [each for each in wanted if each in set(ids)] if harmed else wanted
        if ids != held:
            verdict.problems.append(f"the stream of {name} holds {len(ids)} of {len(wanted)}")
    return verdict


def rebuilt_otherwise(made: Platform) -> list[str]:
    """Rebuild every read model from event 1; return what is unlike before."""
    before = {name: read_models(made.postgres.url, name) for name in made.keepers}
    for name in made.keepers:
        begin_rebuild(made, name)
    told = []
    for name in made.keepers:
        status = _end_of_rebuild(made, name)
        if status.get("state") != "done":
            told.append(f"{name} is not rebuilt: {status}")
        unlike = differences(before[name], read_models(made.postgres.url, name))
        told += [f"{name}, rebuilt: {each}" for each in unlike]
    return told


def _end_of_rebuild(made: Platform, name: str) -> dict[str, object]:
    status: dict[str, object] = {}

    def ended() -> bool:
        status.update(made.done(name, "GET", f"/{name}/v1/rebuild", "administrator"))
        return status["state"] in {"done", "failed"}

    with contextlib.suppress(AssertionError):
        until_true(ended, REBUILT_WITHIN)
    return status


def _settle_parked(made: Platform, report: Report) -> None:
    """Mend what made events poison; a person drives each again, and its effect is there once."""
    for file in (made.folder / "poison").iterdir():
        file.unlink()
    record = _record(made)
    for name in made.keepers:
        for reaction, event in record.parked(name):
            path = f"/{name}/v1/quarantine/{reaction}/{event}/redrive"
            made.done(name, "POST", path, "administrator")
    _converge(made, time.monotonic(), GIVES_UP_AFTER)
    report.verdict = verdict_of(made, harmed=bool(report.happened[FLIPPED]))
    left = [each for name in made.keepers for each in _record(made).parked(name)]
    report.verdict.tell("parked still", left)


def _tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()
