"""Named points of what ships, at which a process dies by SIGKILL: a function, before or after it.

Nothing of this stands in what ships: a process of the suite wraps the functions when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.faults.anatomy import Anatomy

When = Literal["before", "after"]
Met = Literal["working", "starting", "ending", "rebuilding", "parking"]


def everybody(_: Anatomy) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Point:
    """``met`` says in which part of its life a process comes by; ``who`` which services do."""

    name: str
    function: str
    when: When
    who: Callable[[Anatomy], bool] = everybody
    met: Met = "working"


WRITER, RELAY = "libs.ledger.writer:Writer", "libs.chassis.relay:Relay"
FOLLOWER, POSITIONS = "libs.chassis.projection:Follower", "libs.chassis.positions:Positions"
REACTIONS, REBUILD = "libs.chassis.reaction:Reactions", "libs.chassis.rebuild:Rebuild"
ROWS = "rows of a read model"
"""No function of one class: every projection's own ``apply``."""


def keeps_a_ledger(service: Anatomy) -> bool:
    return service.keeps_a_ledger


def reacts(service: Anatomy) -> bool:
    return bool(service.policies)


POINTS = (
    Point("before a commit", f"{WRITER}._send", "before", keeps_a_ledger),
    Point("after a commit, before its answer", f"{WRITER}._send", "after", keeps_a_ledger),
    Point("before NOTIFY, before the answer", f"{WRITER}._tell", "before", keeps_a_ledger),
    Point("before a batch is relayed", f"{RELAY}._publish", "before", keeps_a_ledger),
    Point("after a batch is relayed", f"{RELAY}._publish", "after", keeps_a_ledger),
    Point("before rows", ROWS, "before"),
    Point("after rows, before their position", ROWS, "after"),
    Point("after a position, before its commit", f"{POSITIONS}.write", "after"),
    Point("after rows and position", f"{FOLLOWER}._write", "after"),
    Point("before a reaction", f"{REACTIONS}.react", "before", reacts),
    Point("after an effect, before its acknowledgement", f"{REACTIONS}.react", "after", reacts),
    Point("after an acknowledgement", f"{REACTIONS}._settle", "after", reacts),
    Point("before parking", f"{REACTIONS}._park", "before", reacts, "parking"),
    Point("after parking", f"{REACTIONS}._park", "after", reacts, "parking"),
    Point("while ledgers are laid", "services.house.running:provision", "after", met="starting"),
    Point(
        "after a stream is found", "libs.chassis.bus:Bus.provide_stream", "after", met="starting"
    ),
    Point(
        "before the relay finds its place", f"{RELAY}._resume", "before", keeps_a_ledger, "starting"
    ),
    Point("while draining", f"{WRITER}.close", "before", keeps_a_ledger, "ending"),
    Point("before rebuilt tables change places", f"{REBUILD}._put", "before", met="rebuilding"),
    Point(
        "after tables changed places, before the commit",
        f"{REBUILD}._put",
        "after",
        met="rebuilding",
    ),
)
BY_NAME = {point.name: point for point in POINTS}
