"""Text cut into what can be searched: words, numbers, symbols, runs of unspaced scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from services.portal.views.words.normal import ARABIC_MARKS, COMBINING, HEBREW_MARKS, INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["word", "number", "symbol", "pair"]

UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e01-\u0e4e\u0e80-\u0edf\u1780-\u17d3\u1000-\u109f"
)
"""Han, kana, Thai, Lao, Khmer, Burmese: scripts that write no space between words."""

IS_UNSPACED = re.compile(f"[{UNSPACED}]")
INDIC_MARKS = (
    "\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0b82-\u0bcd\u0c00-\u0d4d"
)
ETHIOPIC_MARKS = "\u135d-\u135f"
INSIDE = f"{COMBINING}{ARABIC_MARKS}{HEBREW_MARKS}{INVISIBLE}{INDIC_MARKS}{ETHIOPIC_MARKS}"
LETTER = rf"[^\W_{UNSPACED}]"
WORD = rf"{LETTER}+(?:[{INSIDE}]+{LETTER}*)*"
SYMBOL_PART = r"[^\W_](?:[\w.-]*\w)?"
LONGEST_LOOK = 127
"""How far a symbol's digit is looked for: it is, from every place where one might begin."""
SYMBOL = rf"[A-Za-z](?=[\w./-]{{0,{LONGEST_LOOK}}}\d)[A-Za-z0-9.]{{0,31}}(?:/{SYMBOL_PART})+"
"""``A/HRC/50/15``, ``CEDAW/C/MAR/CO/5-6``: parts between slashes, a digit among them."""

PIECES = re.compile(
    rf"(?P<symbol>(?<![\w/]){SYMBOL})"
    r"|(?P<number>(?<![\w.])\d+(?:[.٫]\d+)+(?!\w))"
    rf"|(?P<unspaced>[{UNSPACED}]+)"
    r"|(?P<initials>(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?)"
    rf"|(?P<word>{WORD})"
)


class Segment(NamedTuple):
    """A piece of text at ``start`` up to ``end``; ``raw`` is how it is written there."""

    start: int
    end: int
    raw: str
    kind: Kind


def pairs(start: int, run: str) -> Iterator[Segment]:
    """Cut a run of an unspaced script into every two neighbours, and its last character."""
    for place in range(len(run)):
        pair = run[place : place + 2]
        yield Segment(start + place, start + place + len(pair), pair, "pair")


def segments(text: str) -> Iterator[Segment]:
    """Cut ``text`` into segments, in order."""
    for match in PIECES.finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        if kind == "unspaced":
            yield from pairs(start, match[0])
        elif kind == "initials":
            yield Segment(start, end, match[0].replace(".", ""), "word")
        elif kind == "symbol":
            yield Segment(start, end, match[0], "symbol")
        elif kind == "number":
            yield Segment(start, end, match[0], "number")
        else:
            yield Segment(start, end, match[0], "word")
