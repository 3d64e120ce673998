"""The separate process: it dies with its parent, is ended when it stalls, and is never believed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.intake.adapters.reading import Defaults, limits, read_in_sandbox, sandbox
from services.intake.adapters.reading.refusals import (
    NeedsTooMuchMemory,
    ReadingFailed,
    TakesTooLong,
    Truncated,
    every_refusal,
)
from services.intake.domain.source_row import SourceRow

from .documents import json_file, review_record

FD_SETSIZE = 1024
READER = "services.intake.adapters.reading.child"


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """Give a good file of more rows than fit into a pipe."""
    return json_file(tmp_path / "x.json", [review_record(n) for n in range(20_000)])


def children() -> list[psutil.Process]:
    """Give the living readers that this process started; other tests stand on other children."""
    found = psutil.Process().children(recursive=True)
    return [
        child
        for child in found
        if child.status() != psutil.STATUS_ZOMBIE and READER in " ".join(child.cmdline())
    ]


def gone(process: psutil.Process, seconds: float = 5) -> bool:
    """Wait until a process is gone."""
    _, alive = psutil.wait_procs([process], timeout=seconds)
    return not alive or alive[0].status() == psutil.STATUS_ZOMBIE


def test_all_rows_arrive_in_order_also_for_a_slow_reader(long_file: Path) -> None:
    rows = list(read_in_sandbox(long_file, "x.json", Defaults()))
    assert [row.row for row in rows] == list(range(1, 20_001))
    assert children() == []


@pytest.fixture
def crowded() -> Iterator[None]:
    """Let this process hold more open files than select(2) can tell apart."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * FD_SETSIZE:
        pytest.skip(f"This process may not open more than {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * FD_SETSIZE), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(FD_SETSIZE)]
    try:
        yield
    finally:
        for each in held:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("crowded")
def test_a_file_is_read_where_many_others_are_open(tmp_path: Path) -> None:
    file = json_file(tmp_path / "x.json", [review_record(1)])
    assert [row.row for row in read_in_sandbox(file, "x.json", Defaults())] == [1]


def test_process_has_its_bounds_and_own_group(long_file: Path) -> None:
    rows = read_in_sandbox(long_file, "x.json", Defaults())
    assert isinstance(next(rows), SourceRow)
    (child,) = children()
    assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
    assert child.rlimit(psutil.RLIMIT_AS)[1] == limits.ADDRESS_SPACE_BYTES
    assert child.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert child.rlimit(psutil.RLIMIT_CPU)[1] == limits.CPU_HARD_SECONDS
    rows.close()  # type: ignore[attr-defined]
    assert gone(child)


def test_killed_process_is_a_refusal(long_file: Path) -> None:
    rows = read_in_sandbox(long_file, "x.json", Defaults())
    next(rows)
    children()[0].kill()
    with pytest.raises(NeedsTooMuchMemory):
        list(rows)


def test_stalled_process_is_ended(long_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read_in_sandbox(long_file, "x.json", Defaults())
    next(rows)
    (child,) = children()
    child.suspend()
    monkeypatch.setattr(limits, "STALL_SECONDS", 1)
    with pytest.raises(TakesTooLong):
        list(rows)
    assert gone(child)


HOLDER = """
import os, signal, sys
from pathlib import Path
from services.intake.adapters.reading import Defaults, read_in_sandbox
rows = read_in_sandbox(Path(sys.argv[1]), "x.json", Defaults())
next(rows)
holder = os.fork()
if holder == 0:
    signal.pause()
print(holder, flush=True)
signal.pause()
"""
"""Reads one row; a fork of it holds the pipe open, so that no broken pipe ends the reader."""


def test_process_dies_with_a_killed_parent(long_file: Path) -> None:
    root = Path(sandbox.__file__).resolve().parents[4]
    command = [sys.executable, "-c", HOLDER, str(long_file)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        holder = psutil.Process(int(parent.stdout.readline()))
        (reader,) = [c for c in psutil.Process(parent.pid).children() if c != holder]
        try:
            parent.send_signal(signal.SIGKILL)
            parent.wait()
            assert gone(reader)
            assert holder.is_running()
        finally:
            for process in (holder, reader):
                if process.is_running():
                    process.kill()


@pytest.mark.parametrize(
    "line", [b"r{}", b'r{"row":"x"}', b"n[]", b"x[1]", b"x{", b'x{"code":"truncated"}']
)
def test_messages_of_another_form_are_not_believed(line: bytes) -> None:
    with pytest.raises(ReadingFailed):
        sandbox._message(line)


def test_a_told_refusal_keeps_its_facts() -> None:
    kind, refusal = sandbox._message(b'x{"code":"truncated","facts":{"a":1,"b":"x\\u202ey"}}')
    assert kind == "refusal"
    assert isinstance(refusal, Truncated)
    assert refusal.facts == {"a": 1, "b": "x y"}
    strange = sandbox._message(b'x{"code":"unheard","facts":{}}')[1]
    assert isinstance(strange, ReadingFailed)
    assert len(every_refusal()) > 25
