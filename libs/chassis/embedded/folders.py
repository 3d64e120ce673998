"""The data folder: where each thing lies, who may enter, and that one house at a time holds it."""

from __future__ import annotations

import fcntl
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from libs.kernel.refusal import Refusal

PRIVATE = 0o700


class DataFolderInUse(Refusal):
    """Another running house holds this data folder."""


@dataclass(slots=True)
class DataFolder:
    """The folder given as ``--data``; what we make in it nobody else may enter."""

    path: Path
    _lock: int | None = None

    @property
    def postgres(self) -> Path:
        """The embedded PostgreSQL's cluster."""
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
        """Sockets and the lock."""
        return self.path / "run"

    def make(self) -> None:
        """Make what is missing; folders that stand keep their rights, those for secrets are closed."""
        self.path.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        for folder in (self.files, self.keys, self.logs, self.run, self.nats):
            folder.mkdir(exist_ok=True, mode=PRIVATE)

    def hold(self) -> None:
        """Hold the folder until ``release`` or the end of the process.

        Raises:
            DataFolderInUse: another running process holds it.
        """
        self.make()
        descriptor = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode() or "?"
            os.close(descriptor)
            raise DataFolderInUse(folder=str(self.path), pid=holder) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._lock = descriptor

    def release(self) -> None:
        """Let another house hold the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def problems(self) -> list[tuple[Path, str]]:
        """Return folders whose rights are too wide, each with the rights it should have."""
        found = []
        for folder in (self.keys, self.files, self.postgres):
            if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
                found.append((folder, "0700"))
        if self.keys.exists():
            for file in self.keys.rglob("*"):
                if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077:
                    found.append((file, "0600"))
        return found
