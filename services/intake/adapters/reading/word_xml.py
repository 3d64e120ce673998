"""Tables of a Word document, streamed from its XML (ISO/IEC 29500-1, part 17)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from lxml import etree

from services.intake.adapters.reading.archive import open_part
from services.intake.adapters.reading.refusals import BrokenXml
from services.intake.domain.excerpt import shown

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_SKIPPED: Final = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr"})
_BREAKS: Final = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its place among all rows of the document, from 1, and the text of its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph that stands outside the tables."""

    text: str


def local(element: etree._Element) -> str:
    """Give the name of an element without its namespace."""
    tag: object = element.tag
    return etree.QName(element).localname if isinstance(tag, str) else ""


def stream(part: IO[bytes], name: str) -> Iterator[TableRow | Paragraph]:
    """Give rows and outside paragraphs in order; memory holds one row at a time.

    Raises ``BrokenXml``. No entity is resolved, nothing is fetched, depth and sizes are bounded.
    """
    depth = number = 0
    above: dict[int, str] = {}
    for event, element in _events(part, name):
        kind = local(element)
        if kind == "tbl":
            depth += 1 if event == "start" else -1
            above = {}
        elif event == "end" and kind == "tr" and depth == 1:
            number += 1
            yield TableRow(number, _cells(element, above))
            element.clear()
        elif event == "end" and kind == "p" and depth == 0:
            yield Paragraph(text_of(element))
            element.clear()


def _events(part: IO[bytes], name: str) -> Iterator[tuple[str, etree._Element]]:
    tags = [f"{ns}{tag}" for ns in (_W, _STRICT) for tag in ("tbl", "tr", "p")]
    try:
        yield from etree.iterparse(
            part, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True,
            huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
    except etree.XMLSyntaxError as cause:
        raise BrokenXml(part=shown(name)) from cause


def _cells(row: etree._Element, above: dict[int, str]) -> tuple[str, ...]:
    """Give the texts of a row's cells; a cell merged with the one above repeats its text."""
    texts: list[str] = []
    for cell in _cell_elements(row):
        merged = _child(_child(cell, "tcPr"), "vMerge")
        at = len(texts)
        if merged is not None and merged.get(f"{cell.tag[:-2]}val", "continue") != "restart":
            texts.append(above.get(at, ""))
        else:
            texts.append(text_of(cell))
        above[at] = texts[at]
    return tuple(texts)


def _cell_elements(row: etree._Element) -> Iterator[etree._Element]:
    """Give the cells of a row, also those inside content controls."""
    for child in row:
        kind = local(child)
        if kind == "tc":
            yield child
        elif kind in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _cell_elements(child)


def _child(element: etree._Element | None, kind: str) -> etree._Element | None:
    if element is None:
        return None
    return next((child for child in element if local(child) == kind), None)


def text_of(element: etree._Element) -> str:
    """Give the visible text: one line per paragraph, without what revisions struck out."""
    parts: list[str] = []
    _collect(element, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: etree._Element, parts: list[str]) -> None:
    for child in element:
        kind = local(child)
        if kind == "t":
            parts.append(child.text or "")
        elif kind in _BREAKS:
            parts.append(_BREAKS[kind])
        elif kind and kind not in _SKIPPED:
            _collect(child, parts)
            if kind == "p":
                parts.append("\n")


def texts_outside_body(archive: zipfile.ZipFile) -> list[str]:
    """Give the texts of headers, title and footers, in this order: where a State may be named."""
    names = archive.namelist()
    found: list[str] = []
    for start, end in (("word/header", ".xml"), ("docProps/core", ".xml"), ("word/footer", ".xml")):
        for name in sorted(n for n in names if n.startswith(start) and n.endswith(end)):
            with open_part(archive, name) as part:
                found.append(_all_text(part, name))
    return [text for text in found if text]


def _all_text(part: IO[bytes], name: str) -> str:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.parse(part, parser).getroot()
    except etree.XMLSyntaxError as cause:
        raise BrokenXml(part=shown(name)) from cause
    if name.startswith("docProps"):
        return " ".join(e.text or "" for e in root if local(e) in {"title", "subject"}).strip()
    return text_of(root)
