"""What intake tells: recommendations as received, and what was decided about their record."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from libs.contracts.contract import Contract
from libs.kernel.words import Position, SourceReference, Term


class RecommendationReceived(Contract):
    """A recommendation (or concern) entered the register, official or provisional (R1.1, R4.1)."""

    topic: ClassVar[str] = "intake.recommendation.received.v1"

    number: str
    state: str
    mechanism: str
    kind: Literal["recommendation", "concern"] = "recommendation"
    official: bool
    language: str
    text: str
    paragraph: str | None = None
    symbol: str | None = None
    cycle: int | None = None
    session: str | None = None
    document_date: date | None = None
    annotation_id: str | None = None
    recommending_states: tuple[str, ...] = ()
    position: Position | None = None
    position_as_written: str | None = None
    position_source: str | None = None
    main_theme: Term | None = None
    themes: tuple[Term, ...] = ()
    groups: tuple[Term, ...] = ()
    sdgs: tuple[str, ...] = ()
    source: SourceReference | None = None
    repairs: tuple[str, ...] = ()


class RecommendationConfirmed(Contract):
    """The official record of a provisional recommendation arrived and stands from now on."""

    topic: ClassVar[str] = "intake.recommendation.confirmed.v1"

    text: str
    annotation_id: str | None = None
    symbol: str | None = None
    paragraph: str | None = None
    document_date: date | None = None
    source: SourceReference | None = None


class RecommendationConfirmationWithdrawn(Contract):
    """It is provisional again: the import that had confirmed it was taken back.

    ``source`` is where it came from before; ``published`` whether everyone may still read it.
    """

    topic: ClassVar[str] = "intake.recommendation.confirmation-withdrawn.v1"

    reason: str
    import_id: str | None = None
    source: SourceReference | None = None
    published: bool = False


class RecommendationCorrected(Contract):
    """Fields of the record were corrected; the text that stood before stays in the history."""

    topic: ClassVar[str] = "intake.recommendation.corrected.v1"

    fields: dict[str, object]
    reason: str
    source: SourceReference | None = None


class RecommendationTranslated(Contract):
    """The text is given in a further language; ``origin`` says whose words they are."""

    topic: ClassVar[str] = "intake.recommendation.translated.v1"

    language: str
    text: str
    origin: Literal["official", "authorised", "machine"]


class RecommendationSummarised(Contract):
    """A plain-language summary was written (R4.6)."""

    topic: ClassVar[str] = "intake.recommendation.summarised.v1"

    language: str
    summary: str


class RecommendationClassified(Contract):
    """Themes, groups of persons and SDG targets were set by the mechanism itself."""

    topic: ClassVar[str] = "intake.recommendation.classified.v1"

    main_theme: Term | None = None
    themes: tuple[Term, ...] = ()
    groups: tuple[Term, ...] = ()
    sdgs: tuple[str, ...] = ()


class RecommendationPositionRecorded(Contract):
    """The State answered: supported or noted, with its own nuance and the source of the answer."""

    topic: ClassVar[str] = "intake.recommendation.position-recorded.v1"

    position: Position
    nuance: str | None = None
    position_source: str | None = None


class RecommendationLinked(Contract):
    """One recommendation repeats, follows up or duplicates another."""

    topic: ClassVar[str] = "intake.recommendation.linked.v1"

    relation: Literal["repeats", "follows-up", "duplicates"]
    other: str
    other_number: str


class RecommendationPublished(Contract):
    """The record may be read by everyone, and follow-up begins (R10.4)."""

    topic: ClassVar[str] = "intake.recommendation.published.v1"

    number: str


class RecommendationWithdrawn(Contract):
    """The record was taken back, with a public reason; its history stays."""

    topic: ClassVar[str] = "intake.recommendation.withdrawn.v1"

    reason: str
    import_id: str | None = None


class RecommendationReinstated(Contract):
    """A withdrawn record stands again under its old number."""

    topic: ClassVar[str] = "intake.recommendation.reinstated.v1"

    reason: str
    source: SourceReference | None = None


class ImportConfirmed(Contract):
    """A person confirmed the import of a file after its preview."""

    topic: ClassVar[str] = "intake.import.confirmed.v1"

    file: str
    file_name: str
    file_format: str
    counts: dict[str, int]


class ImportUndone(Contract):
    """A whole import was taken back, by events."""

    topic: ClassVar[str] = "intake.import.undone.v1"

    reason: str


class VocabularyTermAdded(Contract):
    """A word of the profile: its labels by language, and facts of its scheme."""

    topic: ClassVar[str] = "intake.vocabulary.term-added.v1"

    scheme: str
    code: str
    labels: dict[str, str]
    facts: dict[str, str] = {}


class VocabularyTermRetired(Contract):
    """A word is no longer given; records that carry it keep it."""

    topic: ClassVar[str] = "intake.vocabulary.term-retired.v1"

    scheme: str
    code: str
