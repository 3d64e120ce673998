"""Numbers in the signs that a language pack chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fluent.runtime.types import FluentInt

from libs.chassis.language.pack import LATIN_DIGITS

if TYPE_CHECKING:
    from babel import Locale


class Numerals:
    """Writes Latin digits as those of a pack; plural forms still see the number itself."""

    def __init__(self, digits: str) -> None:
        """Prepare the signs, ten from zero."""
        self._latin = digits == LATIN_DIGITS
        self._table = str.maketrans(LATIN_DIGITS, digits)

    def write(self, formatted: str) -> str:
        """Return formatted text with the pack's digits."""
        return formatted if self._latin else formatted.translate(self._table)

    def fact(self, number: int) -> FluentInt:
        """Return a number as a message takes it."""
        if self._latin:
            return cast("FluentInt", FluentInt(number))
        written = cast("_WrittenInt", _WrittenInt(number))
        written.numerals = self
        return written


class _WrittenInt(FluentInt):
    numerals: Numerals

    def format(self, locale: Locale) -> str:
        return self.numerals.write(super().format(locale))
