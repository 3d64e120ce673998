"""What the work on imports needs from other rooms; ``service.py`` hands it over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from services.intake.domain.matching import Known
from services.intake.domain.preview import Judged, Leftover, Planned, Preview, Read
from services.intake.domain.source_row import NotUnderstood, SourceRow


class Files(Protocol):
    """Where originals are kept."""

    def path(self, sha256: str) -> Path:
        """Return where the file of this SHA-256 lies."""


class Reading(Protocol):
    """The rows of one source file."""

    @property
    def format(self) -> str | None:
        """What the file turned out to be; known when its first row is."""

    def __iter__(self) -> Iterator[SourceRow | NotUnderstood]:
        """Give every row; raises a refusal where the file cannot be read."""


class Reader(Protocol):
    """Who reads source files, with bounds."""

    def read(self, path: Path, filename: str, options: dict[str, Any]) -> Reading:
        """Return the reading of a file, which begins when its rows are asked for."""


class Lookups(Protocol):
    """What must be known of the register and of earlier work."""

    def read_up_to(self) -> int:
        """Return the ledger position up to which the register's rows stand."""

    def unfinished(self) -> list[UUID]:
        """Return the imports whose work has not come to its end, oldest first."""

    def preview(self, identity: UUID) -> Preview | None:
        """Return how far a preview is."""

    def states(self, identity: UUID) -> list[str]:
        """Return the States that an import's rows concern."""

    def read_rows(self, identity: UUID, state: str) -> list[Read]:
        """Return an import's rows of one State, those that no record answers to left out."""

    def known(self, identity: UUID, state: str) -> list[tuple[Known, str, str]]:
        """Return the records of a State but this import's own, with mechanism and kind."""

    def planned(self, identity: UUID, first: int, end: int) -> list[Planned]:
        """Return the rows from place ``first`` to before ``end`` that the import records."""

    def rows(self, identity: UUID) -> int:
        """Return how many rows were read."""

    def kinds(self, identity: UUID) -> tuple[dict[str, int], int]:
        """Return how many rows there are of each kind, and how many records are reinstated."""

    def doubtful(self, identity: UUID) -> int:
        """Return on how many rows that were read something is for a person to look at."""

    def moved_since(self, position: int) -> bool:
        """Whether anything was recorded of any recommendation after ``position``."""

    def running_with(self, identity: UUID) -> UUID | None:
        """Return an import or undoing under way that concerns a State of this import's rows."""

    def caused(self, event_id: str) -> list[UUID]:
        """Return the recommendations that an event caused changes of, by number."""


class Previews(Protocol):
    """Where previews and progress are written."""

    def begin(self, identity: UUID) -> None:
        """Begin anew."""

    def add(self, identity: UUID, rows: Sequence[Read]) -> None:
        """Keep rows as read."""

    def judged(self, identity: UUID, rows: Sequence[Judged]) -> None:
        """Put what rows would do."""

    def format_told(self, identity: UUID, file_format: str) -> None:
        """Keep what the file turned out to be."""

    def finish(self, identity: UUID, *, position: int, digest: str, counts: dict[str, int]) -> None:
        """Say that every row is judged."""

    def fail(self, identity: UUID, code: str, facts: dict[str, str | int]) -> None:
        """Say why the file could not be read."""

    def recorded(self, identity: UUID, count: int) -> None:
        """Tell how many rows are recorded."""

    def taken_back(self, identity: UUID, count: int) -> None:
        """Tell how many recommendations are as they were before."""

    def leave(self, identity: UUID, leftovers: Sequence[Leftover]) -> None:
        """Keep what was not done."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them together."""

    files: Files
    reader: Reader
    lookups: Lookups
    previews: Previews
