"""The permanent numbers of the register: given once, in order, never again."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from libs.kernel.words import recommendation_number

REGISTER = UUID("01920000-0000-7000-8000-000000000001")


class Numbering(Aggregate):
    """Which number comes next; every event tells all of it, so its last one is enough to go on."""

    TOPIC: ClassVar[str] = "intake.numbering"

    class Created(Aggregate.Created):
        """The register began."""

        TOPIC: ClassVar[str] = "intake.numbering.begun.v1"

    class Allotted(Aggregate.Event):
        """A run of numbers was given out."""

        TOPIC: ClassVar[str] = "intake.numbering.allotted.v1"
        first: int
        count: int

    @classmethod
    def begin(cls, when: datetime) -> Numbering:
        """Begin the register."""
        return cls._create(cls.Created, id=REGISTER, timestamp=when)

    @event(Created)
    def __init__(self) -> None:
        self.next = 1

    def allot(self, count: int) -> list[str]:
        """Give out the next ``count`` numbers (at least one)."""
        first = self.next
        self.trigger_event(self.Allotted, first=first, count=count)
        return [recommendation_number(first + offset) for offset in range(count)]

    @event(Allotted)
    def _allotted(self, first: int, count: int) -> None:
        self.next = first + count
