"""What a query asks for: groups of which each must hold, a group being one term or another (OR)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from services.portal.views.words.arabic import without_particles
from services.portal.views.words.document import STEM, STOP, quoted
from services.portal.views.words.stems import languages_of, stems_of
from services.portal.views.words.stopwords import EVERY_STOPWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


LONGEST_SURE = 4
"""A known word of so few letters is complete: ``men`` is not the beginning of ``mental``."""


class Lexeme(NamedTuple):
    """A lexeme to look for; with ``prefix`` also whatever begins with it."""

    text: str
    prefix: bool = False

    def literal(self) -> str:
        """Return it as it stands in a ``tsquery``."""
        return f"'{quoted(self.text)}'{':*' if self.prefix else ''}"


Part = tuple[Lexeme, ...]
"""Lexemes of which one must stand at a place."""

Sequence = tuple[Part, ...]
"""Parts that must follow one another without a gap."""

Kind = Literal["word", "phrase", "exact"]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: ``shown`` as typed; found when any of its ``sequences`` is.

    ``word`` is the normalised word of a free word and empty for everything else: only a free word
    is corrected, and narrowed to the languages that it is known in. ``open``: it is the last word
    and may be still incomplete.
    """

    shown: str
    kind: Kind
    sequences: tuple[Sequence, ...]
    negated: bool = False
    word: str = ""
    open: bool = False

    def literal(self) -> str:
        """Return the term as a ``tsquery``."""
        found = [sequence_literal(sequence) for sequence in self.sequences]
        whole = found[0] if len(found) == 1 else f"({' | '.join(found)})"
        return f"!{whole}" if self.negated else whole


def part_literal(part: Part) -> str:
    """Return a part as a ``tsquery``."""
    found = " | ".join(lexeme.literal() for lexeme in part)
    return f"({found})" if len(part) > 1 else found


def sequence_literal(sequence: Sequence) -> str:
    """Return a sequence as a ``tsquery``."""
    found = " <-> ".join(part_literal(part) for part in sequence)
    return f"({found})" if len(sequence) > 1 else found


def beginning(word: str) -> Part:
    """Return what a word's beginning looks for, in Arabic after written-on particles too."""
    readings = sorted(without_particles(word)) if "ar" in languages_of(word) else []
    return (Lexeme(word, prefix=True), *(Lexeme(STEM + each, prefix=True) for each in readings))


def word_part(word: str, languages: Iterable[str] | None = None, *, prefix: bool = False) -> Part:
    """Return what a free word looks for: itself, and its stems (default: in all it may be of)."""
    spoken = languages_of(word) if languages is None else tuple(languages)
    found = beginning(word) if prefix else (Lexeme(word),)
    return (*found, *(Lexeme(STEM + stem) for stem in stems_of(word, spoken)))


def written_part(word: str) -> Part:
    """Return what a word within a phrase looks for: itself, as written."""
    return (Lexeme(word), Lexeme(STOP + word)) if word in EVERY_STOPWORD else (Lexeme(word),)


@dataclass(frozen=True, slots=True)
class Plan:
    """A query as understood.

    ``groups`` must all hold; ``optional`` are words without meaning of their own, which only raise
    the rank. ``typed``: something was typed, though perhaps nothing that can be searched.
    """

    groups: tuple[tuple[Term, ...], ...]
    optional: tuple[Term, ...] = ()
    typed: bool = True

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.groups

    def tsquery(self) -> str:
        """Return the whole as a ``tsquery`` literal; empty when there is nothing to search for."""
        return " & ".join(group_literal(group) for group in self.groups)

    def rank_tsquery(self) -> str:
        """Return what a result is ranked by: every wanted or optional term, no prefixes."""
        wanted = [*self.wanted(), *self.optional]
        return " | ".join(replace(each, sequences=whole_only(each)).literal() for each in wanted)

    def wanted(self) -> list[Term]:
        """Return the terms that are not excluded."""
        return [term for group in self.groups for term in group if not term.negated]

    def free_words(self) -> list[str]:
        """Return the distinct normalised free words that are wanted."""
        return list(dict.fromkeys(term.word for term in self.wanted() if term.word))

    def closed_words(self) -> list[str]:
        """Return the free words that are wanted and typed to their end."""
        return list(
            dict.fromkeys(term.word for term in self.wanted() if term.word and not term.open)
        )

    def narrowed(self, languages: Mapping[str, Iterable[str]]) -> Plan:
        """Return the plan with known words stemmed only in the languages that they are known in."""
        return self._with(lambda term: narrowed(term, languages.get(term.word)))

    def corrected(self, words: Mapping[str, tuple[str, str]]) -> Plan:
        """Return the plan with free words replaced: word → (its correction, as shown)."""
        return self._with(lambda term: corrected(term, words.get(term.word)))

    def _with(self, change: Callable[[Term], Term]) -> Plan:
        groups = tuple(tuple(change(term) for term in group) for group in self.groups)
        return replace(self, groups=groups)

    def text(self) -> str:
        """Return the plan as a query that a reader could have typed."""
        groups = (" OR ".join(shown(term) for term in group) for group in self.groups)
        return " ".join(groups)


def shown(term: Term) -> str:
    """Return a term as it is typed."""
    written = f'"{term.shown}"' if term.kind == "phrase" else term.shown
    return f"-{written}" if term.negated else written


def group_literal(group: tuple[Term, ...]) -> str:
    """Return a group as a ``tsquery``."""
    found = " | ".join(term.literal() for term in group)
    return f"({found})" if len(group) > 1 else found


def whole_only(term: Term) -> tuple[Sequence, ...]:
    """Return a term's sequences with an open last word taken as complete."""
    if not term.open:
        return term.sequences
    return tuple(
        tuple(tuple(Lexeme(lexeme.text) for lexeme in part) for part in sequence)
        for sequence in term.sequences
    )


def narrowed(term: Term, languages: Iterable[str] | None) -> Term:
    """Return a free word's term with stems of ``languages`` only; unchanged when none is known."""
    spoken = [each for each in languages_of(term.word) if each in (languages or ())]
    if not term.word or not spoken:
        return term
    still_open = term.open and len(term.word) > LONGEST_SURE
    part = word_part(term.word, spoken, prefix=still_open)
    return replace(term, sequences=((part,),), open=still_open)


def corrected(term: Term, word: tuple[str, str] | None) -> Term:
    """Return a free word's term for another word."""
    if word is None or term.negated:
        return term
    part = word_part(word[0])
    return replace(term, shown=word[1], word=word[0], sequences=((part,),), open=False)
