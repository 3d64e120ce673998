"""Hostile Word documents."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .hostile_kinds import hostile
from .hostile_parts import ENTITY, LAUGHS, TYPES, W, document, word


@hostile("macros under the name of a plain document", "list.docx", "macros-not-allowed")
def _(path: Path) -> None:
    word(path, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


@hostile("macro-enabled content type", "list.docx", "macros-not-allowed")
def _(path: Path) -> None:
    word(path, {"[Content_Types].xml": TYPES + b"<!-- macroEnabled.main+xml -->"})


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


@hostile("forty thousand tables in one another's place", "list.docx", "columns-not-recognised")
def _(path: Path) -> None:
    cell = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    content = document(cell * 40_000)
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
