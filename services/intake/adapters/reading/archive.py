"""Zip containers of office files: looked through as a whole before anything in them is read.

Nothing is ever written to disk. Sizes are counted while unpacking, not taken from the directory.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from services.intake.adapters.reading import limits
from services.intake.adapters.reading.refusals import (
    ArchiveTooLarge,
    BrokenArchive,
    EncryptedFile,
    ExternalEntity,
    MacrosNotAllowed,
    Truncated,
    UnsafeArchive,
)
from services.intake.domain.excerpt import shown

_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError,
    OverflowError, ValueError, OSError, UnicodeError,
)  # fmt: skip
_DECLARATION: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_FOREIGN_ENCODING: Final = re.compile(
    rb"^\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"'](?!utf-?8[\"']|us-ascii[\"'])", re.IGNORECASE
)
_XML_PART: Final = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_MACRO_PART: Final = re.compile(
    r"(?:^|/)(?:vbaproject[^/]*|vbadata\.xml|macrosheets/.*|dialogsheets/.*|intlmacrosheets/.*)$",
    re.IGNORECASE,
)
_CHUNK: Final = 256 * 1024
_ENCRYPTED: Final = 0x1
_OVERLAP: Final = 64
_REGULAR: Final = (0, stat.S_IFREG, stat.S_IFDIR)
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose directory is sound; any contradiction found while reading is a refusal.

    Raises ``Truncated``, ``BrokenArchive``, ``UnsafeArchive``, ``ArchiveTooLarge``,
    ``EncryptedFile`` or ``MacrosNotAllowed``.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as cause:
        raise (Truncated() if _lacks_end(path) else BrokenArchive()) from cause
    with archive:
        _check_directory(archive)
        yield archive


def _lacks_end(path: Path) -> bool:
    """Say whether the end record of a zip (APPNOTE 4.3.16) is missing, as in a cut file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 66_000))
        return b"PK\x05\x06" not in file.read()


def _check_directory(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > limits.MEMBERS:
        raise ArchiveTooLarge(limit_mb=limits.UNPACKED_BYTES // limits.MEBIBYTE)
    seen: set[str] = set()
    for member in members:
        _check_member(member)
        if member.filename.casefold() in seen:
            raise UnsafeArchive(member=shown(member.filename))
        seen.add(member.filename.casefold())
    if sum(m.file_size for m in members) > limits.UNPACKED_BYTES:
        raise ArchiveTooLarge(limit_mb=limits.UNPACKED_BYTES // limits.MEBIBYTE)


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    parts = re.split(r"[/\\]", name)
    if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or kind not in _REGULAR:
        raise UnsafeArchive(member=shown(name))
    if member.flag_bits & _ENCRYPTED:
        raise EncryptedFile
    if _MACRO_PART.search(name):
        raise MacrosNotAllowed
    if member.compress_type not in _PACKINGS or min(member.file_size, member.compress_size) < 0:
        raise BrokenArchive
    swollen = member.file_size > limits.RATIO * max(1, member.compress_size)
    if member.file_size > limits.MEMBER_BYTES or (
        swollen and member.file_size > limits.RATIO_FREE_BYTES
    ):
        raise ArchiveTooLarge(limit_mb=limits.MEMBER_BYTES // limits.MEBIBYTE)


def inspect(archive: zipfile.ZipFile) -> None:
    """Unpack every part once into nothing: check sums, sizes, and no declarations in the XML."""
    for member in archive.infolist():
        if not member.is_dir():
            with open_part(archive, member.filename) as part:
                _inspect_part(part, member.filename)


def _inspect_part(part: IO[bytes], name: str) -> None:
    is_xml = bool(_XML_PART.search(name))
    tail = b""
    first = True
    while chunk := _read(part):
        if first and is_xml and (chunk.startswith(_WIDE) or _FOREIGN_ENCODING.match(chunk)):
            raise ExternalEntity(part=shown(name))
        if is_xml and _DECLARATION.search(tail + chunk):
            raise ExternalEntity(part=shown(name))
        if b"macroEnabled" in tail + chunk and name == "[Content_Types].xml":
            raise MacrosNotAllowed
        tail, first = chunk[-_OVERLAP:], False


def _read(part: IO[bytes]) -> bytes:
    try:
        return part.read(_CHUNK)
    except _BROKEN as cause:
        raise BrokenArchive from cause


@contextmanager
def open_part(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """Open one member for reading; a damaged one raises ``BrokenArchive``."""
    try:
        part = archive.open(name)
    except (*_BROKEN, KeyError, RuntimeError) as cause:
        raise BrokenArchive from cause
    with part:
        yield part
