"""What a preview holds: rows as read, what each would do, and what was left undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from services.intake.domain.matching import Difference, Kind


@dataclass(frozen=True, slots=True)
class Read:
    """A row as it was read: ``place`` counts rows as they came, from 0; ``row`` is the file's own.

    ``stated`` holds what the row says in the words of the register; ``kind`` is told already where
    the register need not be asked (not understood, repeated).
    """

    place: int
    row: int
    state: str
    stated: dict[str, Any]
    kind: Kind | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What an import would do with a row, and which record it is."""

    place: int
    kind: Kind
    reason: str | None = None
    number: str | None = None
    recommendation: UUID | None = None
    confirms: bool = False
    reinstates: bool = False
    differences: dict[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that an import will record: read and judged."""

    place: int
    row: int
    state: str
    kind: Kind
    stated: dict[str, Any]
    recommendation: UUID | None
    confirms: bool
    reinstates: bool
    differences: dict[str, Difference]

    @property
    def numbered(self) -> bool:
        """Whether it becomes a new record, with a number of its own."""
        return self.kind == "new" and not self.reinstates

    def identity(self, import_id: UUID) -> UUID:
        """Return the id of its record: for a new one, the same however often it is worked out."""
        return self.recommendation or uuid5(import_id, str(self.place))


@dataclass(frozen=True, slots=True)
class Leftover:
    """A recommendation with which something was not done: which fields, and why (a code)."""

    id: UUID
    number: str
    reason: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """How far a preview is; ``position`` is where the ledger stood when its rows were judged.

    ``refusal`` tells why the file could not be read: ``code`` and ``facts``.
    """

    finished: bool
    refusal: dict[str, Any] | None
    position: int
    digest: str
    file_format: str
    counts: dict[str, int]


def count(read: int, kinds: dict[str, int], reinstated: int, doubtful: int) -> dict[str, int]:
    """Return the figures of a preview; ``distinct`` are the recommendations that the file holds.

    ``doubtful`` rows are read, and something on them is for a person to look at.
    """
    distinct = sum(kinds.get(kind, 0) for kind in ("new", "changed", "unchanged", "conflict"))
    return {
        "read": read,
        "distinct": distinct,
        "new": kinds.get("new", 0),
        "changed": kinds.get("changed", 0),
        "unchanged": kinds.get("unchanged", 0),
        "conflicts": kinds.get("conflict", 0),
        "not_understood": kinds.get("not-understood", 0),
        "repeated": kinds.get("repeated", 0),
        "reinstated": reinstated,
        "doubtful": doubtful,
    }
