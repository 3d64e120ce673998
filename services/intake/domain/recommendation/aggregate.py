"""A recommendation and everything decided about its record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from libs.kernel.words import Position, SourceReference, Term
from services.intake.domain.recommendation import events
from services.intake.domain.recommendation.rules import (
    Origin,
    Relation,
    answer_fields,
    corrections,
    given_fields,
    must_have_text,
    must_say_why,
    plain_fields,
)
from services.intake.domain.refusals import (
    AlreadyOfficial,
    AlreadyPublished,
    LanguageOfTheRecord,
    LinkedToItself,
    NotConfirmed,
    NothingCorrected,
    NotWithdrawn,
    PositionUnchanged,
    RecordWithdrawn,
)


class Recommendation(Aggregate):
    """One recommendation or concern and everything decided about its record."""

    TOPIC: ClassVar[str] = "intake.recommendation"

    class Created(events.Received, Aggregate.Created):
        TOPIC: ClassVar[str] = "intake.recommendation.received.v1"

    class Confirmed(events.Confirmed, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.confirmed.v1"

    class ConfirmationWithdrawn(events.ConfirmationWithdrawn, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.confirmation-withdrawn.v1"

    class Corrected(events.Corrected, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.corrected.v1"

    class Translated(events.Translated, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.translated.v1"

    class Summarised(events.Summarised, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.summarised.v1"

    class Classified(events.Classified, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.classified.v1"

    class PositionRecorded(events.PositionRecorded, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.position-recorded.v1"

    class Linked(events.Linked, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.linked.v1"

    class Published(events.Published, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.published.v1"

    class Withdrawn(events.Withdrawn, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.withdrawn.v1"

    class Reinstated(events.Reinstated, Aggregate.Event):
        TOPIC: ClassVar[str] = "intake.recommendation.reinstated.v1"

    number: str
    state: str
    mechanism: str
    official: bool
    published: bool
    withdrawn: bool
    fields: dict[str, Any]

    @classmethod
    def receive(cls, identity: UUID, when: datetime, **fields: Any) -> Recommendation:  # noqa: ANN401
        """Take a recommendation into the register; ``fields`` are those of ``Created``.

        Raises:
            TextNotGiven: the text is empty.
        """
        must_have_text(fields.get("text"))
        return cls._create(cls.Created, id=identity, timestamp=when, **fields)

    @event(Created)
    def __init__(  # noqa: PLR0913  the library hands over the event's fields one by one
        self,
        number: str,
        state: str,
        mechanism: str,
        official: bool,  # noqa: FBT001  the event's field
        language: str,
        text: str,
        paragraph: str | None,
        symbol: str | None,
        cycle: int | None,
        session: str | None,
        document_date: date | None,
        annotation_id: str | None,
        recommending_states: tuple[str, ...],
        position: Position | None,
        position_as_written: str | None,
        position_source: str | None,
        main_theme: Term | None,
        themes: tuple[Term, ...],
        groups: tuple[Term, ...],
        sdgs: tuple[str, ...],
    ) -> None:
        self.number = number
        self.state = state
        self.mechanism = mechanism
        self.official = official
        self.language = language
        self.confirmed = False
        self.published = False
        self.withdrawn = False
        self.translations: dict[str, str] = {}
        self.fields = plain_fields(
            text=text,
            paragraph=paragraph,
            symbol=symbol,
            cycle=cycle,
            session=session,
            document_date=document_date,
            annotation_id=annotation_id,
            recommending_states=recommending_states,
            position=position,
            position_as_written=position_as_written,
            position_source=position_source,
            main_theme=main_theme,
            themes=themes,
            groups=groups,
            sdgs=sdgs,
        )

    def confirm(  # noqa: PLR0913  what the official record states
        self,
        text: str,
        *,
        annotation_id: str | None = None,
        symbol: str | None = None,
        paragraph: str | None = None,
        document_date: date | None = None,
        source: SourceReference | None = None,
    ) -> None:
        """Let the official record replace the provisional one; what was typed stays in the history.

        Raises:
            AlreadyOfficial: it is not provisional.
            RecordWithdrawn: it was withdrawn.
            TextNotGiven: the official text is empty.
        """
        self._must_stand()
        if self.official:
            raise AlreadyOfficial(number=self.number)
        must_have_text(text)
        self.trigger_event(
            self.Confirmed,
            text=text,
            annotation_id=annotation_id,
            symbol=symbol,
            paragraph=paragraph,
            document_date=document_date,
            source=source,
        )

    @event(Confirmed)
    def _confirmed(
        self,
        text: str,
        annotation_id: str | None,
        symbol: str | None,
        paragraph: str | None,
        document_date: date | None,
    ) -> None:
        self.official = self.confirmed = True
        told = given_fields(
            text=text,
            annotation_id=annotation_id,
            symbol=symbol,
            paragraph=paragraph,
            document_date=document_date,
        )
        self.fields = {**self.fields, **told}

    def withdraw_confirmation(
        self, reason: str, import_id: str, source: SourceReference | None, *, published: bool
    ) -> None:
        """Let it be provisional again; ``source`` and ``published`` are as they were before.

        Raises:
            ReasonMissing: no reason is given.
            NotConfirmed: no official record has confirmed it.
            RecordWithdrawn: it was withdrawn.
        """
        self._must_stand()
        must_say_why(reason)
        if not self.confirmed:
            raise NotConfirmed(number=self.number)
        self.trigger_event(
            self.ConfirmationWithdrawn,
            reason=reason.strip(),
            import_id=import_id,
            source=source,
            published=published,
        )

    @event(ConfirmationWithdrawn)
    def _confirmation_withdrawn(self, *, published: bool) -> None:
        self.official = self.confirmed = False
        self.published = published

    def correct(
        self, fields: dict[str, Any], reason: str, source: SourceReference | None = None
    ) -> None:
        """Correct fields of the record; the earlier values stay in the history.

        Raises:
            ReasonMissing: no reason is given.
            FieldNotCorrectable: a field says which record it is.
            NothingCorrected: every value stands already.
            TextNotGiven: the corrected text is empty.
            RecordWithdrawn: it was withdrawn.
        """
        self._must_stand()
        must_say_why(reason)
        new = corrections(self.number, self.fields, fields)
        before = {name: self.fields.get(name) for name in new}
        self.trigger_event(
            self.Corrected, fields=new, before=before, reason=reason.strip(), source=source
        )

    @event(Corrected)
    def _corrected(self, fields: dict[str, Any]) -> None:
        self.fields = {**self.fields, **fields}

    def translate(self, language: str, text: str, origin: Origin) -> None:
        """Give the text in a further language.

        Raises:
            TextNotGiven: it is empty.
            LanguageOfTheRecord: the text was received in this language.
            NothingCorrected: it stands so already.
            RecordWithdrawn: the record was withdrawn.
        """
        self._must_stand()
        must_have_text(text)
        if language == self.language:
            raise LanguageOfTheRecord(number=self.number)
        if self.translations.get(language) == text.strip():
            raise NothingCorrected(number=self.number)
        self.trigger_event(self.Translated, language=language, text=text.strip(), origin=origin)

    @event(Translated)
    def _translated(self, language: str, text: str) -> None:
        self.translations = {**self.translations, language: text}

    def summarise(self, language: str, summary: str) -> None:
        """Say in plain language what is asked.

        Raises:
            TextNotGiven: it is empty.
            RecordWithdrawn: the record was withdrawn.
        """
        self._must_stand()
        must_have_text(summary)
        self.trigger_event(self.Summarised, language=language, summary=summary.strip())

    def classify(
        self,
        main_theme: Term | None,
        themes: tuple[Term, ...],
        groups: tuple[Term, ...],
        sdgs: tuple[str, ...],
    ) -> None:
        """Set themes, groups of persons and SDG targets.

        Raises:
            RecordWithdrawn: the record was withdrawn.
            NothingCorrected: it is classified so already.
        """
        self._must_stand()
        new = plain_fields(main_theme=main_theme, themes=themes, groups=groups, sdgs=sdgs)
        if all(self.fields[name] == value for name, value in new.items()):
            raise NothingCorrected(number=self.number)
        self.trigger_event(
            self.Classified, main_theme=main_theme, themes=themes, groups=groups, sdgs=sdgs
        )

    @event(Classified)
    def _classified(
        self,
        main_theme: Term | None,
        themes: tuple[Term, ...],
        groups: tuple[Term, ...],
        sdgs: tuple[str, ...],
    ) -> None:
        given = plain_fields(main_theme=main_theme, themes=themes, groups=groups, sdgs=sdgs)
        self.fields = {**self.fields, **given}

    def record_position(
        self, position: Position, nuance: str | None = None, position_source: str | None = None
    ) -> None:
        """Record the State's answer, and where it is written.

        Raises:
            PositionUnchanged: it stands so already.
            RecordWithdrawn: the record was withdrawn.
        """
        self._must_stand()
        if answer_fields(position, nuance, position_source).items() <= self.fields.items():
            raise PositionUnchanged(number=self.number)
        self.trigger_event(
            self.PositionRecorded, position=position, nuance=nuance, position_source=position_source
        )

    @event(PositionRecorded)
    def _position_recorded(
        self, position: Position, nuance: str | None, position_source: str | None
    ) -> None:
        self.fields = {**self.fields, **answer_fields(position, nuance, position_source)}

    def link(self, relation: Relation, other: UUID, other_number: str) -> None:
        """Say that it repeats, follows up or duplicates another.

        Raises:
            LinkedToItself: the other is this one.
            RecordWithdrawn: the record was withdrawn.
        """
        self._must_stand()
        if other == self.id:
            raise LinkedToItself(number=self.number)
        self.trigger_event(
            self.Linked, relation=relation, other=str(other), other_number=other_number
        )

    def publish(self) -> None:
        """Let everyone read it.

        Raises:
            AlreadyPublished: everyone may already.
            RecordWithdrawn: the record was withdrawn.
        """
        self._must_stand()
        if self.published:
            raise AlreadyPublished(number=self.number)
        self.trigger_event(self.Published, number=self.number)

    @event(Published)
    def _published(self) -> None:
        self.published = True

    def withdraw(self, reason: str, import_id: str | None = None) -> None:
        """Take the record back, with a reason that everyone may read.

        Raises:
            ReasonMissing: no reason is given.
            RecordWithdrawn: it was withdrawn already.
        """
        self._must_stand()
        must_say_why(reason)
        self.trigger_event(self.Withdrawn, reason=reason.strip(), import_id=import_id)

    @event(Withdrawn)
    def _withdrawn(self) -> None:
        self.withdrawn = True

    def reinstate(self, reason: str, source: SourceReference | None = None) -> None:
        """Let a withdrawn record stand again.

        Raises:
            ReasonMissing: no reason is given.
            NotWithdrawn: it stands.
        """
        must_say_why(reason)
        if not self.withdrawn:
            raise NotWithdrawn(number=self.number)
        self.trigger_event(self.Reinstated, reason=reason.strip(), source=source)

    @event(Reinstated)
    def _reinstated(self) -> None:
        self.withdrawn = False

    def _must_stand(self) -> None:
        if self.withdrawn:
            raise RecordWithdrawn(number=self.number)
