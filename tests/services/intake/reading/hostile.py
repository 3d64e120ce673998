"""Hostile source files of many kinds, each with what reading it must end in.

``expected`` is the code of the refusal, or the number of rows that a safe reading gives.
"""

from __future__ import annotations

import gzip
import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import documents

Make = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file: its kind, the name that it comes under, how it is made, its end."""

    kind: str
    name: str
    make: Make
    expected: str | int


KINDS: list[Hostile] = []


def hostile(kind: str, name: str, expected: str | int) -> Callable[[Make], Make]:
    """Enter a maker into the list."""

    def enter(make: Make) -> Make:
        KINDS.append(Hostile(kind, name, make, expected))
        return make

    return enter


def raw(kind: str, name: str, expected: str | int, content: bytes | Callable[[], bytes]) -> None:
    """Enter a file of plain bytes."""

    def make(path: Path) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content())

    KINDS.append(Hostile(kind, name, make, expected))


# ---- containers -------------------------------------------------------------------------------

TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(path: Path, changes: dict[str, bytes | None] | None = None) -> Path:
    """Write a good matrix, then replace, add or leave out parts."""
    return _rewrite(documents.old_matrix(path), changes or {})


def _rewrite(path: Path, changes: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(path) as old:
        parts: dict[str, bytes | None] = {n: old.read(n) for n in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (parts | changes).items():
            if content is not None:
                new.writestr(name, content)
    return path


def document(body: str, declaration: str = "") -> bytes:
    """Give the XML of a Word document."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>{declaration}'
    return f"{head}<w:document {W}><w:body>{body}</w:body></w:document>".encode()


def sheet_xml(data: str, declaration: str = "") -> bytes:
    """Give the XML of a worksheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = f'<?xml version="1.0" encoding="UTF-8"?>{declaration}'
    return f'{head}<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>'.encode()


def book(
    path: Path, sheet: bytes | None = None, more: dict[str, bytes | None] | None = None
) -> Path:
    """Write a good UHRI workbook, then replace its sheet or add parts."""
    documents.uhri_workbook(path, [documents.uhri_row()])
    changes = more or {}
    if sheet is not None:
        changes["xl/worksheets/sheet1.xml"] = sheet
    return _rewrite(path, changes)


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


# ---- Word -------------------------------------------------------------------------------------


@hostile("macros under the name of a plain document", "list.docx", "macros-not-allowed")
def _(path: Path) -> None:
    word(path, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


@hostile("macro-enabled content type", "list.docx", "macros-not-allowed")
def _(path: Path) -> None:
    word(path, {"[Content_Types].xml": TYPES + b"<!-- macroEnabled.main+xml -->"})


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    "<!DOCTYPE x ["
    + '<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@hostile("external entity", "list.docx", "external-entity")
def _(path: Path) -> None:
    word(path, {"word/document.xml": document("<w:p>&e;</w:p>", ENTITY)})


@hostile("billion laughs", "list.docx", "external-entity")
def _(path: Path) -> None:
    word(path, {"word/document.xml": document("<w:p>&i;</w:p>", LAUGHS)})


@hostile("entity hidden in UTF-16", "list.docx", "external-entity")
def _(path: Path) -> None:
    text = document("<w:p>&e;</w:p>", ENTITY).decode().replace("UTF-8", "UTF-16")
    word(path, {"word/document.xml": text.encode("utf-16")})


@hostile("entity hidden in UTF-7", "list.docx", "external-entity")
def _(path: Path) -> None:
    head = b'<?xml version="1.0" encoding="UTF-7"?>'
    word(path, {"word/document.xml": head + ENTITY.encode("utf-7")})


@hostile("entity in the header part, after a long comment", "list.docx", "external-entity")
def _(path: Path) -> None:
    text = f"<!--{'x' * 300_000}-->{ENTITY}<w:hdr {W}/>"
    word(path, {"word/header1.xml": text.encode()})


@hostile("XML cut off", "list.docx", "broken-xml")
def _(path: Path) -> None:
    word(path, {"word/document.xml": document("<w:p/>")[:-20]})


@hostile("XML a hundred thousand levels deep", "list.docx", "broken-xml")
def _(path: Path) -> None:
    deep = "<w:p>" * 100_000 + "</w:p>" * 100_000
    word(path, {"word/document.xml": document(deep)})


@hostile("one row of sixty million characters", "list.docx", "broken-xml")
def _(path: Path) -> None:
    run = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>" + "abcdefgh" * 7_500_000
    end = "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    content = document(run + end)
    word(path, {"word/document.xml": None})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/document.xml", content)


@hostile("a million tables in one another's place", "list.docx", "columns-not-recognised")
def _(path: Path) -> None:
    cell = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    content = document(cell * 100_000)
    word(path, {"word/document.xml": None})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/document.xml", content)


@hostile("remote template, linked objects", "list.docx", 3)
def _(path: Path) -> None:
    relations = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/'
        b'2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:1/x.dotm" '
        b'TargetMode="External"/></Relationships>'
    )
    word(path, {"word/_rels/settings.xml.rels": relations})


@hostile("direction characters in the name", "ts\u202excod.docx", 3)
def _(path: Path) -> None:
    word(path)


# ---- workbooks --------------------------------------------------------------------------------


@hostile("formula cell", "export.xlsx", "formulas-not-allowed")
def _(path: Path) -> None:
    book(path, sheet_xml('<row r="1"><c r="B7"><f>1+1</f><v>2</v></c></row>'))


@hostile("formula that starts a program (DDE)", "export.xlsx", "formulas-not-allowed")
def _(path: Path) -> None:
    book(path, sheet_xml("<row><c r='A1'><f>cmd|'/c calc'!A0</f><v>1</v></c></row>"))


@hostile("formula behind a namespace prefix", "export.xlsx", "formulas-not-allowed")
def _(path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row r="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    book(path, sheet.encode())


@hostile("macro sheet (Excel 4)", "export.xlsx", "macros-not-allowed")
def _(path: Path) -> None:
    book(path, more={"xl/macrosheets/sheet1.xml": sheet_xml("")})


@hostile("a million columns", "export.xlsx", "too-many-columns")
def _(path: Path) -> None:
    book(path, sheet_xml('<row r="1"><c r="BDWGN1"><v>1</v></c></row>'))


@hostile("one cell in the last corner", "export.xlsx", "too-many-rows")
def _(path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    )
    book(path, sheet_xml(cells))


@hostile("a wide and long empty sheet", "export.xlsx", "too-many-rows")
def _(path: Path) -> None:
    book(path, sheet_xml('<row r="400000"><c r="GZ400000"><v>1</v></c></row>'))


@hostile("one huge cell", "export.xlsx", "value-too-long")
def _(path: Path) -> None:
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"ab1 " * 500_000}</t></is></c></row>'
    book(path, sheet_xml(cell))


@hostile("shared string repeated without end", "export.xlsx", "needs-too-much-memory")
def _(path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = "".join(chr(0x100 + n % 0x2000) for n in range(30_000))
    shared = f'<sst xmlns="{main}"><si><t>{text}</t></si></sst>'
    rows = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{c}{n}" t="s"><v>0</v></c>' for c in "ABCDEFGH")
        + "</row>"
        for n in range(1, 9000)
    )
    book(path, sheet_xml(rows), {"xl/sharedStrings.xml": shared.encode()})


@hostile("entity in the workbook", "export.xlsx", "external-entity")
def _(path: Path) -> None:
    book(path, sheet_xml("<row><c><v>&e;</v></c></row>", ENTITY))


@hostile("sheet that is no XML", "export.xlsx", "broken-xml")
def _(path: Path) -> None:
    book(path, b"\x00\x01\x02 not a sheet")


@hostile("workbook that names a missing sheet", "export.xlsx", "broken-table")
def _(path: Path) -> None:
    book(path, more={"xl/worksheets/sheet1.xml": None})


@hostile("infinite and absurd numbers in cells", "export.xlsx", "columns-not-recognised")
def _(path: Path) -> None:
    cells = "".join(
        f'<c r="{c}1"><v>{v}</v></c>'
        for c, v in zip("ABC", ("1e999", "NaN", "9" * 400), strict=True)
    )
    book(path, sheet_xml(f'<row r="1">{cells}</row>'))


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
raw("locked workbook", "export.xlsx", "encrypted-file",
    OLE + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000)  # fmt: skip
raw("old binary workbook", "export.xlsx", "not-a-supported-format", OLE + b"\0" * 2000)


# ---- JSON and gzip ----------------------------------------------------------------------------

GOOD = json.dumps([documents.review_record(1), documents.review_record(2)]).encode()

raw("truncated JSON", "export.json", "truncated", GOOD[:-40])
raw("truncated gzip", "export.json.gz", "truncated", lambda: gzip.compress(GOOD * 3)[:-30])
raw("damaged gzip", "export.json.gz", "broken-archive",
    lambda: gzip.compress(GOOD)[:-8] + b"\1\2\3\4\5\6\7\x08")  # fmt: skip
raw("gzip followed by refuse", "export.json.gz", "broken-archive",
    lambda: gzip.compress(GOOD) + b"refuse")  # fmt: skip
raw("gzip in gzip", "export.json.gz", "not-a-supported-format",
    lambda: gzip.compress(gzip.compress(GOOD)))  # fmt: skip
raw("endless gzip of blanks", "export.json.gz", "value-too-long",
    lambda: _swelling(b"[", b" " * 1_000_000, 900))  # fmt: skip
raw("endless gzip of good records", "export.json.gz", "archive-too-large",
    lambda: _swelling(b"[", (GOOD[1:-1] + b",") * 500, 900))  # fmt: skip
raw("endless gzip of one string", "export.json.gz", "value-too-long",
    lambda: _swelling(b'[{"Text":"', b"a" * 1_000_000, 900))  # fmt: skip


def _swelling(start: bytes, block: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts: Iterator[bytes] = (packer.compress(part) for part in (start, *[block] * times))
    return b"".join(parts) + packer.flush()


raw("JSON nested without end", "export.json", "nested-too-deeply", b"[" * 2_000_000)
raw("objects nested without end", "export.json", "nested-too-deeply",
    lambda: b'[{"Text":' + b'{"a":' * 400_000)  # fmt: skip
raw("NaN", "export.json", "broken-json", GOOD.replace(b"null", b"NaN", 1))
raw("number of a million digits", "export.json", "broken-json",
    lambda: GOOD.replace(b"null", b"9" * 1_000_000, 1))  # fmt: skip
raw("number with an absurd exponent", "export.json", "broken-json",
    GOOD.replace(b'"3"', b"1e999999999", 1))  # fmt: skip
raw("half a million tiny values", "export.json", "too-many-rows",
    lambda: b"[" + b"0," * 600_000 + b"0]")  # fmt: skip
raw("a record of a million values", "export.json", "value-too-long",
    lambda: b'[{"Text":"x","Themes":[' + b'"a",' * 1_000_000 + b'"a"]}]')  # fmt: skip
raw(
    "NUL bytes escaped in the text",
    "export.json",
    2,
    GOOD.replace(b"Build", b"\\u0000Bui\\u0000ld"),
)
raw("lone surrogates", "export.json", 2, GOOD.replace(b"Build", b"\\ud800Build"))
raw("bytes that are no UTF-8", "export.json", "wrong-encoding",
    GOOD.replace(b"Build", b"B\xe9\xff\xfe" * 3000))  # fmt: skip
raw("JSON in UTF-16", "export.json", "wrong-encoding", GOOD.decode().encode("utf-16"))
raw("script and markup in every field", "export.json", 1,
    lambda: json.dumps([documents.record(Text="9. <script>alert(1)</script>Mend <img src=x onerror=a()>it" )]).encode())  # fmt: skip
raw("tags that are opened a million times", "export.json", "value-too-long",
    lambda: json.dumps([documents.record(Text="<" * 1_000_000)]).encode())  # fmt: skip
raw("brackets without end", "export.json", 1,
    lambda: json.dumps([documents.review_record() | {"Text": "1.1 Build " + "(" * 20_000 + ")" * 20_000}]).encode())  # fmt: skip
raw("hyphens that invite backtracking", "export.json", 1,
    lambda: json.dumps([documents.record(Text="9. " + "aaaaaaaa- bbbbbbbb " * 2_500)]).encode())  # fmt: skip
raw("text after the array", "export.json", "broken-json", GOOD + b"x")


# ---- comma-separated text and everything else ---------------------------------------------------

HEAD = b"state,mechanism,text\n"
raw("CSV in UTF-16", "rows.csv", "wrong-encoding", "state,mechanism,text\n".encode("utf-16"))
raw("CSV in Latin-1", "rows.csv", "wrong-encoding", HEAD + b"MAR,UPR,\xe9t\xe9\n" * 400)
raw("CSV with NUL bytes", "rows.csv", "wrong-encoding", HEAD + b"MAR,UPR,a\0b\n")
raw("CSV with a quotation that never ends", "rows.csv", "value-too-long",
    lambda: HEAD + b'MAR,UPR,"' + b"a,\n" * 900_000)  # fmt: skip
raw("CSV with a million columns", "rows.csv", "too-many-columns", lambda: HEAD + b"," * 1_000_000)
raw("CSV with formulas", "rows.csv", 2,
    HEAD + b"MAR,UPR,=cmd|'/c calc'!A0\nMAR,UPR,'@SUM(A1)\n")  # fmt: skip
raw("CSV of a million empty rows", "rows.csv", "too-many-rows",
    lambda: HEAD + b"\n" * 1_000_000 + b"MAR,UPR,x\n")  # fmt: skip
raw("empty file", "list.docx", "empty-file", b"")
raw("only blanks", "export.json", "empty-file", b" \n" * 5000)
raw("PDF under the name of a document", "list.docx", "not-a-supported-format", b"%PDF-1.7\n%...")
raw("program under the name of a table", "rows.csv", "not-a-supported-format", b"MZ\x90\0\3\0\0\0")
raw("web page under the name of a workbook", "export.xlsx", "not-a-supported-format",
    b"<html><body><table><tr><td>Text</td></tr></table></body></html>")  # fmt: skip
raw("XML with entities as JSON", "export.json", "external-entity", LAUGHS.encode() + b"<x>&i;</x>")
raw("RTF", "list.docx", "not-a-supported-format", b"{\\rtf1\\ansi hello}")
raw("JSON under the name of a document", "list.docx", "wrong-type-for-name", GOOD)
raw("random bytes", "export.json.gz", "wrong-encoding", bytes(range(255, 127, -1)) * 100)


@hostile("document under the name of a workbook", "export.xlsx", "wrong-type-for-name")
def _(path: Path) -> None:
    word(path)
