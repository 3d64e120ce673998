"""Every benchmark in turn: a table of all figures of design §9, and the same as JSON.

``--times 10`` makes each ten times as large as it is by itself.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg

from libs.testkit.servers import postgres
from tests.benchmarks.figures import Figure, percentile, tell
from tests.benchmarks.house_benchmark import fsyncs

NAMED = ("eventsourcing", "psycopg", "nats-py", "faststream", "fastapi", "uvicorn")


def machine() -> str:
    """Say what this ran on: processor, memory, versions, what keeping a page costs the disk."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        disk = fsyncs(folder)
        with postgres(folder / "database") as server, psycopg.connect(server.url) as connection:
            database = connection.info.server_version
    memory = psutil.virtual_memory().total >> 30
    libraries = ", ".join(f"{name} {version(name)}" for name in NAMED)
    return (
        f"{platform.machine()}, {psutil.cpu_count()} cores, {memory} GB,"
        f" load {os.getloadavg()[0]:.1f}; Python {platform.python_version()},"
        f" PostgreSQL {database}, {libraries};"
        f" fsync p50 {percentile(disk, 50):.2f} ms, p99 {percentile(disk, 99):.2f} ms\n"
    )


def measured(times: int) -> list[Figure]:
    """Run every benchmark, and print its figures when it is done."""
    found: list[Figure] = []
    for each in sorted(Path(__file__).parent.glob("*_benchmark.py")):
        module = import_module(f"tests.benchmarks.{each.stem}")
        sys.stdout.write(f"\n{each.stem.removesuffix('_benchmark').replace('_', ' ')}\n")
        figures = module.measure(module.SIZE * times)
        tell(figures, None)
        found += figures
    return found


def main() -> None:
    """Run them all."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--times", type=int, default=1)
    asked.add_argument("--json", type=Path, default=os.environ.get("JSON") or None)
    given = asked.parse_args()
    sys.stdout.write(machine())
    found = measured(given.times)
    if given.json:
        sys.stdout.write(f"\n{given.json}\n")
        tell(found, given.json)


if __name__ == "__main__":
    main()
