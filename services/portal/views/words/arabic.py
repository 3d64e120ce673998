"""Light stemming of Arabic: particles written onto a word, and endings of number and owner.

A letter such as و may be a particle or part of the word; both readings are kept, so that a word
is found by either. Words that only seem to begin with a particle are listed. All forms are
normalised (ة is ه …).
"""

from __future__ import annotations

import re

DEFINITE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=.{2})")
CONJUNCTION = re.compile(r"^[وف](?=.{3})")
PREPOSITION = re.compile(r"^[بلك](?=.{4})")
OWNER = re.compile(r"(?<=.{3})(?:هما|هم|ها|هن|كم)$")
OUR = re.compile(r"(?<=.{4})نا$")
NUMBER = re.compile(r"(?:(?<=.{4})(?:ان|ون)|(?<=.{3})(?:ات|ين|يه)|(?<=.{3})[هتيا])$")

WHOLE = tuple(
    "التزام الزام الغاء التماس التحاق الكترون وزار وزير وطن ولايه ولايات وثيق وثاءق وصول وصم"
    " وقاي وقاءي واجب وساءل وحده وحدات وظيف وعي وفيات برنامج برامج بروتوكول بلدان بيانات كرام"
    " كتاب كفال كفاء لجان لغات لاجء فقر فتيات فلسطين فصل فعال فءات فساد".split()
)
"""Beginnings of words whose first letters are their own."""


def without_particles(word: str) -> set[str]:
    """Return ``word``, and its readings with written-on particles taken off."""
    readings = {word}
    if word.startswith(WHOLE):
        return readings
    if definite := DEFINITE.match(word):
        rest = word[definite.end() :]
        readings.add(rest)
        if definite[0].endswith("لل"):
            readings.add("ل" + rest)
        if definite[0][0] in "وف":
            readings |= without_particles(word[1:])
        return readings
    for particle in (CONJUNCTION, PREPOSITION):
        if particle.match(word):
            readings |= without_particles(word[1:])
    return readings


def without_endings(word: str) -> str:
    """Return ``word`` without its endings of owner, number and relation: حمايتهم → حما."""
    bare = OUR.sub("", OWNER.sub("", word))
    return NUMBER.sub("", NUMBER.sub("", bare))


def after_article(word: str) -> str | None:
    """Return what follows the article in ``word``; None when it has none."""
    definite = DEFINITE.match(word)
    return word[definite.end() :] if definite else None
