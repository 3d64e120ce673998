"""Which words of the dictionary to try in place of those that find nothing."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from services.portal.views.words.arabic import after_article
from services.portal.views.words.nearness import distance, is_near, reach
from services.portal.views.words.stems import languages_of, stems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST_CANDIDATES = 3


class Known(NamedTuple):
    """A word of the dictionary; ``seen`` in so many records, in these languages."""

    word: str
    shown: str
    languages: tuple[str, ...]
    seen: int


def is_odd(word: str, other: Known) -> bool:
    """Say whether ``word`` is rather a mistake than another form of the same word."""
    return not set(stems_of(word, languages_of(word))) & set(stems_of(other.word, other.languages))


def seen(known: Mapping[str, Known], word: str) -> int:
    """Return how many records have ``word``."""
    return known[word].seen if word in known else 0


def spellings(word: str) -> list[str]:
    """Return what may be misspelt: a word, if Arabic also without and with the bare article."""
    rest = after_article(word)
    found = [word, rest, f"ال{rest}"] if rest else [word]
    return [each for each in found if reach(each)]


def likeliest(spelt: Sequence[str], known: Iterable[Known]) -> list[Known]:
    """Return the known words near a spelling: the fewest mistakes first, then the most seen."""
    near = {
        each: min(distance(spelling, each.word) for spelling in spelt)
        for each in known
        if any(is_near(spelling, each.word) for spelling in spelt)
    }
    return sorted(near, key=lambda each: (near[each], -each.seen, each.word))[:MOST_CANDIDATES]


def corrections(near: Mapping[str, Sequence[Known]]) -> Iterator[dict[str, Known]]:
    """Yield ways to correct every word that can be corrected, the likeliest first."""
    words = [word for word, found in near.items() if found]
    for choice in product(*(near[word] for word in words)) if words else ():
        yield dict(zip(words, choice, strict=True))
