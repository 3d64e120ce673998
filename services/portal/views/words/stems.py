"""Stems beside the written form: what inflected forms of a word share, per language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import Stemmer  # type: ignore[import-not-found]  # the wheel has no stubs

from services.portal.views.words.arabic import without_endings, without_particles
from services.portal.views.words.irregular import IRREGULAR
from services.portal.views.words.stopwords import STOPWORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

SCRIPTS = {"latin": ("en", "fr", "es"), "arabic": ("ar",), "cyrillic": ("ru",)}
"""The languages that are stemmed, by the script that they are written in."""

STEMMERS = {
    tag: Stemmer.Stemmer(name, 0)
    for tag, name in (("en", "english"), ("fr", "french"), ("es", "spanish"), ("ru", "russian"))
}
LAST_LATIN = "\u024f"
LONGEST_STEMMED = 40
NO_WORDS: frozenset[str] = frozenset()
NO_FORMS: dict[str, str] = {}


def script_of(word: str) -> str:
    """Return the script of a normalised word by its first letter; empty when none of ours."""
    first = word[:1]
    if first.isalpha() and first <= LAST_LATIN:
        return "latin"
    if "\u0400" <= first <= "\u04ff":
        return "cyrillic"
    if "\u0600" <= first <= "\u06ff" and first.isalpha():
        return "arabic"
    return ""


def languages_of(word: str) -> tuple[str, ...]:
    """Return the stemmed languages that ``word`` may be of, judged by its script."""
    return SCRIPTS.get(script_of(word), ())


def language_here(word: str, language: str) -> tuple[str, ...]:
    """Return the languages to stem ``word`` by in a text that says it is in ``language``."""
    possible = languages_of(word)
    if not language or language in possible:
        return (language,) if language else possible
    return () if script_of(word) == "latin" else possible


def is_stopword(word: str, language: str) -> bool:
    """Say whether a normalised word carries no meaning of its own in ``language``."""
    return word in STOPWORDS.get(language, NO_WORDS)


def arabic_stems(word: str) -> set[str]:
    """Return the stems of every reading of an Arabic word."""
    forms = IRREGULAR["ar"]
    readings = {forms.get(each, each) for each in without_particles(word)}
    stems = {without_endings(each) for each in readings}
    return stems | {without_endings(forms[each]) for each in stems if each in forms}


@lru_cache(maxsize=200_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """Return the stems of a normalised word in ``language``; none for a language without rules."""
    if len(word) > LONGEST_STEMMED or not word.isalpha():
        return ()
    if language == "ar":
        return tuple(sorted(arabic_stems(word)))
    stemmer = STEMMERS.get(language)
    if stemmer is None:
        return ()
    return (stemmer.stemWord(IRREGULAR.get(language, NO_FORMS).get(word, word)),)


def stems_of(word: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct stems of a normalised word in several languages, in a fixed order."""
    found = {stem: None for language in languages for stem in stems(word, language)}
    return tuple(found)
