"""Signs that no text may hold, as JSON writes them."""

from __future__ import annotations

import re
from typing import Final

_HALF: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def half_of_a_character(json: bytes) -> int | None:
    """Return where JSON writes half of a surrogate pair, which is no character (RFC 8259 §8.2).

    None where every text is Unicode.
    """
    if rb"\u" not in json:
        return None
    # A backslash that is itself escaped begins no escape.
    found = _HALF.search(json.replace(rb"\\", b"  "))
    return found.start() if found else None
