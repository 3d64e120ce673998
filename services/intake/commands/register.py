"""Keeping the register: receive by hand, correct, translate, classify, publish, withdraw."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.chassis.asking import must_be_of_the_record
from libs.chassis.command import Command
from libs.kernel.refusal import Misunderstood, Unknown
from libs.kernel.words import Position
from libs.ledger.act import new_id
from libs.ledger.ledger import Answer, Receipt
from services.intake.commands.languages import LanguageCode
from services.intake.commands.words import CODES, WORDS, Written, under_review
from services.intake.domain.numbering import REGISTER, Numbering
from services.intake.domain.recommendation import Origin, Recommendation, Relation
from services.intake.domain.refusals import MechanismUnknown, MechanismWithoutCycles
from services.intake.domain.review import NEXT_CYCLE
from services.intake.domain.source_row import MOST_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libs.chassis.asking import Asked
    from libs.chassis.permissions import Attribute
    from libs.ledger.ledger import Ledger
    from services.intake.profile import Profile


class PositionSourceMissing(Misunderstood):
    """The State's answer is recorded with the document in which it is written."""


class ReceiveRecommendation(Command):
    """Type in a recommendation, for any mechanism of the profile; provisional unless official."""

    state: Written = Field(
        description="The State under review: its alpha-3 code (ISO 3166-1), or a name of it."
    )
    mechanism: str = Field(min_length=1, max_length=60, description="Code of the mechanism.")
    kind: Literal["recommendation", "concern"] = "recommendation"
    official: bool = Field(default=False, description="Whether the UN has published this text.")
    language: LanguageCode = "en"
    text: str = Field(max_length=MOST_TEXT, description="The text, word for word.")
    paragraph: str | None = Field(None, max_length=30, description='Such as "121.34".')
    symbol: str | None = Field(None, max_length=80, description='Such as "A/HRC/50/15".')
    cycle: int | None = Field(None, strict=True, ge=1, le=NEXT_CYCLE, description="UPR cycle.")
    session: str | None = Field(None, max_length=40)
    document_date: date | None = None
    recommending_states: tuple[Written, ...] = Field((), max_length=200)
    main_theme: Written | None = Field(None, description="Code of a theme, or a label.")
    themes: tuple[Written, ...] = Field((), max_length=60)
    groups: tuple[Written, ...] = Field((), max_length=60)
    sdgs: tuple[Written, ...] = Field((), max_length=60)


class CorrectedFields(BaseModel):
    """What a correction says, of those fields that it names; null where nothing stands any more.

    Fields that cannot be corrected are let through to the record's own refusal.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    text: str | None = Field(None, max_length=MOST_TEXT)
    paragraph: str | None = Field(None, max_length=30)
    symbol: str | None = Field(None, max_length=80)
    cycle: int | None = Field(None, strict=True, ge=1, le=NEXT_CYCLE)
    session: str | None = Field(None, max_length=40)
    document_date: date | None = None
    annotation_id: str | None = Field(None, max_length=60)
    recommending_states: tuple[Written, ...] = Field((), max_length=200)
    position: Position | None = None
    position_as_written: str | None = Field(None, max_length=300)
    position_source: str | None = Field(None, max_length=200)
    main_theme: Written | None = None
    themes: tuple[Written, ...] = Field((), max_length=60)
    groups: tuple[Written, ...] = Field((), max_length=60)
    sdgs: tuple[Written, ...] = Field((), max_length=60)


class CorrectRecommendation(Command):
    """Correct fields of a record, with a reason that everyone may read."""

    fields: CorrectedFields
    reason: str = Field(max_length=2000)


class TranslateRecommendation(Command):
    """Give the text in a further language."""

    language: LanguageCode
    text: str = Field(max_length=MOST_TEXT)
    origin: Origin


class SummariseRecommendation(Command):
    """Say in plain language what is asked."""

    language: LanguageCode
    summary: str = Field(max_length=2000)


class ClassifyRecommendation(Command):
    """Set themes, groups of persons and SDG targets."""

    main_theme: Written | None = None
    themes: tuple[Written, ...] = Field((), max_length=60)
    groups: tuple[Written, ...] = Field((), max_length=60)
    sdgs: tuple[Written, ...] = Field((), max_length=60)


class RecordPosition(Command):
    """Record the State's answer, and where it is written."""

    position: Position
    nuance: str | None = Field(None, max_length=300)
    position_source: str | None = Field(
        None, max_length=200, description="Where the answer is written; needed once there is one."
    )


class LinkRecommendation(Command):
    """Say that it repeats, follows up or duplicates another."""

    relation: Relation
    other: UUID


class ConfirmRecommendation(Command):
    """Let the official text replace a provisional one."""

    text: str = Field(max_length=MOST_TEXT)
    symbol: str | None = Field(None, max_length=80)
    paragraph: str | None = Field(None, max_length=30)
    document_date: date | None = None
    annotation_id: str | None = Field(None, max_length=60)


class GiveReason(Command):
    """A public reason, for withdrawing and reinstating."""

    reason: str = Field(max_length=2000)


def allot_numbers(ledger: Ledger, count: int, when: datetime) -> tuple[Numbering, list[str]]:
    """Return the register's numbering, ``count`` numbers given out: record it with their use."""
    try:
        numbering = ledger.load_latest(Numbering, REGISTER)
    except Unknown:
        numbering = Numbering.begin(when)
    return numbering, numbering.allot(count)


def receive(asked: Asked, profile: Profile, command: ReceiveRecommendation) -> Receipt:
    """Take a recommendation into the register."""
    identity = UUID(new_id())
    asked.permit("recommendation.receive", identity, REGISTER, **asked.custody)
    command = command.model_copy(update={"state": under_review(profile, command.state)})
    _must_have_cycles(profile, command.mechanism, command.cycle)
    numbering, (number,) = allot_numbers(asked.service.ledger, 1, asked.act.recorded_at)
    recommendation = Recommendation.receive(
        identity,
        asked.act.recorded_at,
        number=number,
        annotation_id=None,
        position=None,
        position_as_written=None,
        position_source=None,
        source=None,
        repairs=(),
        **_received_fields(profile, command),
    )
    answer = Answer(
        201, f"/api/intake/v1/recommendations/{recommendation.id}", _facts(recommendation)
    )
    return asked.service.ledger.record(asked.act, numbering, recommendation, answer=answer)


def _must_have_cycles(profile: Profile, mechanism: str, cycle: object) -> None:
    """Go on only with a mechanism of the profile, and a cycle only where it goes in cycles.

    Raises:
        MechanismUnknown: the profile has no such mechanism.
        MechanismWithoutCycles: a cycle is given all the same.
    """
    found = profile.mechanism(mechanism)
    if found is None:
        raise MechanismUnknown(mechanism=mechanism)
    if cycle is not None and not found.has_cycles:
        raise MechanismWithoutCycles(code=found.code, field="cycle")


def _received_fields(profile: Profile, command: ReceiveRecommendation) -> dict[str, Any]:
    return _in_words(profile, command.model_dump())


def _in_words(
    profile: Profile, fields: dict[str, Any], stand: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return fields with their words as the profile knows them, ``stand`` being the record's.

    Raises:
        RecommendingStateUnknown, SdgUnknown: a new value is none that there is.
        DateInFuture, DateTooEarly: no document has this date.
    """
    _must_be_a_documents(fields.get("document_date"))
    stand = stand or {}
    words = {name: act(profile, fields[name]) for name, act in WORDS.items() if name in fields}
    codes = {
        name: act(profile, fields[name], stand.get(name, ()))
        for name, act in CODES.items()
        if name in fields
    }
    return {**fields, **words, **codes}


def _must_be_a_documents(day: date | None) -> None:
    if day is not None:
        begun = datetime.combine(day, time.min, UTC)
        must_be_of_the_record(begun, day.isoformat(), field="document_date")


def correct(
    asked: Asked, profile: Profile, identity: UUID, command: CorrectRecommendation
) -> Receipt:
    """Correct fields of a record."""
    recommendation = _load(asked, identity, "recommendation.correct")
    fields = command.fields.model_dump(exclude_unset=True)
    if fields.get("cycle") is not None:
        _must_have_cycles(profile, recommendation.mechanism, fields["cycle"])
    recommendation.correct(_in_words(profile, fields, recommendation.fields), command.reason)
    return _record(asked, recommendation)


def translate(asked: Asked, identity: UUID, command: TranslateRecommendation) -> Receipt:
    """Give the text in a further language."""
    recommendation = _load(asked, identity, "recommendation.translate")
    recommendation.translate(command.language, command.text, command.origin)
    return _record(asked, recommendation)


def summarise(asked: Asked, identity: UUID, command: SummariseRecommendation) -> Receipt:
    """Write a plain-language summary."""
    recommendation = _load(asked, identity, "recommendation.summarise")
    recommendation.summarise(command.language, command.summary)
    return _record(asked, recommendation)


def classify(
    asked: Asked, profile: Profile, identity: UUID, command: ClassifyRecommendation
) -> Receipt:
    """Set themes, groups and SDG targets."""
    recommendation = _load(asked, identity, "recommendation.classify")
    recommendation.classify(**_in_words(profile, command.model_dump(), recommendation.fields))
    return _record(asked, recommendation)


def record_position(asked: Asked, identity: UUID, command: RecordPosition) -> Receipt:
    """Record the State's answer.

    Raises:
        PositionSourceMissing: it is not told where the answer is written.
    """
    recommendation = _load(asked, identity, "recommendation.record-position")
    if command.position != "pending" and not (command.position_source or "").strip():
        raise PositionSourceMissing
    recommendation.record_position(command.position, command.nuance, command.position_source)
    return _record(asked, recommendation)


def link(asked: Asked, identity: UUID, command: LinkRecommendation) -> Receipt:
    """Link a recommendation to another."""
    recommendation = _load(asked, identity, "recommendation.link")
    other = asked.service.ledger.load(Recommendation, command.other)
    recommendation.link(command.relation, other.id, other.number)
    return _record(asked, recommendation)


def confirm(asked: Asked, identity: UUID, command: ConfirmRecommendation) -> Receipt:
    """Let the official text replace a provisional one."""
    recommendation = _load(asked, identity, "recommendation.confirm")
    _must_be_a_documents(command.document_date)
    recommendation.confirm(**command.model_dump())
    return _record(asked, recommendation)


def publish(asked: Asked, identity: UUID) -> Receipt:
    """Let everyone read a record."""
    recommendation = _load(asked, identity, "recommendation.publish")
    recommendation.publish()
    return _record(asked, recommendation)


def withdraw(asked: Asked, identity: UUID, command: GiveReason) -> Receipt:
    """Take a record back."""
    recommendation = _load(asked, identity, "recommendation.withdraw")
    recommendation.withdraw(command.reason)
    return _record(asked, recommendation)


def reinstate(asked: Asked, identity: UUID, command: GiveReason) -> Receipt:
    """Let a withdrawn record stand again."""
    recommendation = _load(asked, identity, "recommendation.reinstate")
    recommendation.reinstate(command.reason)
    return _record(asked, recommendation)


def _load(asked: Asked, identity: UUID, action: str) -> Recommendation:
    return asked.load_permitted(Recommendation, identity, action, attributes=_told)


def _told(found: Recommendation) -> dict[str, Attribute]:
    return {"published": found.published, "official": found.official}


def _facts(recommendation: Recommendation) -> dict[str, Any]:
    return {
        "id": str(recommendation.id),
        "number": recommendation.number,
        "version": recommendation.version,
    }


def _record(asked: Asked, recommendation: Recommendation) -> Receipt:
    answer = Answer(facts=_facts(recommendation))
    return asked.service.ledger.record(asked.act, recommendation, answer=answer)
