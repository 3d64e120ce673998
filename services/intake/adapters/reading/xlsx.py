"""Sheets of a workbook as rows of text.

The sheets' XML is walked once before the spreadsheet reader sees it, so that a sheet that claims
a million columns, or computes, is refused before memory is spent on it.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from xml.parsers import expat

from python_calamine import CalamineSheet, CalamineWorkbook

from libs.kernel.refusal import Refusal
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.archive import open_archive, open_part
from services.intake.adapters.reading.refusals import (
    BrokenTable,
    BrokenXml,
    FormulasNotAllowed,
    TooManyColumns,
    TooManyRows,
    ValueTooLong,
)
from services.intake.domain.excerpt import shown

Row = tuple[int, list[str]]
_T = TypeVar("_T")
_CHUNK: Final = 256 * 1024
_STOPS: Final = (GeneratorExit, KeyboardInterrupt, SystemExit, MemoryError)


def sheets(path: Path) -> list[Callable[[], Iterator[Row]]]:
    """Give for each sheet a function that gives its rows anew: sheet row from 1, cells as text.

    Raises ``FormulasNotAllowed``, ``TooManyRows``, ``TooManyColumns``, ``ValueTooLong``,
    ``BrokenXml`` and ``BrokenTable``.
    """
    with open_archive(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _walk(archive, name)
    workbook = _guarded(lambda: CalamineWorkbook.from_path(str(path)))
    return [_rows_of(workbook, name) for name in workbook.sheet_names]


def _guarded(act: Callable[[], _T]) -> _T:
    """Do what the spreadsheet reader does; its errors, panics among them, are one refusal."""
    try:
        return act()
    except (*_STOPS, Refusal):
        raise
    except BaseException as cause:
        raise BrokenTable from cause


def _rows_of(workbook: CalamineWorkbook, name: str) -> Callable[[], Iterator[Row]]:
    loaded: list[CalamineSheet] = []

    def rows() -> Iterator[Row]:
        if not loaded:
            loaded.append(_guarded(lambda: workbook.get_sheet_by_name(name)))
        sheet = loaded[0]
        if sheet.start is None:
            return
        top, left = sheet.start
        cells = _guarded(lambda: sheet.to_python(skip_empty_area=True))
        for number, row in enumerate(cells, top + 1):
            yield number, [""] * left + [as_text(cell) for cell in row]

    return rows


def as_text(cell: object) -> str:
    """Give a cell's value as text; whole numbers without a point, dates as ISO 8601."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:  # noqa: PLR2004
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time.min:
        return cell.date().isoformat()
    return str(cell)


class _Walk:
    """Counts rows, columns and characters of one sheet."""

    def __init__(self) -> None:
        self._row = 0
        self._column = 0
        self._widest = 0
        self._cell = ""
        self._length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Meet the start of an element (SpreadsheetML, ISO/IEC 29500-1, 18.3.1)."""
        kind = tag.rpartition(":")[2]
        if kind == "row":
            self._row = _number(attributes.get("r", ""), self._row + 1)
            self._column = 0
        elif kind == "c":
            self._cell = attributes.get("r", "")
            self._place()
        elif kind == "f":
            raise FormulasNotAllowed(cell=shown(self._cell) or "?")

    def _place(self) -> None:
        letters = self._cell.rstrip("0123456789")
        row = _number(self._cell[len(letters) :], self._row or 1)
        self._column = _column(letters) if letters else self._column + 1
        self._row = max(self._row, row)
        self._widest = max(self._widest, self._column)
        self._length = 0
        if self._row > limits.ROWS:
            raise TooManyRows(limit=limits.ROWS)
        if self._widest > limits.COLUMNS:
            raise TooManyColumns(limit=limits.COLUMNS)
        if self._row * self._widest > limits.CELLS:
            raise TooManyRows(limit=limits.CELLS // self._widest)

    def text(self, data: str) -> None:
        """Meet text."""
        self._length += len(data)
        if self._length > limits.CELL_CHARACTERS:
            raise ValueTooLong(row=self._row, limit=limits.CELL_CHARACTERS)


def _number(digits: str, otherwise: int) -> int:
    return int(digits[:9]) if digits.isdigit() else otherwise


def _column(letters: str) -> int:
    place = 0
    for letter in letters.upper()[:7]:
        place = place * 26 + ord(letter) - 64
    return place


def _walk(archive: zipfile.ZipFile, name: str) -> None:
    walk = _Walk()
    parser: Any = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.CharacterDataHandler = walk.text
    with open_part(archive, name) as part:
        _feed(parser, part, name)


def _feed(parser: Any, part: IO[bytes], name: str) -> None:  # noqa: ANN401  expat's type is private
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003  expat takes it by place
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as cause:
        raise BrokenXml(part=shown(name)) from cause
