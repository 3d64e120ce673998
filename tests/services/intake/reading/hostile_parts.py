"""Office files with parts replaced, for hostile purposes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from . import documents

TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(path: Path, changes: dict[str, bytes | None] | None = None) -> Path:
    """Write a good matrix, then replace, add or leave out parts."""
    return rewrite(documents.old_matrix(path), changes or {})


def rewrite(path: Path, changes: dict[str, bytes | None]) -> Path:
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
    return rewrite(path, changes)


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    "<!DOCTYPE x ["
    '<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
