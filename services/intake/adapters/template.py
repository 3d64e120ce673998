"""Our own template: one list of columns, written as CSV or XLSX and read back the same.

Several values of one cell stand on lines of their own. CSV is UTF-8 with a byte order mark, so
that spreadsheet programs show Arabic rightly; cells that such a program would compute begin with
an apostrophe, which reading takes off again. In XLSX every text is a typed text cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import xlsxwriter

from libs.kernel.refusal import Misunderstood
from services.intake.domain.source_row import SourceRow


class CellTooLong(Misunderstood):
    """A text is longer than a cell of a workbook can hold; facts: ``row``, ``limit``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, how a row's value is written in it, its width in a workbook."""

    id: str
    write: Callable[[SourceRow], str]
    width: int = 16


def _plain(name: str, width: int = 16) -> Column:
    def write(row: SourceRow) -> str:
        value = getattr(row, name)
        return "" if value is None else str(value)

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
)  # fmt: skip
COLUMN_IDS: Final = frozenset(column.id for column in COLUMNS)
NEEDED: Final = frozenset(["text", "mechanism"])
"""Without these two a row says nothing; every other column may be left out."""

_RISKY: Final = re.compile(r"['\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|['\t\r\n ]*[\t\r]")
_LONGEST_CELL: Final = 32_767
"""Characters in a cell of a workbook (Excel specifications and limits)."""
_BOM: Final = "\ufeff"


def neutralised(cell: str) -> str:
    """Give the cell as CSV holds it: an apostrophe before what a program would compute."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def unneutralised(cell: str) -> str:
    """Give the cell as it was before :func:`neutralised`."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell[1:]) else cell


def values_of(cell: str) -> tuple[str, ...]:
    """Give the values of a cell with several, one on each line."""
    lines = (" ".join(line.split()).removeprefix("- ") for line in cell.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def write_csv(rows: Iterable[SourceRow]) -> Iterator[bytes]:
    """Give the template as CSV (RFC 4180), in pieces: the header, then one piece for each row."""
    yield (_BOM + _csv_line([column.id for column in COLUMNS])).encode()
    for row in rows:
        yield _csv_line([neutralised(column.write(row)) for column in COLUMNS]).encode()


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def write_xlsx(rows: Iterable[SourceRow], target: BinaryIO) -> None:
    """Write the template as a workbook; raises ``CellTooLong`` for what no cell can hold."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("recommendations")
        sheet.freeze_panes(1, 0)
        head = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width, wrapped)
            sheet.write_string(0, place, column.id, head)
        for number, row in enumerate(rows, 1):
            _write_row(sheet, number, row)


def _write_row(sheet: Any, number: int, row: SourceRow) -> None:  # noqa: ANN401  untyped library
    for place, column in enumerate(COLUMNS):
        cell = column.write(row)
        if len(cell) > _LONGEST_CELL:
            raise CellTooLong(row=number, limit=_LONGEST_CELL)
        if cell:
            sheet.write_string(number, place, cell)
