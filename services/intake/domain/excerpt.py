"""Strings from a source file as a refusal, a report or a preview may show them."""

from __future__ import annotations

import unicodedata
from typing import Final

_LENGTH: Final = 100
EXCERPT_LENGTH: Final = 160
"""Characters of what a row says, as its report shows them."""


def shown(text: str, length: int = _LENGTH) -> str:
    """Give a short, one-line form without control and direction characters."""
    visible = (
        c if not unicodedata.category(c).startswith("C") else " " for c in text[: 4 * length]
    )
    line = " ".join("".join(visible).split())
    return line if len(line) <= length else line[: length - 1] + "…"
