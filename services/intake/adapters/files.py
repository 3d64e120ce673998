"""Originals of source files, each under its SHA-256, readable by the platform alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from libs.ledger.durable import sync_folder

_CHUNK: Final = 1 << 20
_FOLDER: Final = 0o700
_FILE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


class KeptFiles:
    """A folder of originals: ``ab/ab12…`` for the file whose SHA-256 begins so."""

    def __init__(self, folder: Path) -> None:
        """Keep files in ``folder``, which is made when the first one comes."""
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the file of this SHA-256 lies."""
        return self._folder / sha256[:2] / sha256

    def keep(self, source: BinaryIO) -> Kept:
        """Keep what ``source`` holds: durable when this returns, whole or not at all."""
        self._folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        self._folder.chmod(_FOLDER)
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".coming-")
        coming = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                kept = _copy(source, target)
            self._settle(coming, self.path(kept.sha256))
        finally:
            coming.unlink(missing_ok=True)
        return kept

    def _settle(self, coming: Path, final: Path) -> None:
        if final.exists():
            return
        final.parent.mkdir(mode=_FOLDER, exist_ok=True)
        coming.chmod(_FILE)
        coming.replace(final)
        for folder in (final.parent, self._folder):
            sync_folder(folder)


def _copy(source: BinaryIO, target: BinaryIO) -> Kept:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return Kept(digest.hexdigest(), size)
