"""The command line in a process of its own, forked from one that has read the program already.

A process so made can be killed like any other and shares nothing with the test; it only need not
read the whole program again. Points at which it dies are planted in the fork alone.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.services.house.backup.killing import plant

TERMINAL = {"COLUMNS": "200", "NO_COLOR": "1", "LC_ALL": "en_GB.UTF-8"}
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["services.house.cli", "tests.services.house.backup.killing"])


class Done(NamedTuple):
    """How a command ended and what it said; negative: the signal that killed it."""

    returncode: int
    stdout: str
    stderr: str


class Command:
    """A command that was begun."""

    def __init__(
        self, folder: Path, arguments: tuple[str, ...], env: dict[str, str], point: str
    ) -> None:
        """Begin it, with ``env`` as its whole environment; ``point`` is where it is to die."""
        self._said = folder / "stdout", folder / "stderr"
        self._process = _FORKS.Process(target=_run, args=(self._said, arguments, env, point))
        self._process.start()

    def wait(self, seconds: float) -> bool:
        """Wait so long; return whether it has ended."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    def kill(self) -> None:
        """Kill it by SIGKILL, if it still runs."""
        self._process.kill()

    def done(self, seconds: float) -> Done:
        """Wait for its end.

        Raises:
            TimeoutError: it did not end within ``seconds``; it is killed.
        """
        if not self.wait(seconds):
            self.kill()
            self._process.join()
            raise TimeoutError
        assert self._process.exitcode is not None
        out, err = (each.read_text(encoding="utf-8") for each in self._said)
        return Done(self._process.exitcode, out, err)


@contextmanager
def begun(
    *arguments: object, environment: Mapping[str, str] | None = None, point: str = ""
) -> Iterator[Command]:
    """Give ``dhakira`` with arguments, running."""
    env = {**os.environ, **TERMINAL, **(environment or {})}
    with tempfile.TemporaryDirectory() as folder:
        command = Command(Path(folder), tuple(map(str, arguments)), env, point)
        try:
            yield command
        finally:
            command.kill()
            command.wait(60)


def _run(
    said: tuple[Path, Path], arguments: tuple[str, ...], env: dict[str, str], point: str
) -> None:
    for path, stream in zip(said, (sys.stdout, sys.stderr), strict=True):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["dhakira", *arguments]
    if point:
        plant(point)
    # Both are read here already, by a process that knew nothing of this terminal.
    from services.house import terminal  # noqa: PLC0415
    from services.house.cli import main  # noqa: PLC0415

    for console in (terminal.console, terminal.errors):
        console.width = int(env["COLUMNS"])
    main()
