"""A server as our child: started, watched, started again when it dies, gone when we are gone."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO

START_SECONDS = 30.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.005
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STEADY_SECONDS = 10.0
WELL_SECONDS = 3.0
MOST_ILL = 2
FIRST_ATTEMPTS = 3
LOG_BYTES = 16 << 20
_CHILD = Path(__file__).with_name("child.py")
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH")
logger = logging.getLogger(__name__)

Phase = Literal["starting", "up", "down"]


class ServerDidNotStart(Refusal):
    """A server that the house brings along did not come up; its log says why."""

    status = 503


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is run: its command, where, its log, as whom, and how it is told to stop."""

    name: str
    arguments: tuple[str, ...]
    folder: Path
    log: Path
    uid: int
    gid: int
    stop_signal: signal.Signals = signal.SIGTERM

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it as a child that dies with the calling *thread*, away from the terminal's Ctrl-C.

        Of our environment it gets nothing but search paths: settings may hold secrets.
        """
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with self._open_log() as log:
            return subprocess.Popen(  # noqa: S603  our own wrapper and the server's binary
                self._line(),
                cwd=self.folder,
                env=environment | {"LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _line(self) -> list[str]:
        asked = (os.getpid(), int(self.stop_signal), self.uid, self.gid)
        wrapper = [sys.executable, "-I", "-S", str(_CHILD), *map(str, asked), "--"]
        return [*wrapper, *self.arguments]

    def _open_log(self) -> FileIO:
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "ab", buffering=0)


@dataclass(frozen=True, slots=True)
class State:
    """How a server is: can it be used, how often was it started again, which process is it."""

    phase: Phase
    restarts: int
    pid: int | None


class Child:
    """One server, kept alive by a thread of its own.

    The thread starts every incarnation and lives as long as they do: Linux sends the parent-death
    signal when the *thread* that started a child ends, not when its process does.
    """

    def __init__(
        self,
        command: Command,
        prepare: Callable[[], None],
        answers: Callable[[], bool],
        is_well: Callable[[], bool] = lambda: True,
    ) -> None:
        """Keep ``command`` alive; ``prepare`` comes before every start, ``answers`` tells of up.

        A server that twice in a row says that it is not well is stopped, and started again.
        """
        self._command = command
        self._prepare = prepare
        self._answers = answers
        self._is_well = is_well
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._phase: Phase = "down"
        self._attempts = 0

    def state(self) -> State:
        """Return how the server is now."""
        with self._changed:
            pid = self._process.pid if self._process else None
            return State(self._phase, max(self._attempts - 1, 0), pid)

    def start(self, seconds: float = START_SECONDS) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerDidNotStart: it died three times, or did not answer within ``seconds``.
        """
        self._stopping.clear()
        self._attempts = 0
        self._thread = threading.Thread(
            target=self._keep, name=f"keep {self._command.name}", daemon=True
        )
        self._thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._phase == "up" or self._gave_up(), seconds)
            up = self._phase == "up"
        if not up:
            self.stop()
            raise ServerDidNotStart(server=self._command.name, log=str(self._command.log))

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Tell the server to stop, wait for its end; after ``seconds`` kill it."""
        with self._changed:
            self._stopping.set()
            process = self._process
        if self._thread is None:
            return
        if process is not None:
            process.send_signal(self._command.stop_signal)
        self._thread.join(seconds)
        if self._thread.is_alive() and process is not None:
            process.kill()
            self._thread.join()
        self._thread = None

    def _gave_up(self) -> bool:
        return self._phase == "down" and self._attempts >= FIRST_ATTEMPTS

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            pause = FIRST_PAUSE if self._live_once() else pause
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _live_once(self) -> bool:
        """Run the server to its end; tell whether it was up for long enough to be called steady."""
        began = time.monotonic()
        try:
            self._prepare()
            process = self._begin()
            if process is not None:
                self._wait_until_up(process)
                self._end(self._watch(process))
        except Exception:  # the thread must live on: its end would end the server
            logger.exception("embedded server %s could not be started", self._command.name)
            with self._changed:
                self._attempts += 1
            self._turn("down")
        return time.monotonic() - began > STEADY_SECONDS

    def _begin(self) -> subprocess.Popen[bytes] | None:
        with self._changed:
            if self._stopping.is_set():
                return None
            self._process = self._command.spawn()
            self._attempts += 1
            self._phase = "starting"
            return self._process

    def _wait_until_up(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None and not self._stopping.is_set():
            if self._answers():
                self._turn("up")
                return
            self._stopping.wait(LOOK_SECONDS)

    def _watch(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for the server's end, and bring it about where it is ill; return its exit code."""
        ill = 0
        while True:
            try:
                return process.wait(WELL_SECONDS)
            except subprocess.TimeoutExpired:
                ill = 0 if self._is_well() else ill + 1
                if ill == MOST_ILL:
                    logger.warning("embedded server %s is ill and is stopped", self._command.name)
                    process.send_signal(self._command.stop_signal)

    def _end(self, code: int) -> None:
        if not self._stopping.is_set():
            logger.warning("embedded server %s ended with %s", self._command.name, code)
        with self._changed:
            self._process = None
        self._turn("down")

    def _turn(self, phase: Phase) -> None:
        with self._changed:
            self._phase = phase
            self._changed.notify_all()
