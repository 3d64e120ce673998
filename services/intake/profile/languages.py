"""Languages by code and by name, from the Unicode CLDR as Babel carries it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale
from babel.core import get_global

from services.intake.profile.words import by_name, match_key

OF_THE_UN: Final = ("en", "fr", "es", "ar", "ru", "zh")
"""In these languages names are recognised."""
_CODE: Final = re.compile(r"[a-z]{2,3}")
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-_]{1,30})?")
_NO_LANGUAGE: Final = frozenset({"mis", "mul", "und", "zxx"})


def is_language(code: str) -> bool:
    """Say whether this is a language's code (ISO 639, in the form that BCP 47 prefers)."""
    return code in _codes()


def language_for(written: str) -> str | None:
    """Give the code of a language that is written as a name, a longer tag or another code of it."""
    tag = _TAG.fullmatch(written)
    code = tag[1].lower() if tag else ""
    code = get_global("language_aliases").get(code, code)
    return code if is_language(code) else _names().get(match_key(written))


@cache
def _codes() -> frozenset[str]:
    return frozenset(filter(_CODE.fullmatch, Locale("en").languages)) - _NO_LANGUAGE


@cache
def _names() -> dict[str, str]:
    """Give the code for each name that leads to one language alone."""
    named = (Locale(tag).languages.items() for tag in OF_THE_UN)
    return by_name((name, code) for names in named for code, name in names if is_language(code))
