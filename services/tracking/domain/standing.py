"""Whether a record stands in the register, so that its follow-up goes on.

What the register tells of one record may be heard in any order, and more than once. Each statement
carries its place in the register's ledger, and of two about the same matter the later one counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

STANDINGS = UUID("01920000-0000-7000-8000-000000000004")
Matter = Literal["published", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What the register told: whether a record is published, or whether it is withdrawn.

    ``sequence`` is its place in the register's ledger. ``number`` is the record's, where it is
    told; ``reason`` is public, where one is given.
    """

    matter: Matter
    holds: bool
    sequence: int
    number: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What counts of all that was heard of a record.

    ``ended`` says that its follow-up was closed because the record does not stand.
    """

    number: str = ""
    published: bool = False
    published_at: int = 0
    withdrawn: bool = False
    withdrawn_at: int = 0
    ended: bool = False

    @property
    def stands(self) -> bool:
        """Whether everyone may read the record, and it is not taken back."""
        return self.published and not self.withdrawn

    def after(self, told: Statement) -> Known:
        """Return what counts once this was heard too."""
        if told.matter == "published" and told.sequence > self.published_at:
            number = told.number or self.number
            return replace(self, published=told.holds, published_at=told.sequence, number=number)
        if told.matter == "withdrawn" and told.sequence > self.withdrawn_at:
            return replace(self, withdrawn=told.holds, withdrawn_at=told.sequence)
        return self


class Standing(Aggregate):
    """What tracking has heard of one record, and whether that ended its follow-up."""

    TOPIC: ClassVar[str] = "tracking.standing"

    class Created(Aggregate.Created):
        """Something was heard of the record for the first time."""

        TOPIC: ClassVar[str] = "tracking.standing.begun.v1"
        recommendation: str
        known: Known

    class Followed(Aggregate.Event):
        """More was heard of it."""

        TOPIC: ClassVar[str] = "tracking.standing.followed.v1"
        known: Known

    @staticmethod
    def identity(recommendation: UUID) -> UUID:
        """Return the id of the standing of a recommendation: one each."""
        return uuid5(STANDINGS, str(recommendation))

    @classmethod
    def begin(cls, recommendation: UUID, known: Known, when: datetime) -> Standing:
        """Begin with what counts."""
        return cls._create(
            cls.Created,
            id=cls.identity(recommendation),
            timestamp=when,
            recommendation=str(recommendation),
            known=known,
        )

    @event(Created)
    def __init__(self, recommendation: str, known: Known) -> None:
        self.recommendation = recommendation
        self.known = known

    def follow(self, known: Known) -> None:
        """Let this count from now on; nothing happens where it does already."""
        if known != self.known:
            self.trigger_event(self.Followed, known=known)

    @event(Followed)
    def _followed(self, known: Known) -> None:
        self.known = known
