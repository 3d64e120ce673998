"""A case: the follow-up of one recommendation."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from libs.kernel.refusal import Misunderstood, Refusal

CASES = UUID("01920000-0000-7000-8000-000000000003")
Track = Literal["state", "independent", "mechanism"]
Status = Literal[
    "not-started", "in-progress", "partly-implemented", "implemented", "no-longer-applicable"
]


class AlreadyAssigned(Refusal):
    """The case is assigned so already."""


class CaseClosed(Refusal):
    """The case is closed; it must be reopened first."""


class CaseOpen(Refusal):
    """The case is open already."""


class StatusUnchanged(Refusal):
    """The assessment says what the last one said."""


class InstitutionNotRegistered(Misunderstood):
    """The directory has told of no institution under this code."""


class InstitutionIndependent(Refusal):
    """No government instructs the institution, so it is never made responsible (design §6)."""


class LeadAlsoSupports(Misunderstood):
    """An institution either leads or supports, not both."""


class ClosingReasonMissing(Misunderstood):
    """Closing a case is told with a reason that everyone may read."""


class Case(Aggregate):
    """Who must act on one recommendation, by when, and how far it stands."""

    TOPIC: ClassVar[str] = "tracking.case"

    class Created(Aggregate.Created):
        """Follow-up began."""

        TOPIC: ClassVar[str] = "tracking.case.opened.v1"
        recommendation: str
        number: str

    class Assigned(Aggregate.Event):
        """An institution was made responsible."""

        TOPIC: ClassVar[str] = "tracking.case.assigned.v1"
        recommendation: str
        number: str
        lead: str
        supporting: tuple[str, ...]
        deadline: date | None
        reason: str | None

    class Assessed(Aggregate.Event):
        """Somebody said how far implementation stands."""

        TOPIC: ClassVar[str] = "tracking.case.assessed.v1"
        recommendation: str
        number: str
        track: Track
        status: Status
        note: dict[str, str]

    class Closed(Aggregate.Event):
        """Follow-up ended."""

        TOPIC: ClassVar[str] = "tracking.case.closed.v1"
        recommendation: str
        number: str
        reason: str

    class Reopened(Aggregate.Event):
        """Follow-up goes on."""

        TOPIC: ClassVar[str] = "tracking.case.reopened.v1"
        recommendation: str
        number: str
        reason: str | None

    @staticmethod
    def identity(recommendation: UUID) -> UUID:
        """Return the id of the case of a recommendation: one each, however often it is opened."""
        return uuid5(CASES, str(recommendation))

    @classmethod
    def open(cls, recommendation: UUID, number: str, when: datetime) -> Case:
        """Begin the follow-up of a recommendation."""
        return cls._create(
            cls.Created,
            id=cls.identity(recommendation),
            timestamp=when,
            recommendation=str(recommendation),
            number=number,
        )

    @event(Created)
    def __init__(self, recommendation: str, number: str) -> None:
        self.recommendation = recommendation
        self.number = number
        self.lead = ""
        self.supporting: tuple[str, ...] = ()
        self.deadline: date | None = None
        self.statuses: dict[str, str] = {}
        self.closed = False

    def assign(
        self,
        lead: str,
        supporting: tuple[str, ...],
        deadline: date | None,
        reason: str | None = None,
    ) -> None:
        """Make an institution responsible.

        Raises:
            AlreadyAssigned: it is so already.
            LeadAlsoSupports: the lead stands among the supporting too.
            CaseClosed: follow-up has ended.
        """
        self._must_be_open()
        if lead in supporting:
            raise LeadAlsoSupports(institution=lead)
        if (lead, supporting, deadline) == (self.lead, self.supporting, self.deadline):
            raise AlreadyAssigned(number=self.number)
        self.trigger_event(
            self.Assigned,
            recommendation=self.recommendation,
            number=self.number,
            lead=lead,
            supporting=supporting,
            deadline=deadline,
            reason=reason,
        )

    @event(Assigned)
    def _assigned(self, lead: str, supporting: tuple[str, ...], deadline: date | None) -> None:
        self.lead = lead
        self.supporting = supporting
        self.deadline = deadline

    def assess(self, track: Track, status: Status, note: dict[str, str]) -> None:
        """Say how far implementation stands, on one of three separate tracks.

        Raises:
            StatusUnchanged: the last assessment of this track said so, and there is no new note.
            CaseClosed: follow-up has ended.
        """
        self._must_be_open()
        if self.statuses.get(track) == status and not note:
            raise StatusUnchanged(number=self.number)
        self.trigger_event(
            self.Assessed,
            recommendation=self.recommendation,
            number=self.number,
            track=track,
            status=status,
            note=note,
        )

    @event(Assessed)
    def _assessed(self, track: Track, status: Status) -> None:
        self.statuses = {**self.statuses, track: status}

    def close(self, reason: str) -> None:
        """End the follow-up.

        Raises:
            ClosingReasonMissing: no reason is given.
            CaseClosed: it has ended already.
        """
        self._must_be_open()
        if not reason.strip():
            raise ClosingReasonMissing
        self.trigger_event(
            self.Closed,
            recommendation=self.recommendation,
            number=self.number,
            reason=reason.strip(),
        )

    @event(Closed)
    def _closed(self) -> None:
        self.closed = True

    def reopen(self, reason: str | None) -> None:
        """Let follow-up go on.

        Raises:
            CaseOpen: it has not ended.
        """
        if not self.closed:
            raise CaseOpen(number=self.number)
        self.trigger_event(
            self.Reopened, recommendation=self.recommendation, number=self.number, reason=reason
        )

    @event(Reopened)
    def _reopened(self) -> None:
        self.closed = False

    def _must_be_open(self) -> None:
        if self.closed:
            raise CaseClosed(number=self.number)
