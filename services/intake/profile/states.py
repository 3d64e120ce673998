"""Names of States, from the Unicode CLDR as Babel carries it."""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_ALPHA_2: Final = 2
_ALPHA_3: Final = 3


@cache
def alpha2_by_alpha3() -> dict[str, str]:
    """Give the ISO 3166-1 alpha-2 code for each alpha-3 code; dissolved States are left out."""
    aliases = get_global("territory_aliases")
    return {
        code: new[0]
        for code, new in aliases.items()
        if len(code) == _ALPHA_3 and code.isalpha() and len(new) == 1 and len(new[0]) == _ALPHA_2
    }


@cache
def state_names(language: str) -> dict[str, str]:
    """Give names by alpha-3 code in a language (BCP 47); in English where CLDR has no such one."""
    territories = _locale(language).territories
    return {
        alpha3: territories[alpha2]
        for alpha3, alpha2 in alpha2_by_alpha3().items()
        if alpha2 in territories
    }


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
