"""The process in which a source file is read; started by :mod:`.sandbox`, never by hand."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from libs.kernel.refusal import Refusal
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.detect import detect
from services.intake.adapters.reading.refusals import (
    NeedsTooMuchMemory,
    ReadingFailed,
    TakesTooLong,
)
from services.intake.adapters.reading.source import read_with_beats
from services.intake.adapters.reading.survey import Beat
from services.intake.domain.source_row import SourceRow

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_OPEN_FILES: Final = 64
_FLUSH_ROWS: Final = 200


def main(told: str) -> None:
    """Read the file that the task names; tell its format and its rows on standard output."""
    task = orjson.loads(told)
    _bind(int(task["parent"]))
    out = os.fdopen(os.dup(1), "wb", buffering=limits.MEBIBYTE // 4)
    try:
        _read(task, out)
        last = b"e\n"
    except Refusal as refusal:
        last = _told(refusal)
    except MemoryError:
        last = _told(NeedsTooMuchMemory(limit_mb=limits.MEMORY_MB))
    except RecursionError:
        last = _told(TakesTooLong(seconds=limits.CPU_SECONDS))
    except BaseException as error:  # noqa: BLE001  whatever a file does to a parser is a refusal
        last = _told(ReadingFailed(detail=type(error).__name__))
    out.write(b"m%d\n" % _peak_memory() + last)
    out.flush()
    os._exit(0)


def _peak_memory() -> int:
    """Return the most memory that this process had, in bytes; 0 where the system does not tell.

    Not ``ru_maxrss``: it keeps what the process that started this one had.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split(None, 1)[0]) * 1024
    except (OSError, IndexError, ValueError, MemoryError):
        return 0


def _told(refusal: Refusal) -> bytes:
    return b"x" + orjson.dumps({"code": refusal.code, "facts": refusal.facts}) + b"\n"


def _bind(parent: int) -> None:
    """Bound what this process may take, and let it die with its parent (Linux)."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_AS, (limits.ADDRESS_SPACE_BYTES,) * 2)
    _grant_time()


def _grant_time() -> None:
    """Give processor time from now on; the hard bound never moves."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + limits.CPU_SECONDS
    resource.setrlimit(
        resource.RLIMIT_CPU, (min(soft, limits.CPU_HARD_SECONDS), limits.CPU_HARD_SECONDS)
    )


def _read(task: dict[str, Any], out: BinaryIO) -> None:
    defaults = Defaults(task["state"], any_state=task["any_state"], cycle=task["cycle"])
    path = Path(task["path"])
    found = detect(path, task["filename"])
    out.write(b"f" + found.encode() + b"\n")
    out.flush()
    _grant_time()
    rows = read_with_beats(path, found, defaults)
    for count, row in enumerate(rows, 1):
        if isinstance(row, Beat):
            out.write(b"b\n")
            out.flush()
            _grant_time()
        else:
            out.write((b"r" if isinstance(row, SourceRow) else b"n") + orjson.dumps(row) + b"\n")
        if count % _FLUSH_ROWS == 0:
            out.flush()
            _grant_time()
