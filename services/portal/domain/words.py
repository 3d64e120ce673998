"""Where two texts differ, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PIECES = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)
MOST_PAIRS = 1_000_000
"""Two texts of a thousand pieces each, less what both begin and end with."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, was added, or was removed."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a text came of another; ``in_words``: word by word, else as a whole, being too long."""

    pieces: tuple[Piece, ...]
    in_words: bool = True


def compare(before: str, after: str) -> Comparison:
    """Return how ``after`` came of ``before``, in whole words.

    What both begin and end with is taken off first. If more is left than can be compared in a
    moment, all of it stands as removed and as added.
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    first, last = old[:head], old[len(old) - tail :]
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    in_words = len(old) * len(new) <= MOST_PAIRS
    middle = _in_words(old, new) if in_words else _replaced(old, new)
    found = (Piece("same", "".join(first)), *middle, Piece("same", "".join(last)))
    return Comparison(tuple(each for each in found if each.text), in_words)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return with how many equal words two texts begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _in_words(old: list[str], new: list[str]) -> Iterator[Piece]:
    for operation, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            yield Piece("same", "".join(old[a:b]))
        else:
            yield from _replaced(old[a:b], new[c:d])


def _replaced(old: list[str], new: list[str]) -> Iterator[Piece]:
    yield Piece("removed", "".join(old))
    yield Piece("added", "".join(new))
