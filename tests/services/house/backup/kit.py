"""The command line on real records, and what a record holds, read past all of our code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.testkit.waiting import until_true
from services.house.running import SERVICES
from tests.services.house.backup.forking import begun
from tests.services.house.test_demo import ROOT

STARTS_WITHIN = 90.0
PATIENCE = 120.0
TABLES = {
    "{0}_events": "notification_id",
    "leaves": "idx",
    "answers": 'actor COLLATE "C", key COLLATE "C"',
    "vault": "ref",
}
History = dict[tuple[str, str], list[tuple[Any, ...]]]


def told(*arguments: object, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a command that must be done; return what it tells."""
    with begun(*arguments, "--json", environment=environment) as command:
        done = command.done(PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def refused(*arguments: object, environment: Mapping[str, str] | None = None) -> str:
    """Run a command that must refuse; return what it says."""
    with begun(*arguments, environment=environment) as command:
        done = command.done(PATIENCE)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return re.sub(r"[\u2068\u2069]|\s+", lambda each: " " if each[0].isspace() else "", done.stderr)


def history(url: str) -> History:
    """Return every row of every ledger in a database."""
    with psycopg.connect(url) as connection:
        return {
            (service, table): connection.execute(
                f"SELECT * FROM {service}.{table.format(service)} ORDER BY {order}".encode()
            ).fetchall()
            for service in SERVICES
            for table, order in TABLES.items()
        }


def history_of(folder: Path) -> History:
    """Return every row of every ledger in a data folder that no house uses."""
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        return history(server.url)
    finally:
        server.stop()


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder."""
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }


@contextmanager
def up(folder: Path) -> Iterator[str]:
    """Run `dhakira up` in a process of its own; give its address."""
    log = folder.with_name(f"{folder.name}.log")
    with log.open("wb") as out:
        command = [sys.executable, "-m", "services", "up", "--data", str(folder), "--port", "0"]
        environment = {**os.environ, "LC_ALL": "en_GB.UTF-8", "COLUMNS": "200"}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        found = until_true(
            lambda: re.search(rb"Dhakira: (\S+)", log.read_bytes()) or process.poll() is not None,
            STARTS_WITHIN,
        )
        assert isinstance(found, re.Match), log.read_text(encoding="utf-8")
        yield found[1].decode()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def public_pages(address: str) -> dict[str, str]:
    """Return what anyone reads: lists and every record, in both languages."""
    host = address.removeprefix("http://")
    with httpx.Client(base_url=address, timeout=60) as client:
        found = client.get("/en/recommendations.json?limit=200").raise_for_status().json()
        paths = [
            f"/{language}/{path}"
            for language in ("ar", "en")
            for path in (
                "recommendations",
                "recommendations.json",
                *(f"recommendations/REC-{n:05}" for n in range(1, found["total"] + 1)),
            )
        ]
        return {path: _seen(client.get(path)).replace(host, "") for path in paths}


def _seen(answer: httpx.Response) -> str:
    """Return a page; of one that is not there, only that: it carries a reference of its own."""
    assert answer.is_success or answer.status_code == httpx.codes.NOT_FOUND, answer.text
    return answer.text if answer.is_success else str(answer.status_code)
