"""Services as processes of their own, on the session's servers, asked over the network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from libs.chassis.embedded.nats import free_port
from libs.chassis.identity import Tokens
from libs.testkit.waiting import until_true
from services.directory.adapters.bootstrap import offer
from tests.libs.chassis.life.small_house import CUSTODIAN, FIRST

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 90.0
ENDS_WITHIN = 60.0


class Processes:
    """Some processes, each with some services, that share servers and keys."""

    def __init__(self, folder: Path, database: str, bus_url: str) -> None:
        self.keys = folder / "keys"
        self.keys.mkdir(mode=0o700, parents=True)
        self.bootstrap = offer(self.keys)
        self.tokens = Tokens.from_folder(self.keys)
        self.people = {"portal": "service:portal"}
        self.ports: dict[str, int] = {}
        self._folder = folder
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DHAKIRA_DATA": str(folder),
            "DHAKIRA_DATABASE_URL": database,
            "DHAKIRA_NATS_URL": bus_url,
            "DHAKIRA_ORIGIN": f"p{uuid4().hex[:10]}",
            "DHAKIRA_DIRECTORY_PASSWORD_KIB": "19456",
            "DHAKIRA_DIRECTORY_PASSWORD_MILLISECONDS": "50",
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, **commands: Sequence[str]) -> None:
        """Start processes by name; return when each says that it is ready."""
        self.ports |= {name: free_port() for name in commands}
        peers = {name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()}
        for name, command in commands.items():
            log = (self._folder / f"{name}.log").open("wb")
            with log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, "-W", "ignore", *command],
                    env=self._environment
                    | {"DHAKIRA_PORT": str(self.ports[name]), "DHAKIRA_PEERS": json.dumps(peers)},
                    stdout=log,
                    stderr=log,
                )
        for name in commands:
            until_true(partial(self._ready, name), STARTS_WITHIN, f"{name} is ready")

    def _ready(self, name: str) -> bool:
        code = self._running[name].poll()
        assert code is None, f"{name} ended with {code}: {self.log(name)}"
        try:
            return httpx.get(f"{self.address(name)}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def log(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text(encoding="utf-8")[-2000:]

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def tell_to_end(self, name: str) -> None:
        self._running[name].send_signal(signal.SIGTERM)

    def ended(self, name: str) -> int:
        """Wait until a process has ended; return its exit code."""
        return self._running[name].wait(ENDS_WITHIN)

    def end(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait(ENDS_WITHIN)

    def headers(self, person: str, **more: str) -> dict[str, str]:
        token = self.tokens.sign(self.people[person])
        sent = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {token}", **sent}

    def done(
        self, at: str, method: str, path: str, person: str, body: Any = None, **more: str
    ) -> Any:
        """Ask until it is done: a process may be starting, or not have heard yet who asks.

        The key stays the same, so that what was done already is done once.
        """
        last: list[httpx.Response] = []
        more.setdefault("Idempotency_Key", str(uuid4()))

        def ask() -> bool:
            headers = self.headers(person, **more)
            url = f"{self.address(at)}/api{path}"
            try:
                last[:] = [httpx.request(method, url, json=body, headers=headers, timeout=20)]
            except httpx.TransportError:
                return False
            return last[0].is_success or last[0].status_code not in {403, 404, 503}

        until_true(ask, 30, f"{method} {path}")
        assert last[0].is_success, last[0].text
        return last[0].json()

    def enrol(self, at: str) -> None:
        """Enrol an administrator and a secretary at the directory that ``at`` serves."""
        body = {"token": self.bootstrap, **FIRST}
        first = self.done(at, "POST", "/directory/v1/bootstrap", "portal", body)
        self.people["administrator"] = str(first["id"])
        person = {
            "sign_in": "secretary",
            "names": {"en": "Secretary"},
            "institution": CUSTODIAN,
            "roles": ["secretariat"],
        }
        made = self.done(at, "POST", "/directory/v1/people", "administrator", person)
        self.people["secretary"] = str(made["id"])


@contextmanager
def processes(folder: Path, database: str, bus_url: str) -> Iterator[Processes]:
    standing = Processes(folder, database, bus_url)
    try:
        yield standing
    finally:
        standing.end()
