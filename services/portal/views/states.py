"""Names of States, from the Unicode CLDR as Babel carries it."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global


@lru_cache(maxsize=4096)
def state_name(tag: str, iso3: str) -> str:
    """Return a State's name in a language, by its ISO 3166-1 alpha-3 code; empty where none is."""
    if not iso3.isalpha():
        return ""
    two = get_global("territory_aliases").get(iso3, [iso3])[0]
    return str(locale_of(tag).territories.get(two, ""))


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Locale:
    """Return what the CLDR says of a language; of English where it does not know one."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
