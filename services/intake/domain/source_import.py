"""The import of a source file: previewed, confirmed by a person, taken back whole if need be."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from libs.kernel.refusal import Misunderstood, Refusal


class ImportAlreadyConfirmed(Refusal):
    """The import is confirmed already."""


class ImportNotConfirmed(Refusal):
    """Only a confirmed import can be undone."""


class ImportStillRunning(Refusal):
    """The import is still being written; it can be undone when it has ended."""


class ImportAlreadyUndone(Refusal):
    """The import was undone already."""


class NothingToImport(Refusal):
    """The file holds nothing that the register does not say already."""


class UndoReasonMissing(Misunderstood):
    """Undoing an import is told with a reason that everyone may read."""


class SourceImport(Aggregate):
    """One reading of one source file."""

    TOPIC: ClassVar[str] = "intake.import"

    class Created(Aggregate.Created):
        """A file was handed in and kept under its SHA-256."""

        TOPIC: ClassVar[str] = "intake.import.registered.v1"
        file: str
        file_name: str
        size: int
        options: dict[str, str | int | bool | None]

    class Confirmed(Aggregate.Event):
        """A person confirmed what the preview showed."""

        TOPIC: ClassVar[str] = "intake.import.confirmed.v1"
        file: str
        file_name: str
        file_format: str
        counts: dict[str, int]
        first_number: int

    class Ended(Aggregate.Event):
        """Everything of it is recorded."""

        TOPIC: ClassVar[str] = "intake.import.ended.v1"
        recorded: int

    class UndoBegun(Aggregate.Event):
        """A person decided to take it back."""

        TOPIC: ClassVar[str] = "intake.import.undo-begun.v1"
        reason: str

    class Undone(Aggregate.Event):
        """Everything of it is taken back."""

        TOPIC: ClassVar[str] = "intake.import.undone.v1"
        reason: str

    @classmethod
    def register(  # noqa: PLR0913  a file's facts
        cls,
        identity: UUID,
        when: datetime,
        *,
        file: str,
        file_name: str,
        size: int,
        options: dict[str, str | int | bool | None],
    ) -> SourceImport:
        """Keep a file and get ready to preview it."""
        return cls._create(
            cls.Created,
            id=identity,
            timestamp=when,
            file=file,
            file_name=file_name,
            size=size,
            options=options,
        )

    @event(Created)
    def __init__(
        self, file: str, file_name: str, options: dict[str, str | int | bool | None]
    ) -> None:
        self.file = file
        self.file_name = file_name
        self.options = options
        self.confirmed = False
        self.ended = False
        self.undo_reason = ""
        self.undone = False
        self.first_number = 0
        self.counts: dict[str, int] = {}

    def confirm(self, file_format: str, counts: dict[str, int], first_number: int) -> None:
        """Let what the preview showed be recorded.

        Raises:
            ImportAlreadyConfirmed: it was.
            NothingToImport: nothing is new or changed.
        """
        if self.confirmed:
            raise ImportAlreadyConfirmed
        if not counts.get("new") and not counts.get("changed"):
            raise NothingToImport
        self.trigger_event(
            self.Confirmed,
            file=self.file,
            file_name=self.file_name,
            file_format=file_format,
            counts=counts,
            first_number=first_number,
        )

    @event(Confirmed)
    def _confirmed(self, counts: dict[str, int], first_number: int) -> None:
        self.confirmed = True
        self.counts = counts
        self.first_number = first_number

    def end(self, recorded: int) -> None:
        """Say that everything is recorded; once is enough."""
        if not self.ended:
            self.trigger_event(self.Ended, recorded=recorded)

    @event(Ended)
    def _ended(self) -> None:
        self.ended = True

    def begin_undo(self, reason: str) -> None:
        """Decide to take the import back.

        Raises:
            ImportNotConfirmed: nothing of it was recorded.
            ImportStillRunning: it is still being written.
            ImportAlreadyUndone: it was taken back.
            UndoReasonMissing: no reason is given.
        """
        if not reason.strip():
            raise UndoReasonMissing
        if not self.confirmed:
            raise ImportNotConfirmed
        if not self.ended:
            raise ImportStillRunning
        if self.undo_reason:
            raise ImportAlreadyUndone
        self.trigger_event(self.UndoBegun, reason=reason.strip())

    @event(UndoBegun)
    def _undo_begun(self, reason: str) -> None:
        self.undo_reason = reason

    def finish_undo(self) -> None:
        """Say that everything is taken back; once is enough."""
        if self.undo_reason and not self.undone:
            self.trigger_event(self.Undone, reason=self.undo_reason)

    @event(Undone)
    def _undone(self) -> None:
        self.undone = True
