"""A stream of JSON text that cannot be endless, and tells when it was cut or damaged."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from libs.kernel.signs import half_of_a_character
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.refusals import (
    ArchiveTooLarge,
    BrokenArchive,
    HalfOfACharacter,
    Truncated,
    ValueTooLong,
)

_BOM: Final = b"\xef\xbb\xbf"
_AROUND: Final = 30
"""So many bytes on both sides of a wrong sign are told, so that it can be found."""


class GuardedStream:
    """Reads like a binary file; counts what comes out against what went in."""

    def __init__(self, source: IO[bytes], packed: IO[bytes] | None) -> None:
        self._source = source
        self._packed = packed
        self._given = 0
        self._unquoted = b""

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes.

        Raises:
            ArchiveTooLarge, ValueTooLong, Truncated, BrokenArchive: it has no end, or none yet.
            HalfOfACharacter: a text is not Unicode; parsers would put another sign in its place.
        """
        if size == 0:
            return b""
        chunk = self._next(size)
        self._given += len(chunk)
        self._check_growth()
        self._check_quotes(chunk)
        return chunk

    def _next(self, size: int) -> bytes:
        try:
            chunk = self._source.read(size)
        except EOFError as cause:
            raise Truncated from cause
        except (gzip.BadGzipFile, zlib.error) as cause:
            raise BrokenArchive from cause
        return chunk.removeprefix(_BOM) if self._given == 0 else chunk

    def _check_growth(self) -> None:
        if self._packed is None:
            return
        swollen = self._given > limits.RATIO * max(1, self._packed.tell())
        if self._given > limits.UNPACKED_STREAM_BYTES or (
            swollen and self._given > limits.RATIO_FREE_BYTES
        ):
            raise ArchiveTooLarge(limit_mb=limits.UNPACKED_STREAM_BYTES // limits.MEBIBYTE)

    def _check_quotes(self, chunk: bytes) -> None:
        """Look at what is whole: no character reaches over a quotation mark."""
        known = self._unquoted + chunk
        end = known.rfind(b'"') + 1 if chunk else len(known)
        whole, self._unquoted = known[:end], known[end:]
        if len(self._unquoted) > limits.UNQUOTED_BYTES:
            raise ValueTooLong(limit=limits.TEXT_CHARACTERS)
        place = half_of_a_character(whole)
        if place is not None:
            around = whole[max(0, place - _AROUND) : place + _AROUND]
            raise HalfOfACharacter(written=around.decode(errors="ignore"))


@contextmanager
def open_guarded(path: Path, *, packed: bool) -> Iterator[GuardedStream]:
    """Open a file of JSON, unpacking it when it is gzipped."""
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        source: IO[bytes] = raw
        if packed:
            source = stack.enter_context(gzip.GzipFile(fileobj=raw))  # type: ignore[arg-type]
        yield GuardedStream(source, raw if packed else None)
