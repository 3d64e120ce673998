"""The platform under test: a process for each service, each kept alive, on servers of its own."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import Random
from typing import Any

import httpx
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from libs.chassis.embedded.nats import free_port
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.testkit.waiting import until_true
from services.house.running import SERVICES
from tests.faults import puppet
from tests.faults.stores import Disk, HarmedNats
from tests.faults.wires import BusWire, DatabaseWire
from tests.stories.processes import Processes

STARTS_WITHIN = 120.0
LOOK_SECONDS = 0.05
PAUSE = 0.2
DISKS = {"database": 1500, "bus": 300, "files": 16}
"""Megabytes that each may hold; they take memory as they are filled."""


def prepared() -> ForkServerContext:
    """Return what starts processes from one that has our code in memory: in 0.1 s, not 3."""
    context = multiprocessing.get_context("forkserver")
    services = (f"services.{name}.service" for name in SERVICES)
    context.set_forkserver_preload([puppet.__name__, "tests.faults.load", *services])
    return context


class Keeper:
    """Keeps one service's process alive, as systemd or Kubernetes would."""

    def __init__(self, arguments: tuple[Any, ...], address: str) -> None:
        self.name: str = arguments[0]
        self._arguments = arguments
        self._address = address
        self._context = prepared()
        self._process: ForkServerProcess | None = None
        self._ended = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"keep {self.name}", daemon=True)
        self.exits: list[int] = []

    def start(self) -> None:
        self._thread.start()

    def _keep(self) -> None:
        while not self._ended.is_set():
            process = self._context.Process(target=puppet.run, args=self._arguments, daemon=True)
            process.start()
            self._process = process
            while process.is_alive():
                if not self._ready.is_set() and self._answers():
                    self._ready.set()
                process.join(LOOK_SECONDS)
            self._ready.clear()
            self.exits.append(process.exitcode or 0)
            self._ended.wait(PAUSE if process.exitcode in {0, -signal.SIGKILL} else 5 * PAUSE)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self._address}/readyz", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid or 0

    @property
    def ready(self) -> bool:
        return self._ready.is_set()

    def until_ready(self) -> None:
        until_true(lambda: self.ready, STARTS_WITHIN, f"{self.name} is ready; exits: {self.exits}")

    def tell(self, number: signal.Signals) -> None:
        """Send a signal; one that ends or stops the process makes it unready until it answers."""
        assert self._process is not None
        if number in {signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP}:
            self._ready.clear()
        if self._process.pid is not None and self._process.is_alive():
            with contextlib.suppress(ProcessLookupError):  # it may die by itself just now
                os.kill(self._process.pid, number)

    def ended(self, before: int, seconds: float) -> bool:
        """Wait until the process has ended once more than ``before`` times."""
        try:
            return until_true(lambda: len(self.exits) > before, seconds)
        except AssertionError:
            return False

    def stop(self) -> None:
        self._ended.set()
        if self._process is not None and self._process.is_alive():
            self._process.kill()
        self._thread.join(STARTS_WITHIN)


class Platform(Processes):
    """Every service, supervised; between them and their servers lie wires that can be cut."""

    def __init__(self, folder: Path, stack: ExitStack, chance: Random) -> None:
        self.folder = folder
        self.chance = chance
        self.disks = {name: Disk(folder / name, size) for name, size in DISKS.items()}
        for disk in self.disks.values():
            stack.callback(disk.close)
        self.postgres = EmbeddedPostgres(folder / "database" / "postgres", folder / "logs")
        self.nats = HarmedNats(folder / "bus" / "nats", logs=folder / "logs")
        for server in (self.postgres, self.nats):
            server.start()
            stack.callback(server.stop)
        parts = conninfo_to_dict(self.postgres.url)
        self.database_wire = DatabaseWire(lambda: f"{parts['host']}/.s.PGSQL.{parts['port']}")
        self.bus_wire = BusWire(lambda: self.nats.port, chance)
        for wire in (self.database_wire, self.bus_wire):
            wire.start()
            stack.callback(wire.stop)
        url = make_conninfo(
            host="127.0.0.1", port=self.database_wire.port, user="postgres", dbname="postgres"
        )
        bus = self.nats.url.rpartition(":")[0] + f":{self.bus_wire.port}"
        super().__init__(folder, url, bus)
        self.origin = self._environment["DHAKIRA_ORIGIN"]
        self.keepers: dict[str, Keeper] = {}
        stack.callback(self._stop)

    def keep(self, names: Sequence[str], fault: str = "") -> None:
        """Start services and return when each is ready."""
        for place in ("orders", "poison"):
            (self.folder / place).mkdir()
        puppet.hits_file(self.folder).touch()
        self.ports = {name: free_port() for name in names}
        peers = json.dumps({name: self.address(name) for name in names})
        for name in names:
            own = {"DHAKIRA_PORT": str(self.ports[name]), "DHAKIRA_PEERS": peers}
            arguments = (name, self.folder, {**self._environment, **own}, fault)
            self.keepers[name] = Keeper(arguments, self.address(name))
            self.keepers[name].start()
        for keeper in self.keepers.values():
            keeper.until_ready()

    def _stop(self) -> None:
        for keeper in self.keepers.values():
            keeper.stop()

    def order(self, name: str, *, die: str = "", seconds: int = 0) -> None:
        """Leave an order for a service's process: where to die, how far its clock is stepped.

        It heeds it at its start, and when told by ``puppet.ORDER``.
        """
        file = puppet.order_file(self.folder, name)
        made = file.with_suffix(".new")
        made.write_text(json.dumps({"die": die, "seconds": seconds}), encoding="utf-8")
        made.rename(file)

    def hits(self) -> list[str]:
        """Return the points at which processes died, as often as they did."""
        lines = puppet.hits_file(self.folder).read_text(encoding="utf-8").splitlines()
        return [line.split("\t")[0] for line in lines]

    def wait_until_ready(self) -> None:
        for keeper in self.keepers.values():
            keeper.until_ready()


@contextmanager
def platform(
    folder: Path, seed: int, names: Sequence[str] = SERVICES, fault: str = ""
) -> Iterator[Platform]:
    """Run the platform with an administrator and a secretary."""
    with ExitStack() as stack:
        made = Platform(folder, stack, Random(seed))
        made.keep(names, fault)
        made.enrol("directory")
        yield made
