"""The data folder: where each thing lies, who may enter, and that one house at a time holds it."""

from __future__ import annotations

import fcntl
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE = 0o700
_OTHERS = 0o077
_PARTS = {"postgres", "nats", "files", "keys", "logs", "run", "restoring", "configuration"}
"""What a house has in its folder, by name; whoever prepares one may lay any of them first."""
_WRITABLE_BY_OTHERS = 0o022


class DataFolderInUse(Refusal):
    """Another running house holds this data folder."""


class DataFolderClosed(Refusal):
    """The user that the house runs as may not make or open something in the data folder."""

    status = 503


class RestoreUnfinished(Refusal):
    """A restore into the data folder was broken off; what lies there is not the whole record."""

    status = 503


class DataFolderOfOthers(Refusal):
    """The folder holds other things, and nothing of a house."""


class Hold:
    """A folder that one process at a time works in, by a locked file; ends with the process."""

    def __init__(self, folder: Path, file: Path) -> None:
        """Take it.

        Raises:
            DataFolderInUse: another has it; the fact ``pid`` names the process.
            DataFolderClosed: the lock file cannot be opened.
        """
        try:
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as reason:
            raise DataFolderClosed(folder=str(file), cause=os.strerror(reason.errno or 0)) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 20).decode() or "?"
            os.close(self._descriptor)
            raise DataFolderInUse(folder=str(folder), pid=holder) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())

    def release(self) -> None:
        """Let another take it."""
        os.close(self._descriptor)


@dataclass(slots=True)
class DataFolder:
    """The folder given as ``--data``; what we make in it nobody else may enter."""

    path: Path
    _hold: Hold | None = field(default=None, init=False)

    @property
    def postgres(self) -> Path:
        """The embedded PostgreSQL's cluster, and its socket."""
        return self.path / "postgres"

    @property
    def nats(self) -> Path:
        """The embedded NATS' configuration and JetStream store."""
        return self.path / "nats"

    @property
    def files(self) -> Path:
        """Uploads and source files, by their SHA-256."""
        return self.path / "files"

    @property
    def keys(self) -> Path:
        """Keys and secrets, apart from the database."""
        return self.path / "keys"

    @property
    def logs(self) -> Path:
        """What the embedded servers write."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """The lock of the running house."""
        return self.path / "run"

    @property
    def restoring(self) -> Path:
        """Stands while a restore is under way; names the backup."""
        return self.path / "restoring"

    def make(self) -> None:
        """Make what is missing, closed to others; what stands keeps its rights (see ``problems``).

        Raises:
            DataFolderClosed: a folder cannot be made.
            RestoreUnfinished: a restore into the folder was broken off.
        """
        self._make()
        self._must_be_whole()

    def _must_be_whole(self) -> None:
        if self.restoring.exists():
            raise RestoreUnfinished(folder=str(self.path))

    def _must_be_ours(self) -> None:
        """Take a folder that holds any part of a house, or nothing that anybody put there."""
        try:
            names = {each.name for each in self.path.iterdir()} if self.path.is_dir() else set()
        except OSError as reason:
            cause = os.strerror(reason.errno or 0)
            raise DataFolderClosed(folder=str(self.path), cause=cause) from None
        others = {each for each in names if not each.startswith(".")} - {"lost+found"}
        if others and not names & _PARTS:
            raise DataFolderOfOthers(folder=str(self.path), found=min(others))

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
            for folder in (self.files, self.keys, self.logs, self.run, self.nats):
                folder.mkdir(exist_ok=True, mode=PRIVATE)
        except OSError as reason:
            cause = os.strerror(reason.errno or 0)
            raise DataFolderClosed(folder=str(self.path), cause=cause) from None

    def hold(self) -> None:
        """Hold the folder until ``release`` or the end of the process, however it ends.

        Raises:
            DataFolderInUse: another running process holds it.
            DataFolderClosed: this user may not write in it.
            RestoreUnfinished: a restore into the folder was broken off.
            DataFolderOfOthers: it holds other things, and nothing of a house; nothing is made.
        """
        self._must_be_ours()
        self.make()
        self.hold_for_restoring()
        try:
            self._must_be_whole()
        except RestoreUnfinished:
            self.release()
            raise

    def hold_for_restoring(self) -> None:
        """Hold the folder whether or not what lies in it is whole.

        Raises:
            DataFolderInUse: another running process holds it.
            DataFolderClosed: this user may not write in it.
        """
        self._make()
        self._hold = Hold(self.path, self.run / "lock")

    def release(self) -> None:
        """Let another house hold the folder."""
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def is_held(self) -> bool:
        """Tell whether a running house holds the folder; nothing is made where there is none."""
        file = self.run / "lock"
        try:
            if file.exists():
                Hold(self.path, file).release()
        except DataFolderInUse:
            return True
        return False

    def problems(self) -> list[tuple[Path, str]]:
        """Return what is open to others and should not be, each with the rights it should have."""
        private = (self.keys, self.files, self.postgres, self.nats, self.logs, self.run)
        found = [(folder, "0700") for folder in private if _open(folder, _OTHERS)]
        if _open(self.path, _WRITABLE_BY_OTHERS):
            found.insert(0, (self.path, "0700"))
        secrets = [*self.keys.rglob("*"), self.nats / "nats.conf"]
        return found + [
            (place, "0700" if place.is_dir() else "0600")
            for place in sorted(secrets)
            if _open(place, _OTHERS)
        ]


def _open(place: Path, rights: int) -> bool:
    try:
        return bool(stat.S_IMODE(place.stat().st_mode) & rights)
    except OSError:
        return False
