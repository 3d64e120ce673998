"""Cells of comma-separated text, in which spreadsheet programs would compute what looks so."""

from __future__ import annotations

import re
from typing import Final

_RISKY: Final = re.compile(r"['\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|['\t\r\n ]*[\t\r]")


def neutralised(cell: str) -> str:
    """Return the cell as CSV holds it: an apostrophe before what a program would compute."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def unneutralised(cell: str) -> str:
    """Return the cell as it was before :func:`neutralised`."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell[1:]) else cell
