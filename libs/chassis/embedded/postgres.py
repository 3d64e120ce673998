"""PostgreSQL for a house that brings its own: the wheel's program, run by us, on a private socket.

The wheel's own Python code is not used: its server outlives a killed parent, and where we are root
it opens the folders above the data to everyone. See ``account`` for how root is left here.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from libs.chassis.embedded import leftover
from libs.chassis.embedded.account import (
    Account,
    binaries,
    binaries_for,
    founding_account,
    server_account,
)
from libs.chassis.embedded.doorway import Doorway
from libs.chassis.embedded.folders import Hold
from libs.chassis.embedded.process import (
    LOOK_SECONDS,
    START_SECONDS,
    Child,
    Command,
    ServerDidNotStart,
    State,
)
from libs.kernel.refusal import Refusal
from libs.ledger.durable import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ClusterOfAnotherVersion", "EmbeddedPostgres", "binaries", "visited"]

VERSION = "18"
SUPERUSER = "postgres"
_HERE = "/proc/self/cwd"
_SOCKET = ".s.PGSQL.5432"
_LEFT_BEHIND = ("postmaster.pid", _SOCKET, f"{_SOCKET}.lock")
_DOOR = "# Only the private socket leads here.\nlocal all all trust\nlocal replication all trust\n"
#: Given on the command line, so that neither a file nor ALTER SYSTEM changes them. A log line
#: carries neither statements nor values of rows: personal fields stay out of logs.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
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
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "jit": "off",
}


class ClusterOfAnotherVersion(Refusal):
    """The folder holds a database that another major version of PostgreSQL wrote."""

    status = 503


class EmbeddedPostgres:
    """One cluster in a folder of its own; superuser ``postgres``, reached only by its socket."""

    def __init__(self, folder: Path, logs: Path | None = None) -> None:
        """Keep the cluster in ``folder``, which is ours alone; logs lie beside it, in ``logs``."""
        self.folder = folder.absolute()
        self._logs = (logs or folder.parent / "logs").absolute()
        self._doorway = Doorway(self.folder, _SOCKET)
        self._hold: Hold | None = None
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """The connection string of the superuser."""
        return self.conninfo()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return self.state().pid

    def state(self) -> State:
        """Return how the server is now."""
        return self._child.state() if self._child else State("down", 0, None)

    def conninfo(self, user: str = SUPERUSER, dbname: str = "postgres") -> str:
        """Return the connection string of a role; it stays valid when the server is restarted."""
        host = str(self._doorway.path)
        return make_conninfo(host=host, port=5432, user=user, dbname=dbname)

    def start(self) -> None:
        """Found the cluster on first use, end what a crash left, start, wait until it answers.

        Raises:
            ClusterOfAnotherVersion: the folder was written by another major version.
            DataFolderInUse: another process runs a server in the folder.
            ServerDidNotStart: it did not; the log says why.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._hold = Hold(self.folder, self.folder.with_name(f"{self.folder.name}.lock"))
        try:
            account = server_account(self.folder)
            self._found(account)
            self._child = Child(self._command(account), self._clear, self._answers)
            self._child.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if self._child is not None:
            self._child.stop()
        self._doorway.close()
        if self._hold is not None:
            self._hold.release()
        self._child = self._hold = None

    def _command(self, account: Account) -> Command:
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        where = str(self.folder) if account.is_us else _HERE
        program = binaries_for(account) / "postgres"
        log = self._logs / "postgres.log"
        arguments = (str(program), "-D", where, *settings)
        return Command(
            "postgres", arguments, self.folder, log, account.uid, account.gid, signal.SIGINT
        )

    def _clear(self) -> None:
        """End a server that outlived its house; drop lock files: their pid may be another's now."""
        leftover.end(self.folder, "postgres")
        for name in _LEFT_BEHIND:
            (self.folder / name).unlink(missing_ok=True)

    def _answers(self) -> bool:
        return answers(self.url)

    def _found(self, account: Account) -> None:
        """Make the cluster beside its place and move it there whole: a crash leaves no half one."""
        if (self.folder / "PG_VERSION").exists():
            self._check_version()
            return
        fresh = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        founder = founding_account(account)
        founder.own(fresh)
        self._initialise(fresh, founder)
        (fresh / "pg_hba.conf").write_text(_DOOR, encoding="ascii")
        account.own(fresh)
        fresh.rename(self.folder)
        sync_folder(self.folder.parent)

    def _check_version(self) -> None:
        found = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != VERSION:
            raise ClusterOfAnotherVersion(folder=str(self.folder), found=found, ours=VERSION)

    def _initialise(self, fresh: Path, founder: Account) -> None:
        log = self._logs / "initdb.log"
        program = str(binaries_for(founder) / "initdb")
        arguments = (
            program,
            f"--pgdata={fresh if founder.is_us else _HERE}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
        )
        process = Command("initdb", arguments, fresh, log, founder.uid, founder.gid).spawn()
        try:
            code = process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if code != 0:
            raise ServerDidNotStart(server="initdb", log=str(log))


@contextmanager
def visited(folder: Path, seconds: float = START_SECONDS) -> Iterator[str]:
    """Give the superuser's connection string to the server that another process runs in ``folder``.

    Raises:
        ServerDidNotStart: it does not answer within so many ``seconds``.
    """
    doorway = Doorway(folder.absolute(), _SOCKET, visiting=True)
    try:
        url = make_conninfo(host=str(doorway.path), port=5432, user=SUPERUSER, dbname="postgres")
        deadline = time.monotonic() + seconds
        while not answers(url):
            if time.monotonic() > deadline:
                raise ServerDidNotStart(server="postgres", log=str(folder))
            time.sleep(LOOK_SECONDS)
        yield url
    finally:
        doorway.close()


def answers(url: str) -> bool:
    """Tell whether a server can be used now."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error:
        return False
    return True
