"""Waiting for what must come true, and looking at processes from outside."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until ``condition`` is true; fail after ``seconds``."""
    pace = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        pace.wait(0.02)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(pid: int) -> list[int]:
    """A server and its workers."""
    process = psutil.Process(pid)
    return [pid, *(each.pid for each in process.children(recursive=True))]


def tell(text: str) -> None:
    """Write a figure into the test's output."""
    sys.stdout.write(text + "\n")


def modes(folder: Path) -> dict[Path, int]:
    """The rights of a folder and all folders above it."""
    return {each: each.stat().st_mode for each in (folder, *folder.parents)}


@contextlib.contextmanager
def running(command: list[str], **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the test's own, killed in the end whatever happened."""
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **how) as process:
        try:
            yield process
        finally:
            process.kill()
