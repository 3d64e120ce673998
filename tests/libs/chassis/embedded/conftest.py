from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[4]
House = Callable[..., tuple["subprocess.Popen[str]", dict[str, Any]]]


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[EmbeddedNats]:
    server = EmbeddedNats(tmp_path / "nats")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Starts houses as processes of their own; answers with the process and what it told."""
    started: list[subprocess.Popen[str]] = []

    def start(
        folder: Path = tmp_path / "data", *words: str, python: str = sys.executable, **how: Any
    ) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        path = os.pathsep.join([str(ROOT), *(each for each in sys.path if "site-packages" in each)])
        process = subprocess.Popen(
            [
                python,
                "-W",
                "ignore",
                str(Path(__file__).with_name("house.py")),
                str(folder),
                *words,
            ],
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **how,
        )
        started.append(process)
        assert process.stdout is not None
        return process, json.loads(process.stdout.readline() or "{}")

    yield start
    for process in started:
        process.communicate("", timeout=30)
