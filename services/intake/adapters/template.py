"""Our own template: one list of columns, written as CSV or XLSX and read back the same.

Several values of one cell stand on lines of their own. CSV is UTF-8 with a byte order mark, so
that spreadsheet programs show Arabic rightly; cells that such a program would compute begin with
an apostrophe, which reading takes off again. In XLSX every text is a typed text cell. What reading
would take for markup is written by its number, as in HTML (``&#60;``). ``note`` is for whoever
keeps the file; ``official`` says whether the UN has published the text, and may be empty where the
symbol or the identifier tells it.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import xlsxwriter

from libs.kernel.cells import neutralised
from libs.kernel.refusal import Misunderstood
from services.intake.domain.source_row import SourceRow


class CellTooLong(Misunderstood):
    """More than a cell of a workbook can hold; facts: ``row``, ``column``, ``limit``."""


AMPERSAND: Final = "&#38;"
LESS_THAN: Final = "&#60;"
"""Stand for signs that are meant, where a tag or an entity would be taken for markup."""
_TAG: Final = re.compile(r"<[/!a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, how a row's value is written in it, its width in a workbook."""

    id: str
    write: Callable[[SourceRow], str]
    width: int = 16


def _plain(name: str, width: int = 16) -> Column:
    def write(row: SourceRow) -> str:
        value = getattr(row, name)
        return "" if value is None else _as_markup(str(value))

    return Column(name, write, width)


def _as_markup(text: str) -> str:
    """Give a text so that reading, which takes markup away, gives it back."""
    marked = _TAG.search(text) or html.unescape(text) != text
    return text.replace("&", AMPERSAND).replace("<", LESS_THAN) if marked else text


def _yes_or_no(name: str, width: int = 10) -> Column:
    def write(row: SourceRow) -> str:
        return {True: "yes", False: "no"}.get(getattr(row, name), "")

    return Column(name, write, width)


def _lines(name: str, width: int = 30) -> Column:
    return Column(name, lambda row: "\n".join(getattr(row, name)), width)


COLUMNS: Final[tuple[Column, ...]] = (
    _plain("state", 8), _plain("mechanism", 14), _plain("cycle", 8), _plain("session", 10),
    _plain("symbol", 20), _plain("document_date", 14), _plain("paragraph", 12),
    _plain("kind"), _plain("text", 80), _plain("language", 10), _lines("recommending_states", 20),
    _plain("position", 12), _plain("position_as_written", 20), _plain("position_source", 28),
    _plain("main_theme", 30), _lines("themes"), _lines("groups"), _lines("sdgs"),
    _plain("annotation_id", 38), _plain("note", 30),
    _yes_or_no("official"),
)  # fmt: skip
COLUMN_IDS: Final = frozenset(column.id for column in COLUMNS)
NEEDED: Final = frozenset(["text", "mechanism"])
"""Without these two a row says nothing; every other column may be left out."""

_LONGEST_CELL: Final = 32_767
"""Characters in a cell of a workbook (Excel specifications and limits)."""
_BOM: Final = "\ufeff"


def values_of(cell: str) -> tuple[str, ...]:
    """Give the values of a cell with several, one on each line."""
    lines = (" ".join(line.split()).removeprefix("- ") for line in cell.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


class Csv:
    """Writes the template as CSV (RFC 4180)."""

    def __init__(self, target: BinaryIO) -> None:
        """Write into ``target``, first the header."""
        self._target = target
        target.write((_BOM + _csv_line([column.id for column in COLUMNS])).encode())

    def add(self, rows: Iterable[SourceRow]) -> None:
        """Write the next rows."""
        for row in rows:
            line = _csv_line([neutralised(column.write(row)) for column in COLUMNS])
            self._target.write(line.encode())

    def end(self) -> None:
        """Leave the target open for whoever sends it."""


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


class Xlsx:
    """Writes the template as a workbook."""

    def __init__(self, target: BinaryIO) -> None:
        """Write into ``target``, first the header."""
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(target, options)
        self._sheet = self._book.add_worksheet("recommendations")
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        head = self._book.add_format({"bold": True})
        wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        for place, column in enumerate(COLUMNS):
            self._sheet.set_column(place, place, column.width, wrapped)
            self._sheet.write_string(0, place, column.id, head)

    def add(self, rows: Iterable[SourceRow]) -> None:
        """Write the next rows; raises ``CellTooLong`` for what no cell can hold."""
        for row in rows:
            self._row += 1
            for place, column in enumerate(COLUMNS):
                cell = column.write(row)
                if len(cell) > _LONGEST_CELL:
                    raise CellTooLong(row=self._row, column=column.id, limit=_LONGEST_CELL)
                if cell:
                    self._sheet.write_string(self._row, place, cell)

    def end(self) -> None:
        """Put the workbook together."""
        self._book.close()


def write_csv(rows: Iterable[SourceRow]) -> Iterator[bytes]:
    """Give the template as CSV."""
    target = io.BytesIO()
    _fill(Csv(target), rows)
    yield target.getvalue()


def write_xlsx(rows: Iterable[SourceRow], target: BinaryIO) -> None:
    """Write the template as a workbook; raises ``CellTooLong`` for what no cell can hold."""
    _fill(Xlsx(target), rows)


def _fill(sheet: Csv | Xlsx, rows: Iterable[SourceRow]) -> None:
    try:
        sheet.add(rows)
    finally:
        sheet.end()
