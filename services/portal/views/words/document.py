"""What is kept of a record for searching: a ``tsvector`` literal, and the words of its texts.

Written words stand as they are (normalised), stems with ``~`` before, words without meaning of
their own with ``.`` before (for phrases only), atoms as in ``exact``. A stem has the position of
its word.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from services.portal.views.words.exact import LONGEST_ATOM, atoms, symbol_atom
from services.portal.views.words.normal import (
    LONGEST_WORD,
    ascii_digits,
    normal_word,
    shown_form,
)
from services.portal.views.words.segments import IS_UNSPACED, Segment, segments
from services.portal.views.words.stems import is_stopword, language_here, stems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STEM = "~"
STOP = "."
WEIGHTS = {"official": ("A", "B"), "translation": ("B", "C"), "summary": ("B", "C")}
OTHER_WEIGHTS = ("C", "D")
"""Weight of a written word and of its stem, by the part that the text plays in the record."""

EXACT_WEIGHT = "A"
LAST_POSITION = 16_000
MOST_POSITIONS = 200
MOST_LEXEMES = 15_000
MOST_LETTERS = 200_000
"""In all lexemes: of four bytes each, with the positions, below the megabyte of a ``tsvector``."""
GAP = 10
"""Positions between two texts, so that no phrase reaches from one into the other."""

SHORTEST_LISTED, LONGEST_LISTED = 2, 32


class Lexemes(NamedTuple):
    """The lexemes of one word in a text: as written, and beside it at the same position."""

    written: tuple[str, ...]
    beside: tuple[str, ...]


class Written(NamedTuple):
    """A word of the dictionary: how it is shown, and the languages that it was met in."""

    shown: str
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Document:
    """A record ready for the index.

    ``vector`` is a literal of PostgreSQL's ``tsvector``; ``words`` has each normalised word that
    belongs in the dictionary.
    """

    vector: str
    words: Mapping[str, Written]


def is_listed(lexeme: str) -> bool:
    """Say whether a lexeme is a written word that belongs in the dictionary of words."""
    if not (SHORTEST_LISTED <= len(lexeme) <= LONGEST_LISTED and lexeme.isalpha()):
        return False
    return lexeme.isascii() or not IS_UNSPACED.match(lexeme)


@lru_cache(maxsize=200_000)
def word_lexemes(raw: str, language: str) -> Lexemes:
    """Return the lexemes of a word as a text in ``language`` writes it.

    A word in capitals in a text of small letters is a name (WHO, UN, IT) and never without meaning.
    """
    word = normal_word(raw)
    if not word:
        return Lexemes((), ())
    if is_stopword(word, language) and (len(raw) == 1 or not raw.isupper()):
        return Lexemes((), (STOP + word,))
    found = stems_of(word, language_here(word, language))
    return Lexemes((word,), tuple(STEM + stem for stem in found))


def lexemes(segment: Segment, language: str, *, shouted: bool = False) -> Lexemes:
    """Return the lexemes of a segment; ``shouted``: the whole text is in capitals."""
    raw = segment.raw
    if segment.kind == "symbol":
        first = normal_word(raw.split("/", 1)[0])
        return Lexemes((symbol_atom(raw), first) if len(first) > 1 else (symbol_atom(raw),), ())
    if segment.kind == "number":
        return Lexemes((ascii_digits(raw).replace("٫", ".")[:LONGEST_ATOM],), ())
    if segment.kind == "pair":
        return Lexemes((normal_word(raw),), ())
    return word_lexemes(raw.lower() if shouted else raw, language)


class Vector:
    """Collects lexemes with their positions and weights."""

    def __init__(self) -> None:
        """Start empty."""
        self.places: defaultdict[str, list[str]] = defaultdict(list)
        self.raw: dict[str, str] = {}
        self.languages: defaultdict[str, set[str]] = defaultdict(set)
        self.position = 0
        self.letters = 0

    def add_text(self, text: str, language: str, weights: tuple[str, str]) -> None:
        """Add a text in ``language``; what lies beyond the last position is left out."""
        shouted = text.isupper()
        for segment in segments(text):
            if self.is_full:
                return
            self.position += 1
            self.add(segment, lexemes(segment, language, shouted=shouted), language, weights)
        self.position += GAP

    @property
    def is_full(self) -> bool:
        """Whether no further text belongs in the index."""
        return (
            self.position >= LAST_POSITION
            or len(self.places) >= MOST_LEXEMES
            or self.letters >= MOST_LETTERS
        )

    def add(
        self, segment: Segment, found: Lexemes, language: str, weights: tuple[str, str]
    ) -> None:
        """Add one segment's lexemes at the present position."""
        places = self.places
        written, beside = f"{self.position}{weights[0]}", f"{self.position}{weights[1]}"
        for lexeme in found.written:
            if lexeme not in places:
                self.letters += len(lexeme)
            places[lexeme].append(written)
            self.raw.setdefault(lexeme, segment.raw)
            self.languages[lexeme].add(language)
        for lexeme in found.beside:
            if lexeme not in places:
                self.letters += len(lexeme)
            places[lexeme].append(beside)

    def add_exact(self, written: str) -> None:
        """Add what is found only as it is; a symbol is found by its first part (``CEDAW``) too."""
        self.position += 1
        place = f"{self.position}{EXACT_WEIGHT}"
        first = normal_word(written.split("/", 1)[0]) if "/" in written else ""
        for atom in (*atoms(written), first):
            if atom.startswith(("#", "§")) or is_listed(atom):
                self.places[atom].append(place)

    def words(self) -> dict[str, Written]:
        """Return the words of the dictionary among the lexemes."""
        return {
            lexeme: Written(
                shown_word(self.raw.get(lexeme, lexeme)), frozenset(self.languages[lexeme])
            )
            for lexeme in self.places
            if is_listed(lexeme)
        }

    def literal(self) -> str:
        """Return the literal of the whole."""
        return " ".join(
            f"'{quoted(lexeme)}':{','.join(places[:MOST_POSITIONS])}"
            for lexeme, places in self.places.items()
        )


@lru_cache(maxsize=100_000)
def shown_word(raw: str) -> str:
    """Return how a word is offered to a reader, a symbol by its first part; remembered.

    It is cut as the word itself is: an index takes no entry above 2,704 bytes.
    """
    return shown_form(raw[: 4 * LONGEST_WORD].split("/", 1)[0])[:LONGEST_WORD]


def quoted(lexeme: str) -> str:
    """Return ``lexeme`` as it stands between quotes in a literal."""
    if "'" in lexeme or "\\" in lexeme:
        return lexeme.replace("\\", "\\\\").replace("'", "''")
    return lexeme


def document_tokens(texts: Mapping[str, str], exact: Iterable[str]) -> Document:
    """Return what is indexed of a record.

    ``texts``: by ``<part>:<language>``, the part being ``official``, ``translation``, ``summary``
    or any other (labels: ``theme``, ``theme-2`` …), the language a tag such as ``ar`` or empty when
    it is not known. ``exact``: symbols of documents, paragraph numbers, the permanent number.
    """
    vector = Vector()
    for key, text in texts.items():
        part, _, tag = key.partition(":")
        role = part.partition("-")[0]
        vector.add_text(text, tag.partition("-")[0].lower(), WEIGHTS.get(role, OTHER_WEIGHTS))
    for written in exact:
        vector.add_exact(written)
    return Document(vector.literal(), vector.words())
