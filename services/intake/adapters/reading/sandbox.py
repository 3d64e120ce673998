"""Reading a source file in a process of its own, so that no file can harm this one.

The process gets little memory, no core file, no new files, its own process group and a death
signal; processor time is given anew with each sign of progress. It answers in JSON lines of
bounded length on a pipe: the format, rows, then one last line. A process that ends without that
line, or makes no progress, is ended and the file refused.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from libs.kernel.refusal import Refusal
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.detect import Format
from services.intake.adapters.reading.refusals import (
    NeedsTooMuchMemory,
    ReadingFailed,
    TakesTooLong,
    every_refusal,
)
from services.intake.domain.excerpt import shown
from services.intake.domain.source_row import NotUnderstood, SourceRow

_ROOT: Final = Path(__file__).resolve().parents[4]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from services.intake.adapters.reading.child import main; main(sys.argv[2])"
)
_OVER_CPU: Final = (-signal.SIGXCPU,)
_OVER_MEMORY: Final = (-signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS)
_CHUNK: Final = 256 * 1024
_ROWS: Final[TypeAdapter[SourceRow]] = TypeAdapter(SourceRow)
_REPORTS: Final[TypeAdapter[NotUnderstood]] = TypeAdapter(NotUnderstood)


@cache
def _starter(_process: int) -> ThreadPoolExecutor:
    """Give the one thread that starts children.

    Linux sends the death signal when the *thread* that started a child ends (prctl(2)); this one
    lives as long as the process.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading-starter")


def read_in_sandbox(
    path: Path, filename: str, defaults: Defaults
) -> Iterator[SourceRow | NotUnderstood]:
    """Give what ``read_source`` gives, read in a process with bounds.

    Raises the refusals of :mod:`.refusals`, ``TakesTooLong``, ``NeedsTooMuchMemory`` and
    ``ReadingFailed`` among them; rows given before a refusal are not to be used.
    """
    return iter(SandboxedReading(path, filename, defaults))


class SandboxedReading:
    """One reading: its rows, and the ``format`` of the file, known when the first of them is.

    Afterwards ``peak_memory_bytes`` tells what the process took at most.

    A process that was ended for its memory tells nothing any more: it had reached its bound.
    """

    def __init__(self, path: Path, filename: str, defaults: Defaults) -> None:
        self.peak_memory_bytes = 0
        self.format: Format | None = None
        self._task = {
            "path": str(path), "filename": filename, "state": defaults.state,
            "any_state": defaults.any_state, "cycle": defaults.cycle, "parent": os.getpid(),
        }  # fmt: skip
        self._returned: int | None = None

    def __iter__(self) -> Iterator[SourceRow | NotUnderstood]:
        """Start the process and give its rows; it is ended when the iteration is."""
        process = _starter(os.getpid()).submit(self._start).result()
        try:
            for kind, value in self._messages(process):
                if kind == "row":
                    yield value
                elif kind == "format":
                    self.format = value
                elif kind == "memory":
                    self.peak_memory_bytes = value
                elif kind == "end":
                    return
                elif kind == "refusal":
                    raise value
            raise self._ended_early(process)
        finally:
            self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
            [sys.executable, "-I", "-c", _START, str(_ROOT), orjson.dumps(self._task).decode()],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            close_fds=True, process_group=0, cwd="/", env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip

    def _messages(self, process: subprocess.Popen[bytes]) -> Iterator[tuple[str, Any]]:
        assert process.stdout is not None  # noqa: S101  stdout=PIPE above
        pipe = process.stdout.fileno()
        buffer = b""
        while chunk := _next_chunk(pipe):
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                yield _message(line)
            if len(buffer) > limits.LINE_BYTES:
                raise ReadingFailed(detail="line")

    def _ended_early(self, process: subprocess.Popen[bytes]) -> Refusal:
        status = self._reap(process)
        if status in _OVER_CPU:
            return TakesTooLong(seconds=limits.CPU_SECONDS)
        if status in _OVER_MEMORY:
            return NeedsTooMuchMemory(limit_mb=limits.MEMORY_MB)
        return ReadingFailed(detail=f"status {status}")

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if self._returned is None:
            _kill_group(process.pid)
            self._reap(process)
        if process.stdout is not None:
            process.stdout.close()

    def _reap(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for the process once."""
        if self._returned is None:
            try:
                _, status = os.waitpid(process.pid, 0)
            except ChildProcessError:
                self._returned = process.returncode = 1
                return 1
            self._returned = process.returncode = os.waitstatus_to_exitcode(status)
        return self._returned


def _next_chunk(pipe: int) -> bytes:
    """Give what the process says next; only the time it takes to say something is counted."""
    deadline = time.monotonic() + limits.STALL_SECONDS
    ready = select.poll()  # unlike select(2) it takes descriptors of every number
    ready.register(pipe, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if ready.poll(left * 1000):
            return os.read(pipe, _CHUNK)
    raise TakesTooLong(seconds=limits.STALL_SECONDS)


def _message(line: bytes) -> tuple[str, Any]:
    """Read one line; what is not of the agreed form is a failure of the reading."""
    try:
        kind, body = line[:1], line[1:]
        if kind == b"r":
            return "row", _ROWS.validate_json(body)
        if kind == b"n":
            return "row", _REPORTS.validate_json(body)
        if kind == b"f":
            return "format", Format(body.decode())
        if kind == b"m":
            return "memory", int(body)
        if kind == b"x":
            return "refusal", _refusal(orjson.loads(body))
    except (ValueError, TypeError, KeyError) as cause:
        raise ReadingFailed(detail="message") from cause
    return ("end", None) if kind == b"e" else ("beat", None)


def _refusal(told: dict[str, Any]) -> Refusal:
    kind = every_refusal().get(told["code"], ReadingFailed)
    facts = {
        str(name): value if isinstance(value, int) else shown(str(value))
        for name, value in told["facts"].items()
    }
    return kind(**facts)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
