"""Numbers in the signs that a language pack chose."""

from __future__ import annotations

import re
from typing import Final

from libs.chassis.language.pack import LATIN_DIGITS

_ISOLATED_NUMBER: Final = re.compile("\u2068[0-9][0-9.,\u00a0\u202f]*\u2069")


class Numerals:
    """Writes Latin digits as those of a pack."""

    def __init__(self, digits: str) -> None:
        """Prepare the signs, ten from zero."""
        self._latin = digits == LATIN_DIGITS
        self._table = str.maketrans(LATIN_DIGITS, digits)

    def write(self, formatted: str) -> str:
        """Return formatted text with the pack's digits."""
        return formatted if self._latin else formatted.translate(self._table)

    def write_facts(self, message: str) -> str:
        """Return a sentence in which numbers given as facts have the pack's digits.

        A fact is known by its isolates; symbols such as A/HRC/50/15 keep their own digits.
        """
        if self._latin:
            return message
        return _ISOLATED_NUMBER.sub(lambda found: self.write(found[0]), message)
