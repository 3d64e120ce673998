"""Servers that outlived their house: found by the folder they work in, told to end, waited for."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from libs.chassis.embedded.process import ServerDidNotStart

LOOK_SECONDS = 0.02
_STEPS = ((0.0, signal.SIGINT), (10.0, signal.SIGQUIT), (15.0, signal.SIGKILL))
_GIVE_UP = 20.0
_PROC = Path("/proc")


def working_in(folder: Path, program: str) -> dict[int, int]:
    """Return the processes called ``program`` that work in ``folder``: pid to parent's pid.

    Both of our servers are started in their own folder; other people's processes stay invisible.
    """
    if not _PROC.is_dir() or not folder.exists():
        return {}
    found = {}
    for entry in _PROC.iterdir():
        parent = _parent(entry, folder, program) if entry.name.isdigit() else None
        if parent is not None:
            found[int(entry.name)] = parent
    return found


def _parent(entry: Path, folder: Path, program: str) -> int | None:
    try:
        name, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        state, parent = rest.split()[:2]
        ours = name == program and state not in "ZX" and (entry / "cwd").samefile(folder)
    except (OSError, ValueError):
        return None
    return int(parent) if ours else None


def end(folder: Path, program: str) -> None:
    """End every server left over in ``folder``: first politely, then as it takes.

    The polite signal goes to the heads alone; a head ends its workers itself. The caller holds the
    folder, so no living house owns what is ended here.

    Raises:
        ServerDidNotStart: a process could not be ended within 20 s.
    """
    began = time.monotonic()
    steps = list(_STEPS)
    while left := working_in(folder, program):
        passed = time.monotonic() - began
        if steps and passed >= steps[0][0]:
            _tell(left, steps.pop(0)[1])
        if passed > _GIVE_UP:
            raise ServerDidNotStart(server=program, log=f"pid {min(left)}")
        time.sleep(LOOK_SECONDS)


def _tell(left: dict[int, int], how: signal.Signals) -> None:
    for pid, parent in left.items():
        if how is signal.SIGINT and parent in left:
            continue
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue
