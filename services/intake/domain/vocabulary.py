"""The words of the record: themes, groups, mechanisms, goals; versioned, never forgotten (R1.4)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from libs.kernel.refusal import Refusal

VOCABULARIES = UUID("01920000-0000-7000-8000-000000000002")


class TermKnown(Refusal):
    """The vocabulary says so already."""


class TermUnknown(Refusal):
    """The vocabulary has no such word."""


class Vocabulary(Aggregate):
    """One scheme of words, such as ``theme`` or ``mechanism``."""

    TOPIC: ClassVar[str] = "intake.vocabulary"

    class Created(Aggregate.Created):
        """A scheme was opened."""

        TOPIC: ClassVar[str] = "intake.vocabulary.opened.v1"
        scheme: str

    class TermAdded(Aggregate.Event):
        """A word was added, or its labels and facts were put anew."""

        TOPIC: ClassVar[str] = "intake.vocabulary.term-added.v1"
        scheme: str
        code: str
        labels: dict[str, str]
        facts: dict[str, str]

    class TermRetired(Aggregate.Event):
        """A word is no longer given."""

        TOPIC: ClassVar[str] = "intake.vocabulary.term-retired.v1"
        scheme: str
        code: str

    @staticmethod
    def identity(scheme: str) -> UUID:
        """Return the id under which a scheme stands."""
        return uuid5(VOCABULARIES, scheme)

    @classmethod
    def open(cls, scheme: str, when: datetime) -> Vocabulary:
        """Open a scheme."""
        return cls._create(cls.Created, id=cls.identity(scheme), timestamp=when, scheme=scheme)

    @event(Created)
    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.terms: dict[str, tuple[dict[str, str], dict[str, str]]] = {}

    def add(self, code: str, labels: dict[str, str], facts: dict[str, str]) -> None:
        """Add a word, or put its labels anew.

        Raises:
            TermKnown: it stands so already.
        """
        if self.terms.get(code) == (labels, facts):
            raise TermKnown(code=code)
        self.trigger_event(
            self.TermAdded, scheme=self.scheme, code=code, labels=labels, facts=facts
        )

    @event(TermAdded)
    def _term_added(self, code: str, labels: dict[str, str], facts: dict[str, str]) -> None:
        self.terms = {**self.terms, code: (labels, facts)}

    def retire(self, code: str) -> None:
        """Give a word no longer; records that carry it keep it.

        Raises:
            TermUnknown: there is none.
        """
        if code not in self.terms:
            raise TermUnknown(code=code)
        self.trigger_event(self.TermRetired, scheme=self.scheme, code=code)

    @event(TermRetired)
    def _term_retired(self, code: str) -> None:
        self.terms = {each: value for each, value in self.terms.items() if each != code}
