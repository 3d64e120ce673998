"""One spelling for what readers take for the same word, in every script.

The rules: compatibility forms (NFKC) and case are folded; marks of Latin, Greek, Arabic and Hebrew
fall; tatweel and invisible joiners fall; the carriers of alef and of hamza, ya and ta marbuta are
one each; all digits are ASCII; ё is е. Marks that carry vowels (Thai, Devanagari …) and й stay.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MOST_ROUNDS = 8
LONGEST_WORD = 64

COMBINING = "\u0300-\u036f"
ARABIC_MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"
)
HEBREW_MARKS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
INVISIBLE = (
    "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f"
)
TATWEEL = "\u0640"
LATIN_AND_GREEK = ("\u00c0-\u024f", "\u0370-\u03ff", "\u1e00-\u1fff")
"""Ranges whose composed letters fall back to their base letter."""

LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ؤ": "ء", "ئ": "ء", "ک": "ك", "ڪ": "ك",
    "ё": "е", "ѐ": "е",
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ħ": "h",
    "ŋ": "n", "þ": "th",
}  # fmt: skip


def spread(ranges: str) -> list[str]:
    """Return the characters of ranges written as in a regular expression's class (``a-z``)."""
    found: list[str] = []
    place = 0
    while place < len(ranges):
        if ranges[place + 1 : place + 2] == "-":
            found.extend(map(chr, range(ord(ranges[place]), ord(ranges[place + 2]) + 1)))
            place += 3
        else:
            found.append(ranges[place])
            place += 1
    return found


def base_of(letter: str) -> str:
    """Return ``letter`` without its marks: é → e."""
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))


def table() -> dict[int, str]:
    """Return what each character becomes after case folding; the empty string where it falls."""
    fallen = spread(COMBINING + ARABIC_MARKS + HEBREW_MARKS + INVISIBLE + TATWEEL)
    folded = dict.fromkeys(map(ord, fallen), "")
    for ranges in LATIN_AND_GREEK:
        folded.update({ord(each): base_of(each) for each in spread(ranges)})
    folded.update({ord(letter): to for letter, to in LETTERS.items()})
    return folded


FOLDED = table()


def ascii_digits(text: str) -> str:
    """Return ``text`` with the decimal digits of every script as 0–9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(each, each)) for each in text)


def once(text: str) -> str:
    """Fold once; what NFKC puts together anew is folded by the next round."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return ascii_digits(folded.translate(FOLDED))


def normalise(text: str) -> str:
    """Return the one spelling of ``text``; normalising it again changes nothing."""
    for _ in range(MOST_ROUNDS):
        folded = once(text)
        if folded == text:
            break
        text = folded
    return text


@lru_cache(maxsize=200_000)
def normal_word(word: str) -> str:
    """Return the one spelling of a word, cut to ``LONGEST_WORD`` letters; remembered."""
    return normalise(word[: 4 * LONGEST_WORD])[:LONGEST_WORD]


def shown_form(word: str) -> str:
    """Return how a word is offered to a reader: composed, small letters, no tatweel."""
    composed = unicodedata.normalize("NFC", word.replace(TATWEEL, "")).lower()
    return "".join(each for each in composed if FOLDED.get(ord(each)) != "")
