"""Which known words a misspelt one may have meant, by letters left out (the method of SymSpell).

Two words are near when both become the same by leaving letters out; only few such forms are kept
of each word, so that looking up is a matter of a few keys.
"""

from __future__ import annotations

from functools import lru_cache

SHORTEST = 4
LONG = 7
HEAD = 7
"""Only the first letters of a word are varied; the true distance is measured afterwards."""


def reach(word: str) -> int:
    """Return how many mistakes are forgiven in ``word``: 1 from four letters, 2 from seven."""
    if len(word) < SHORTEST:
        return 0
    return 2 if len(word) >= LONG else 1


def deletions(word: str) -> frozenset[str]:
    """Return the head of ``word``, and it with up to as many letters left out as are forgiven."""
    found = {word[:HEAD]}
    latest = found
    for _ in range(reach(word)):
        latest = {each[:place] + each[place + 1 :] for each in latest for place in range(len(each))}
        found = found | latest
    return frozenset(found)


@lru_cache(maxsize=10_000)
def distance(one: str, other: str) -> int:
    """Return how many letters must be put in, left out, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, another in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != another))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another
            row.append(min(cost, earlier[j - 2] + 1) if swapped else cost)
    return row[-1]


def is_near(typed: str, known: str) -> bool:
    """Say whether ``known`` may be meant; two mistakes only when the first letter is right."""
    apart = distance(typed, known)
    return 0 < apart <= reach(typed) and (apart == 1 or typed[0] == known[0])
