"""Which words of a text a query found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.portal.views.words.document import lexemes
from services.portal.views.words.segments import segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.portal.views.words.plan import Part, Plan, Sequence

Place = tuple[int, int, frozenset[str]]
"""Where a segment stands, and its lexemes."""


def places(text: str, language: str) -> list[Place]:
    """Return the segments of ``text`` with their lexemes."""
    found = []
    shouted = text.isupper()
    for segment in segments(text):
        each = lexemes(segment, language, shouted=shouted)
        found.append((segment.start, segment.end, frozenset(each.written + each.beside)))
    return found


def stands(part: Part, here: frozenset[str]) -> bool:
    """Say whether one lexeme of ``part`` is among those ``here``."""
    return any(
        any(each.startswith(lexeme.text) for each in here) if lexeme.prefix else lexeme.text in here
        for lexeme in part
    )


def hits(sequence: Sequence, found: list[Place]) -> Iterator[tuple[int, int]]:
    """Yield where ``sequence`` stands in a text, as (start, end)."""
    length = len(sequence)
    for first in range(len(found) - length + 1):
        here = found[first : first + length]
        if all(stands(part, place[2]) for part, place in zip(sequence, here, strict=True)):
            yield here[0][0], here[-1][1]


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, overlapping ones made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def highlight(text: str, plan: Plan, language: str = "") -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, each with whether the query found it.

    ``language``: the tag of the text's language, empty when it is not known.
    """
    found = places(text, language.partition("-")[0].lower())
    spans = [
        span
        for term in plan.wanted()
        for sequence in term.sequences
        for span in hits(sequence, found)
    ]
    pieces: list[tuple[str, bool]] = []
    place = 0
    for start, end in merged(spans):
        pieces += [(text[place:start], False), (text[start:end], True)]
        place = end
    return [piece for piece in [*pieces, (text[place:], False)] if piece[0]]
