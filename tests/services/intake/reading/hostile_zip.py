"""Hostile zip containers."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from .hostile_kinds import hostile, raw
from .hostile_parts import document, word


@hostile("zip bomb in the document part", "list.docx", "archive-too-large")
def _(path: Path) -> None:
    text = "<w:p/>" * (18 * 1024 * 1024)
    word(path, {"word/document.xml": document(text)})


@hostile("many members that swell together", "list.docx", "archive-too-large")
def _(path: Path) -> None:
    word(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        block = b"\0" * (15 * 1024 * 1024)
        for number in range(20):
            archive.writestr(f"word/media/{number}.bin", block)


@hostile("too many members", "list.docx", "archive-too-large")
def _(path: Path) -> None:
    word(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(5000):
            archive.writestr(f"word/m{number}", b"")


@hostile("declared size smaller than the real one", "list.docx", "broken-archive")
def _(path: Path) -> None:
    word(path)
    _patch_sizes(path, "word/document.xml", lambda size: size // 2)


@hostile("size of minus one", "list.docx", "archive-too-large")
def _(path: Path) -> None:
    word(path)
    _patch_sizes(path, "word/styles.xml", lambda _: 0xFFFFFFFE)


def _patch_sizes(path: Path, name: str, change: Callable[[int], int]) -> None:
    """Change the unpacked size of a member in the central directory (APPNOTE 4.3.12)."""
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    (size,) = struct.unpack_from("<I", data, at + 24)
    struct.pack_into("<I", data, at + 24, change(size) & 0xFFFFFFFF)
    path.write_bytes(data)


@hostile("damaged check sum", "list.docx", "broken-archive")
def _(path: Path) -> None:
    word(path)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[at + 16] ^= 0xFF
    path.write_bytes(data)


@hostile("overlapping members", "list.docx", "broken-archive")
def _(path: Path) -> None:
    word(path)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    struct.pack_into("<I", data, at + 42, 7)
    path.write_bytes(data)


@hostile("path traversal in a member's name", "list.docx", "unsafe-archive")
def _(path: Path) -> None:
    word(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../etc/cron.d/x", b"* * * * * root true")


@hostile("absolute member name", "list.docx", "unsafe-archive")
def _(path: Path) -> None:
    word(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("/etc/passwd", b"x")


@hostile("drive letter and backslashes", "list.docx", "unsafe-archive")
def _(path: Path) -> None:
    word(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("C:\\Windows\\x.dll", b"x")


@hostile("symlink member", "list.docx", "unsafe-archive")
def _(path: Path) -> None:
    word(path, {"word/document.xml": None})
    link = zipfile.ZipInfo("word/document.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")


@hostile("duplicate members", "list.docx", "unsafe-archive")
def _(path: Path) -> None:
    word(path)
    other = path.with_suffix(".zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("WORD/document.xml", document(""))
    other.replace(path)


@hostile("zip in a zip", "list.docx", "not-a-supported-format")
def _(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a", b"\0" * 1000)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())


@hostile("locked zip member", "list.docx", "encrypted-file")
def _(path: Path) -> None:
    word(path)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[at + 8] |= 1
    path.write_bytes(data)


@hostile("unknown packing method", "list.docx", "broken-archive")
def _(path: Path) -> None:
    word(path)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    struct.pack_into("<H", data, at + 10, 99)
    path.write_bytes(data)


@hostile("truncated zip", "list.docx", "truncated")
def _(path: Path) -> None:
    word(path)
    path.write_bytes(path.read_bytes()[:-4000])


raw("only the start of a zip", "list.docx", "truncated", b"PK\x03\x04" + b"\0" * 40)
