"""Names of States, from the Unicode CLDR as Babel carries it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from services.intake.profile.languages import OF_THE_UN
from services.intake.profile.words import by_name, match_key

_ALPHA_2: Final = 2
_ALPHA_3: Final = re.compile(r"[A-Z]{3}")
_LEFT_TO_USERS: Final = re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")
_NO_STATES: Final = frozenset("BUR DDR FXX TMP YMD ZAR ASC CPT DGA TAA".split())
"""Former codes, and those that ISO 3166 keeps for parts of territories without assigning them."""


@cache
def alpha2_by_alpha3() -> dict[str, str]:
    """Give the ISO 3166-1 alpha-2 code for each alpha-3 code that is assigned today."""
    aliases = get_global("territory_aliases")
    return {
        code: new[0]
        for code, new in aliases.items()
        if _ALPHA_3.fullmatch(code) and not is_left_to_users(code) and code not in _NO_STATES
        if len(new) == 1 and len(new[0]) == _ALPHA_2
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


@cache
def _states_by_name() -> dict[str, str]:
    """Give the alpha-3 code for the key of each name in the languages of the United Nations."""
    named = (state_names(tag).items() for tag in OF_THE_UN)
    return by_name((name, code) for names in named for code, name in names)


def state_named(name: str) -> str | None:
    """Give the alpha-3 code of a State that is written in one of those languages."""
    return _states_by_name().get(match_key(name))


def is_left_to_users(code: str) -> bool:
    """Say whether ISO 3166-1 leaves this alpha-3 code to users, such as a State that it lacks."""
    return bool(_LEFT_TO_USERS.fullmatch(code))


def may_be_own(code: str) -> bool:
    """Say whether a country may keep its register under this code, which ISO 3166-1 lacks.

    Of the codes that are left to users, those with X are given to places; ZZZ means none.
    """
    return is_left_to_users(code) and code.startswith("X")


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
