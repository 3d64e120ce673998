"""A server as our child: started, watched, started again when it dies, gone when we are gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

START_SECONDS = 30.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.01
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STEADY_SECONDS = 10.0
_CHILD = Path(__file__).with_name("child.py")


class ServerDidNotStart(Refusal):
    """A server that the house brings along did not come up; its log says why."""

    status = 503


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is run: its command, its log, as whom, and how it is told to stop."""

    name: str
    arguments: tuple[str, ...]
    log: Path
    uid: int
    gid: int
    stop_signal: signal.Signals = signal.SIGTERM


class Child:
    """One server, kept alive by a thread of its own.

    The thread lives as long as the child may: Linux sends the parent-death signal when the *thread*
    that started the child ends.
    """

    def __init__(self, command: Command, answers: Callable[[], bool]) -> None:
        """Prepare to run ``command``; ``answers`` says whether the server can be used."""
        self._command = command
        self._answers = answers
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._begun = threading.Event()
        self.restarts = -1

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerDidNotStart: it did not within 30 s.
        """
        self._stopping.clear()
        self._thread = threading.Thread(
            target=self._keep, name=f"keep {self._command.name}", daemon=True
        )
        self._thread.start()
        self.wait_until_it_answers()

    def wait_until_it_answers(self, seconds: float = START_SECONDS) -> None:
        """Wait until the server can be used.

        Raises:
            ServerDidNotStart: it could not within ``seconds``.
        """
        self._begun.wait(seconds)
        deadline = time.monotonic() + seconds
        while not self._answers():
            if time.monotonic() > deadline:
                self.stop()
                raise ServerDidNotStart(server=self._command.name, log=str(self._command.log))
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Tell the server to stop, wait for it, and leave it alone from now on."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(self._command.stop_signal)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            with self._command.log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603  our own wrapper and the server's binary
                    self._line(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0
                )
            self.restarts += 1
            self._begun.set()
            self._process.wait()
            steady = time.monotonic() - began > STEADY_SECONDS
            pause = FIRST_PAUSE if steady else min(pause * 2, LONGEST_PAUSE)
            self._stopping.wait(pause)

    def _line(self) -> list[str]:
        command = self._command
        own = [sys.executable, "-I", "-S", str(_CHILD), str(os.getpid())]
        return [
            *own,
            str(int(command.stop_signal)),
            str(command.uid),
            str(command.gid),
            "--",
            *command.arguments,
        ]
