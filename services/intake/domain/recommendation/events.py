"""What each event of a recommendation tells: the fields that are stored with it, for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from libs.kernel.words import Position, SourceReference, Term
from services.intake.domain.recommendation.rules import Origin, Relation


@dataclass(frozen=True)
class Received:
    """It was received: officially, or typed in before the official record (provisional)."""

    number: str
    state: str
    mechanism: str
    kind: str
    official: bool
    language: str
    text: str
    paragraph: str | None
    symbol: str | None
    cycle: int | None
    session: str | None
    document_date: date | None
    annotation_id: str | None
    recommending_states: tuple[str, ...]
    position: Position | None
    position_as_written: str | None
    position_source: str | None
    main_theme: Term | None
    themes: tuple[Term, ...]
    groups: tuple[Term, ...]
    sdgs: tuple[str, ...]
    source: SourceReference | None
    repairs: tuple[str, ...]


@dataclass(frozen=True)
class Confirmed:
    """The official record arrived and stands from now on."""

    text: str
    annotation_id: str | None
    symbol: str | None
    paragraph: str | None
    document_date: date | None
    source: SourceReference | None


@dataclass(frozen=True)
class ConfirmationWithdrawn:
    """It is provisional again: what had confirmed it was taken back.

    ``source`` is where it came from before, if from a file; ``published`` says whether everyone
    could read it before, and so may still.
    """

    reason: str
    import_id: str | None
    source: SourceReference | None
    published: bool


@dataclass(frozen=True)
class Corrected:
    """Fields were corrected, with a reason."""

    fields: dict[str, Any]
    before: dict[str, Any]
    reason: str
    source: SourceReference | None


@dataclass(frozen=True)
class Translated:
    """The text is given in a further language."""

    language: str
    text: str
    origin: Origin


@dataclass(frozen=True)
class Summarised:
    """A plain-language summary was written."""

    language: str
    summary: str


@dataclass(frozen=True)
class Classified:
    """Themes, groups and SDG targets were set by the mechanism itself."""

    main_theme: Term | None
    themes: tuple[Term, ...]
    groups: tuple[Term, ...]
    sdgs: tuple[str, ...]


@dataclass(frozen=True)
class PositionRecorded:
    """The State answered."""

    position: Position
    nuance: str | None
    position_source: str | None


@dataclass(frozen=True)
class Linked:
    """It repeats, follows up or duplicates another."""

    relation: Relation
    other: str
    other_number: str


@dataclass(frozen=True)
class Published:
    """Everyone may read it."""

    number: str


@dataclass(frozen=True)
class Withdrawn:
    """It was taken back; its history stays."""

    reason: str
    import_id: str | None


@dataclass(frozen=True)
class Reinstated:
    """It stands again under its old number."""

    reason: str
    source: SourceReference | None
