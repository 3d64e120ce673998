"""The faults: each harms the running platform once, or says that it could not."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from random import Random

import httpx

from libs.chassis.bus import stream_name
from libs.testkit.waiting import until_true
from tests.faults import puppet
from tests.faults.anatomy import Anatomy, anatomies
from tests.faults.planted import poison_file
from tests.faults.platform import Keeper, Platform
from tests.faults.points import BY_NAME, POINTS, everybody, keeps_a_ledger
from tests.libs.chassis.life.small_house import RECOMMENDATION

HAPPENS_WITHIN = 15.0
PARKS_WITHIN = 60.0
"""What a killed process had in hand comes back first, then an event is tried six times."""
ENDS_WITHIN = 30.0
STARTS_AGAIN_WITHIN = 60.0
HOUR = 3_600
Fault = Callable[[Platform, Random], None]


class Missed(Exception):  # noqa: N818  no error: nobody came by
    """The fault did not happen; it counts for nothing."""


def one_of(
    platform: Platform, chance: Random, who: Callable[[Anatomy], bool] = everybody
) -> Keeper:
    """Choose a service that answers now."""
    meant = [each for name, each in platform.keepers.items() if who(anatomies()[name])]
    if not meant:
        raise Missed
    return chance.choice(until_true(lambda: [each for each in meant if each.ready], 60))


# --- processes ----------------------------------------------------------------------------------


def kill_service(platform: Platform, chance: Random) -> None:
    keeper = one_of(platform, chance)
    before = len(keeper.exits)
    keeper.tell(signal.SIGKILL)
    _must(keeper.ended(before, ENDS_WITHIN))


def stop_service(platform: Platform, chance: Random) -> None:
    keeper = one_of(platform, chance)
    keeper.tell(signal.SIGSTOP)
    try:
        time.sleep(chance.uniform(0.1, 1.0))
    finally:
        keeper.tell(signal.SIGCONT)


def step_clock(platform: Platform, chance: Random) -> None:
    keeper = one_of(platform, chance)
    platform.order(keeper.name, seconds=chance.choice((HOUR, -HOUR)))
    keeper.tell(puppet.ORDER)
    try:
        time.sleep(chance.uniform(0.3, 1.0))
    finally:
        platform.order(keeper.name)
        keeper.tell(puppet.ORDER)


def die_at(platform: Platform, chance: Random, *, name: str) -> None:
    """Let a process die at a named point."""
    point = BY_NAME[name]
    keeper = one_of(platform, chance, point.who)
    before = len(platform.hits())
    platform.order(keeper.name, die=name)
    try:
        _MEETINGS[point.met](platform, keeper)
        within = PARKS_WITHIN if point.met == "parking" else HAPPENS_WITHIN
        until_true(lambda: len(platform.hits()) > before, within)
    except (AssertionError, httpx.HTTPError):
        raise Missed from None
    finally:
        platform.order(keeper.name)
        keeper.tell(puppet.ORDER)


def _working(_: Platform, keeper: Keeper) -> None:
    keeper.tell(puppet.ORDER)


def _starting(_: Platform, keeper: Keeper) -> None:
    keeper.tell(signal.SIGKILL)


def _ending(_: Platform, keeper: Keeper) -> None:
    keeper.tell(puppet.ORDER)
    keeper.tell(signal.SIGTERM)


def _rebuilding(platform: Platform, keeper: Keeper) -> None:
    keeper.tell(puppet.ORDER)
    begin_rebuild(platform, keeper.name)


def _parking(platform: Platform, keeper: Keeper) -> None:
    keeper.tell(puppet.ORDER)
    publish_poison(platform)


_MEETINGS: dict[str, Callable[[Platform, Keeper], None]] = {
    "working": _working,
    "starting": _starting,
    "ending": _ending,
    "rebuilding": _rebuilding,
    "parking": _parking,
}


def begin_rebuild(platform: Platform, name: str) -> None:
    url = f"{platform.address(name)}/api/{name}/v1/rebuild"
    httpx.post(url, headers=platform.headers("administrator"), timeout=20).raise_for_status()


def publish_poison(platform: Platform) -> str:
    """Publish a recommendation on which tracking's reaction fails; return its id."""
    made = platform.done(
        "intake", "POST", "/intake/v1/recommendations", "secretary", RECOMMENDATION
    )
    poison_file(platform.folder, made["id"]).touch()
    path = f"/intake/v1/recommendations/{made['id']}/publication"
    platform.done("intake", "POST", path, "secretary")
    return str(made["id"])


# --- wires --------------------------------------------------------------------------------------


def cut_after_commit(platform: Platform, chance: Random, *, of: str) -> None:
    """Cut a connection (``ledger`` or ``read``) when it has committed, before it hears so."""
    keeper = one_of(platform, chance, keeps_a_ledger if of == "ledger" else everybody)
    wire = platform.database_wire
    wire.arm(f"{keeper.name} {of}")
    wire.cut_after_commit.wait(HAPPENS_WITHIN)
    _must(wire.disarm())


def cut_database(platform: Platform, chance: Random) -> None:
    keeper = one_of(platform, chance)
    _must(platform.database_wire.cut(lambda line: line.tags.get("user") == f"{keeper.name}_run"))


def cut_bus(platform: Platform, chance: Random) -> None:
    cut = platform.bus_wire.cut(lambda _: chance.random() < 0.5)
    _must(cut or platform.bus_wire.cut())


def deliver_thrice(platform: Platform, chance: Random) -> None:
    wire = platform.bus_wire
    before = wire.doubled
    wire.disturb(on=True)
    try:
        time.sleep(chance.uniform(0.3, 1.0))
        until_true(lambda: wire.doubled > before, HAPPENS_WITHIN)
    except AssertionError:
        raise Missed from None
    finally:
        wire.disturb(on=False)


# --- servers and their stores -------------------------------------------------------------------


def kill_bus(platform: Platform, _: Random) -> None:
    platform.nats.killed()


def wipe_bus(platform: Platform, _: Random) -> None:
    platform.nats.killed(platform.nats.wipe)


def flip_bit(platform: Platform, chance: Random) -> None:
    producer = one_of(platform, chance, keeps_a_ledger).name
    stream = stream_name(producer, platform.origin)
    until_true(lambda: platform.nats.blocks(stream), HAPPENS_WITHIN, "the stream is filled")
    platform.nats.killed(partial(platform.nats.flip, chance, stream))


def kill_postmaster(platform: Platform, _: Random) -> None:
    before = platform.postgres.state()
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)
    until_true(
        lambda: (
            platform.postgres.state().restarts > before.restarts
            and platform.postgres.state().phase == "up"
        ),
        STARTS_AGAIN_WITHIN,
        "the database is up again",
    )


def stop_server(platform: Platform, chance: Random) -> None:
    pid = chance.choice((platform.postgres.pid, platform.nats.pid))
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(chance.uniform(0.2, 1.5))
    finally:
        os.kill(pid, signal.SIGCONT)


def fill_disk(platform: Platform, chance: Random, *, of: str) -> None:
    disk = platform.disks[of]
    if disk.refused:
        raise Missed
    disk.fill()
    try:
        time.sleep(chance.uniform(1.0, 3.0))
    finally:
        disk.free()


def fill_files(platform: Platform, chance: Random) -> None:
    """Fill the disk of files; whoever hands one in meanwhile is told so."""
    disk, keeper = platform.disks["files"], platform.keepers.get("intake")
    if disk.refused or keeper is None:
        raise Missed
    until_true(lambda: keeper.ready, STARTS_AGAIN_WITHIN)
    disk.fill()
    try:
        url = f"{platform.address('intake')}/api/intake/v1/imports"
        files = {"file": ("too-much.csv", chance.randbytes(1 << 16).hex())}
        headers = platform.headers("secretary")
        answer = httpx.post(url, files=files, headers=headers, timeout=ENDS_WITHIN)
        _must(answer.status_code == httpx.codes.INSUFFICIENT_STORAGE)
    except httpx.HTTPError:
        raise Missed from None
    finally:
        disk.free()


def _must(happened: object) -> None:
    if not happened:
        raise Missed


FLIPPED = "a bit of the bus's store is turned"
CHEAP: dict[str, tuple[int, Fault]] = {
    "a service is killed": (20, kill_service),
    "a service stands still": (10, stop_service),
    "a clock is stepped by an hour": (6, step_clock),
    "a ledger's connection is cut after a commit": (8, partial(cut_after_commit, of="ledger")),
    "a read model's connection is cut after a commit": (8, partial(cut_after_commit, of="read")),
    "a service's database connections are cut": (6, cut_database),
    "connections to the bus are cut": (6, cut_bus),
    "messages come thrice and shuffled": (10, deliver_thrice),
}
"""Each with how often it is drawn."""
FULL: dict[str, Fault] = {
    "the database's disk is full": partial(fill_disk, of="database"),
    "the bus's disk is full": partial(fill_disk, of="bus"),
    "the disk of files is full": fill_files,
}
DEAR: dict[str, Fault] = {
    "the bus is killed": kill_bus,
    "the postmaster is killed": kill_postmaster,
    "a server stands still": stop_server,
    "the bus's store is wiped": wipe_bus,
    FLIPPED: flip_bit,
    **FULL,
}
AT_POINTS: dict[str, Fault] = {point.name: partial(die_at, name=point.name) for point in POINTS}
FAULTS: dict[str, Fault] = {
    **{name: fault for name, (_, fault) in CHEAP.items()},
    **DEAR,
    **AT_POINTS,
}


def drawn(chance: Random, many: int) -> list[str]:
    """Return so many faults in random order: each dear one and each point once, the rest cheap."""
    once = [*DEAR, *AT_POINTS]
    chance.shuffle(once)
    found = once[:many] + cheap(chance, many - len(once))
    chance.shuffle(found)
    return found


def cheap(chance: Random, many: int) -> list[str]:
    """Return so many of the cheap ones, none where that is less than none."""
    weights = [weight for weight, _ in CHEAP.values()]
    return chance.choices(list(CHEAP), weights, k=max(0, many))
