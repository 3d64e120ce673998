"""What a file is, told by its content alone."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path
from typing import Final

from services.intake.adapters.reading import limits
from services.intake.adapters.reading.archive import inspect, open_archive
from services.intake.adapters.reading.refusals import (
    BrokenArchive,
    EmptyFile,
    EncryptedFile,
    ExternalEntity,
    FileTooLarge,
    NotASupportedFormat,
    Truncated,
    WrongEncoding,
    WrongTypeForName,
)
from services.intake.domain.excerpt import shown


class Format(StrEnum):
    """The formats that are read."""

    DOCX = "docx"
    XLSX = "xlsx"
    JSON = "json"
    GZIP_JSON = "json.gz"
    CSV = "csv"


_NAMES: Final = {
    Format.DOCX: (".docx", ".docm"),
    Format.XLSX: (".xlsx", ".xlsm"),
    Format.JSON: (".json", ".jsonl", ".ndjson", ".gz", ".txt"),
    Format.GZIP_JSON: (".gz", ".gzip", ".json", ".jsonl", ".ndjson"),
    Format.CSV: (".csv", ".txt", ".tsv"),
}
_TELLING: Final = frozenset(
    ".docx .docm .doc .xlsx .xlsm .xls .json .jsonl .ndjson .gz .gzip .csv .tsv .pdf .zip .odt"
    " .ods .html .htm .xml .rtf".split()
)
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_FOREIGN: Final = (
    (b"%PDF", "PDF"), (b"{\\rtf", "RTF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"), (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"SQLite format 3", "SQLite"), (b"#!", "script"),
)  # fmt: skip
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_FIRST_SIGNS: Final = 4
"""Bytes by which UTF-16 and UTF-32 are known where no mark says so (RFC 4627, section 3)."""
_HEAD: Final = 8192
_JSON_START: Final = re.compile(r"\A\s*(?:\[\s*(?:[\[{\"\]\d-]|\Z)|\{\s*(?:[\"}]|\Z))")
_MARKUP_START: Final = re.compile(
    r"\A\s*<(?:!|\?xml|html|head|body|table|svg|script)", re.IGNORECASE
)


def detect(path: Path, filename: str) -> Format:
    """Tell the format by content; a telling name that promises another format is refused.

    Raises ``EmptyFile``, ``FileTooLarge``, ``NotASupportedFormat``, ``WrongTypeForName``,
    ``EncryptedFile``, ``WrongEncoding`` and what :mod:`.archive` raises.
    """
    if path.stat().st_size > limits.FILE_BYTES:
        raise FileTooLarge(limit_mb=limits.FILE_BYTES // limits.MEBIBYTE)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b" \t\r\n\xef\xbb\xbf"):
        raise EmptyFile
    found = _binary(path, head) or _text(head)
    _check_name(found, filename)
    return found


def _check_name(found: Format, filename: str) -> None:
    suffix = Path(filename).suffix.lower()
    if suffix in _TELLING and suffix not in _NAMES[found]:
        raise WrongTypeForName(name=shown(filename), found=found.value)


def _binary(path: Path, head: bytes) -> Format | None:
    if head.startswith(b"PK"):
        return _office(path)
    if head.startswith(b"\x1f\x8b"):
        return _packed(path)
    if head.startswith(_OLE):
        if _LOCKED in path.read_bytes():
            raise EncryptedFile
        raise NotASupportedFormat(found="Office 97-2003")
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            raise NotASupportedFormat(found=name)
    return None


def _office(path: Path) -> Format:
    with open_archive(path) as archive:
        found = _office_kind(archive)
        inspect(archive)
    return found


def _office_kind(archive: zipfile.ZipFile) -> Format:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return Format.DOCX
        if "xl/workbook.xml" in names:
            return Format.XLSX
    raise NotASupportedFormat(found="zip")


def _packed(path: Path) -> Format:
    try:
        with gzip.open(path) as file:
            head = file.read(_HEAD)
    except EOFError as cause:
        raise Truncated from cause
    except (OSError, zlib.error) as cause:
        raise BrokenArchive from cause
    if not head.strip():
        raise EmptyFile
    if head.startswith((b"PK", b"\x1f\x8b")) or _text(head) is not Format.JSON:
        raise NotASupportedFormat(found="gzip")
    return Format.GZIP_JSON


def _text(head: bytes) -> Format:
    if head.startswith(_WIDE) or b"\x00" in head[:_FIRST_SIGNS]:
        raise WrongEncoding
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        if cause.start < len(head) - 4:
            raise WrongEncoding from cause
        text = head[: cause.start].decode("utf-8-sig")
    if _JSON_START.match(text):
        return Format.JSON
    if _MARKUP_START.match(text):
        if "<!DOCTYPE" in text and "<!ENTITY" in text:
            raise ExternalEntity(part="")
        raise NotASupportedFormat(found="HTML/XML")
    return _separated(text)


def _separated(text: str) -> Format:
    line = text.lstrip().split("\n", 1)[0]
    if not any(mark in line for mark in ",;\t"):
        raise NotASupportedFormat(found="text")
    return Format.CSV
