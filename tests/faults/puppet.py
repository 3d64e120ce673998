"""A service's process as the suite starts it: what ships, and strings by which it is made to fail.

An order is a file, heeded at the start and at SIGUSR2: die at a point, or step the clock.
"""

from __future__ import annotations

import inspect
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import time_machine

from libs.chassis import reaction
from libs.chassis.embedded.child import _die_with
from libs.chassis.projection import Follower
from services.house import running
from services.house.serve import serve
from tests.faults import planted
from tests.faults.anatomy import Known
from tests.faults.points import BY_NAME, POINTS, ROWS, Point

ORDER = signal.SIGUSR2


def order_file(folder: Path, service: str) -> Path:
    return folder / "orders" / service


def hits_file(folder: Path) -> Path:
    return folder / "hits"


class Strings:
    """What a process was told to do, and has not done yet."""

    def __init__(self, folder: Path, service: str) -> None:
        self._folder = folder
        self._service = service
        self._doomed = ""
        self._steps: list[time_machine.travel] = []

    def heed(self, *_: int | FrameType | None) -> None:
        """Take the order that lies there."""
        try:
            order = json.loads(order_file(self._folder, self._service).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        self._doomed = order["die"]
        self._step(order["seconds"])

    def _step(self, seconds: int) -> None:
        while self._steps:
            self._steps.pop().stop()
        if seconds:
            step = time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds))
            step.start()
            self._steps.append(step)

    def passes(self, point: Point) -> None:
        """Die here if told to; the order is done then, and said to be."""
        if point.name != self._doomed:
            return
        order_file(self._folder, self._service).unlink(missing_ok=True)
        with hits_file(self._folder).open("a", encoding="utf-8") as hits:
            hits.write(f"{point.name}\t{self._service}\n")
        os.kill(os.getpid(), signal.SIGKILL)

    def tie(self) -> None:
        """Wrap every point."""
        for point in POINTS:
            if point.function != ROWS:
                self._wrap(point)
        self._tie_rows()

    def _wrap(self, point: Point) -> None:
        module, _, path = point.function.partition(":")
        owner: Any = import_module(module)
        *classes, name = path.split(".")
        for each in classes:
            owner = getattr(owner, each)
        setattr(owner, name, self._around(getattr(owner, name), {point.when: point}))

    def _around(
        self, original: Callable[..., Any], points: Mapping[str, Point]
    ) -> Callable[..., Any]:
        def pass_by(when: str) -> None:
            if when in points:
                self.passes(points[when])

        if inspect.iscoroutinefunction(original):

            @wraps(original)
            async def awaited(*arguments: Any, **named: Any) -> Any:
                pass_by("before")
                result = await original(*arguments, **named)
                pass_by("after")
                return result

            return awaited

        @wraps(original)
        def called(*arguments: Any, **named: Any) -> Any:
            pass_by("before")
            result = original(*arguments, **named)
            pass_by("after")
            return result

        return called

    def _tie_rows(self) -> None:
        points: dict[str, Point] = {p.when: p for p in POINTS if p.function == ROWS}
        original = Follower.__init__
        around = self._around

        def made(follower: Follower[Any], *arguments: Any, **named: Any) -> None:
            original(follower, *arguments, **named)
            projection: Any = follower._projection
            projection.apply = around(projection.apply, points)

        planted.PLANT.setattr(Follower, "__init__", made)


def run(service: str, folder: Path, environment: Mapping[str, str], fault: str) -> None:
    """Become the process of a service, until told to end."""
    _die_with(os.getppid(), signal.SIGKILL)
    log = os.open(folder / f"{service}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    os.environ.update(environment)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    # What a test would have to sit out; the order of things stays as it ships.
    reaction.FIRST_DELAY, reaction.LONGEST_DELAY = 0.05, 0.5
    planted.PLANT.setattr(running, "Languages", Known)
    strings = Strings(folder, service)
    planted.plant(fault, folder)
    strings.tie()
    strings.heed()
    signal.signal(ORDER, strings.heed)
    serve(service)


assert len(BY_NAME) == len(POINTS)
