"""The administration: who keeps the directory; founded once, never without an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from libs.kernel.refusal import Refusal

ADMINISTRATION: Final = UUID("01920000-0000-7000-8000-000000000013")


class LastAdministrator(Refusal):
    """Nobody else keeps the directory; another administrator must be named first."""


class Administration(Aggregate):
    """The administrators of now; one stream, so that two who leave at once cannot both go."""

    TOPIC: ClassVar[str] = "directory.administration"

    class Created(Aggregate.Created):
        """The first administrator was enrolled."""

        TOPIC: ClassVar[str] = "directory.administration.founded.v1"
        person: UUID

    class Joined(Aggregate.Event):
        """A further administrator was named."""

        TOPIC: ClassVar[str] = "directory.administration.joined.v1"
        person: UUID

    class Released(Aggregate.Event):
        """An administrator is one no longer."""

        TOPIC: ClassVar[str] = "directory.administration.released.v1"
        person: UUID

    @classmethod
    def found(cls, person: UUID, when: datetime) -> Administration:
        """Begin with the first administrator."""
        return cls._create(cls.Created, id=ADMINISTRATION, timestamp=when, person=person)

    @event(Created)
    def __init__(self, person: UUID) -> None:
        self.people = frozenset({person})

    def join(self, person: UUID) -> None:
        """Name a further administrator; nothing happens when the person is one."""
        if person not in self.people:
            self.trigger_event(self.Joined, person=person)

    @event(Joined)
    def _joined(self, person: UUID) -> None:
        self.people = self.people | {person}

    def release(self, person: UUID) -> None:
        """Let an administrator go; nothing happens when the person is none.

        Raises:
            LastAdministrator: nobody else is one.
        """
        if person not in self.people:
            return
        if len(self.people) == 1:
            raise LastAdministrator
        self.trigger_event(self.Released, person=person)

    @event(Released)
    def _released(self, person: UUID) -> None:
        self.people = self.people - {person}
