"""Hostile workbooks."""

from __future__ import annotations

from pathlib import Path

from .hostile_kinds import hostile, raw
from .hostile_parts import ENTITY, book, sheet_xml


@hostile("formula cell", "export.xlsx", "formulas-not-allowed")
def _(path: Path) -> None:
    book(path, sheet_xml('<row r="1"><c r="B7"><f>1+1</f><v>2</v></c></row>'))


@hostile("formula that starts a program (DDE)", "export.xlsx", "formulas-not-allowed")
def _(path: Path) -> None:
    book(path, sheet_xml("<row><c r='A1'><f>cmd|'/c calc'!A0</f><v>1</v></c></row>"))


@hostile("formula behind a namespace prefix", "export.xlsx", "formulas-not-allowed")
def _(path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = '<x:row r="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row>'
    data = f"<x:sheetData>{row}</x:sheetData>"
    sheet = f'<x:worksheet xmlns:x="{main}">{data}</x:worksheet>'
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
