"""Files that stand after the power failed: their bytes, and their names in the folder."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = 0o600


def write_once(path: Path, content: bytes) -> bool:
    """Write a file of mode 0600, whole and durable; return False where one stands already."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with new_file(draft) as file:
            file.write(content)
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        sync_folder(path.parent)
        return True
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def write_anew(path: Path, content: bytes) -> None:
    """Put a file of mode 0600, whole and durable, in the place of what stands there."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with new_file(draft) as file:
        file.write(content)
    draft.replace(path)
    sync_folder(path.parent)


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that was not there to write; its bytes are durable at the end.

    Raises:
        FileExistsError: it was there.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make what was named or unnamed in a folder durable (fsync(2): a file's own sync does not)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
