"""Tables with a header row: the UHRI export's official columns, or our own template's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from services.intake.adapters import template
from services.intake.adapters.reading.csv_text import csv_rows
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.record import Record, item_of
from services.intake.adapters.reading.refusals import ColumnsNotRecognised, Reason
from services.intake.adapters.reading.survey import Item, Reading, read_surveyed
from services.intake.adapters.reading.template_rows import template_item
from services.intake.adapters.reading.xlsx import sheets
from services.intake.domain.excerpt import shown
from services.intake.domain.source_row import NotUnderstood

Row = tuple[int, list[str]]
Rows = Callable[[], Iterator[Row]]
Maker = Callable[[int, dict[str, str], Defaults], Item]

_UHRI: Final = {
    "text": "text", "countries concerned": "countries", "recommending body": "body",
    "document symbol": "symbol", "themes": "themes", "affected persons": "groups", "sdgs": "sdgs",
    "document publication date": "published", "upr recommending states": "recommending",
    "upr position": "positions", "type": "kind", "ohchr annotation id": "annotation_id",
    "upr session": "sessions", "regions concerned": "", "recommending regions": "",
    "date of publication on uhri": "", "upr cycle": "cycle",
}  # fmt: skip
_MISSPELT: Final = re.compile(r"\breccomending\b")
"""The official header is misspelt; both spellings are read."""
_LISTS: Final = frozenset(
    ["countries", "themes", "groups", "sdgs", "sessions", "positions", "recommending"]
)
_UHRI_NEEDED: Final = frozenset(["text", "body", "countries"])
_HEADER_ROWS: Final = 20


def read_xlsx(path: Path, defaults: Defaults) -> Reading:
    """Read each sheet that has a known header; raises ``ColumnsNotRecognised`` if none has."""
    found = [(rows, head) for rows in sheets(path) if (head := _header(rows)) is not None]
    if not found:
        first = next((r for rows in sheets(path) for r in islice(rows(), 1)), (1, []))
        raise ColumnsNotRecognised(columns=_listed(first[1]))
    return read_surveyed(
        lambda: chain.from_iterable(_items(rows, head, defaults) for rows, head in found), defaults
    )


def read_csv(path: Path, defaults: Defaults) -> Reading:
    """Read comma-separated text; raises ``ColumnsNotRecognised``."""

    def rows() -> Iterator[Row]:
        return csv_rows(path)

    head = _header(rows)
    if head is None:
        first = next(rows(), (1, []))
        raise ColumnsNotRecognised(columns=_listed(first[1]))
    return read_surveyed(lambda: _items(rows, head, defaults), defaults)


def _listed(cells: list[str]) -> str:
    return shown(" | ".join(cell for cell in cells if cell.strip()))


class _Header:
    """Where the header stands, which field each column holds, and what makes an item of a row."""

    def __init__(self, row: int, fields: list[str | None], maker: Maker) -> None:
        self.row = row
        self.fields = fields
        self.maker = maker


def _header(rows: Rows) -> _Header | None:
    for number, cells in islice(rows(), _HEADER_ROWS):
        names = [" ".join(cell.casefold().split()) for cell in cells]
        uhri = [_UHRI.get(_MISSPELT.sub("recommending", name)) for name in names]
        if set(uhri) >= _UHRI_NEEDED:
            return _Header(number, uhri, _uhri_item)
        if set(names) >= template.NEEDED:
            return _Header(number, _template_fields(names), template_item)
    return None


def _template_fields(names: list[str]) -> list[str | None]:
    """Give the template's columns; an unknown one is refused, for its content would be lost."""
    strange = [n for n in names if n and n not in template.COLUMN_IDS]
    if strange or len(set(filter(None, names))) < len(list(filter(None, names))):
        raise ColumnsNotRecognised(columns=_listed(strange or names))
    return [name or None for name in names]


def _items(rows: Rows, head: _Header, defaults: Defaults) -> Iterator[Item]:
    """Give an item for each row below the header; blank rows count up to the last filled one."""
    blank: list[int] = []
    for number, cells in rows():
        if number <= head.row:
            continue
        if not any(cell.strip() for cell in cells):
            blank.append(number)
            continue
        yield from map(_empty, blank)
        blank.clear()
        named = zip(head.fields, cells, strict=False)
        yield head.maker(number, {n: c for n, c in named if n}, defaults)


def _empty(number: int) -> Item:
    return Item(number, "", (), (), lambda: iter([NotUnderstood(number, Reason.EMPTY_ROW)]))


def _uhri_item(number: int, cells: dict[str, str], defaults: Defaults) -> Item:
    values: dict[str, Any] = {
        name: tuple(cell.split("\n")) if name in _LISTS else cell for name, cell in cells.items()
    }
    return item_of(Record(row=number, **values), defaults)
