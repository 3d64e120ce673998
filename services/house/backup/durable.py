"""Folders that appear whole or not at all, and files that are on the disk when that is said."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from libs.kernel.refusal import Refusal
from libs.ledger.durable import new_file, sync_folder
from services.house.backup.manifest import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = 0o700
_CHUNK = 1 << 20
_UNFINISHED = ".unfinished"


class NotWritten(Refusal):
    """The disk refused to take something; what was begun is removed."""

    status = 503


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes the name ``target`` at the end; durable after that.

    What is broken off is removed, at the latest when the next one is begun beside it.

    Raises:
        NotWritten: the disk is full, or the place may not be written.
    """
    draft = target.with_name(f".{target.name}{_UNFINISHED}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        _sweep(target.parent)
        draft.mkdir(mode=FOLDER)
        held = os.open(draft, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield draft
            sync_tree(draft)
            draft.rename(target)
            sync_folder(target.parent)
        finally:
            os.close(held)
    except OSError as reason:
        shutil.rmtree(draft, ignore_errors=True)
        cause = os.strerror(reason.errno) if reason.errno else str(reason)
        raise NotWritten(place=str(target), cause=cause) from reason
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def is_draft(place: Path) -> bool:
    """Whether a folder is one that was never finished."""
    return place.name.startswith(".") and place.name.endswith(_UNFINISHED)


def _sweep(folder: Path) -> None:
    """Remove what runs that were killed left behind; a run that still works holds its own."""
    for each in folder.glob(f".*{_UNFINISHED}"):
        with suppress(OSError):
            descriptor = os.open(each, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(each)
            finally:
                os.close(descriptor)


class Digesting:
    """Writes through to a file and knows the size and SHA-256 of what it wrote."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write to ``file``."""
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> int:
        """Write."""
        self._digest.update(content)
        self.size += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """The SHA-256 of all that was written."""
        return self._digest.hexdigest()


@contextmanager
def written(place: Path) -> Iterator[Digesting]:
    """Give a new file to write, durable at the end."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    with new_file(place) as file:
        yield Digesting(file)


def copied(source: Path, folder: Path, path: str) -> Part:
    """Copy a file into ``folder`` under ``path``; tell what was copied."""
    with source.open("rb") as reading, written(folder / path) as writing:
        while chunk := reading.read(_CHUNK):
            writing.write(chunk)
    return Part(path=path, size=writing.size, sha256=writing.sha256)


def put(place: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file, durable when this returns."""
    with written(place) as writing:
        for chunk in chunks:
            writing.write(chunk)


def sync_tree(folder: Path) -> None:
    """Make the names in a folder and in those below it durable."""
    for place, _, _ in os.walk(folder, topdown=False):
        sync_folder(Path(place))
