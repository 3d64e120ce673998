"""Comma-separated text (RFC 4180) as rows of text; also with semicolons or tabs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from libs.kernel.cells import unneutralised
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.refusals import (
    BrokenTable,
    NulCharacter,
    TooManyColumns,
    Truncated,
    ValueTooLong,
    WrongEncoding,
)

_MARKS: Final = ",;\t"
_NUL: Final = "\0"


def csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give record number from 1 and cells, each as it was before it was written out safely.

    Raises ``WrongEncoding``, ``NulCharacter``, ``Truncated``, ``BrokenTable``, ``TooManyColumns``
    and ``ValueTooLong``.
    """
    csv.field_size_limit(limits.CELL_CHARACTERS)
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            mark = _mark(file.readline(limits.CELL_CHARACTERS))
            file.seek(0)
            for number, cells in enumerate(csv.reader(file, delimiter=mark, strict=True), 1):
                if len(cells) > limits.COLUMNS:
                    raise TooManyColumns(limit=limits.COLUMNS)
                if any(_NUL in cell for cell in cells):
                    raise NulCharacter(row=number)
                yield number, [unneutralised(cell) for cell in cells]
    except UnicodeDecodeError as cause:
        raise WrongEncoding from cause
    except csv.Error as cause:
        raise _refusal_for(str(cause), number + 1) from cause


def _mark(header: str) -> str:
    """Give the separator: the one that stands most often in the header."""
    return max(_MARKS, key=header.count)


def _refusal_for(message: str, row: int) -> Exception:
    if "field larger" in message:
        return ValueTooLong(row=row, limit=limits.CELL_CHARACTERS)
    return Truncated() if "unexpected end" in message else BrokenTable()
