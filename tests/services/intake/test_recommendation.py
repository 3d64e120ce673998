"""The rules of a recommendation's record, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from libs.kernel.refusal import Refusal
from libs.kernel.words import SourceReference, Term
from libs.testkit.given import given
from services.intake.domain.recommendation import CORRECTABLE, Recommendation
from services.intake.domain.refusals import (
    AlreadyOfficial,
    AlreadyPublished,
    FieldNotCorrectable,
    LanguageOfTheRecord,
    LinkedToItself,
    NothingCorrected,
    NotWithdrawn,
    PositionUnchanged,
    ReasonMissing,
    RecordWithdrawn,
    TextNotGiven,
)

WHEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
HERE = UUID("01920000-0000-7000-8000-00000000000a")
ELSEWHERE = UUID("01920000-0000-7000-8000-00000000000b")
SOURCE = SourceReference("01920000-0000-7000-8000-00000000000c", "ab" * 32, 7)
HEALTH = Term("Right to health", "health")


def a_record(**other: Any) -> Recommendation:
    """Give a provisional recommendation as it was typed in."""
    fields: dict[str, Any] = {
        "number": "REC-00007",
        "state": "MAR",
        "mechanism": "UPR",
        "kind": "recommendation",
        "official": False,
        "language": "en",
        "text": "Keep the lamp lit",
        "paragraph": None,
        "symbol": None,
        "cycle": 4,
        "session": None,
        "document_date": None,
        "annotation_id": None,
        "recommending_states": ("FRA",),
        "position": None,
        "position_as_written": None,
        "position_source": None,
        "main_theme": None,
        "themes": (),
        "groups": (),
        "sdgs": (),
        "source": None,
        "repairs": (),
    }
    return Recommendation.receive(HERE, WHEN, **{**fields, **other})


def official() -> Recommendation:
    return a_record(official=True, symbol="A/HRC/99/1")


def withdrawn() -> Recommendation:
    record = a_record()
    record.withdraw("Typed in twice")
    return record


def published() -> Recommendation:
    record = a_record()
    record.publish()
    return record


def test_it_is_received_with_everything_that_its_source_says() -> None:
    record = a_record(themes=(HEALTH,), document_date=date(2026, 1, 2), source=SOURCE)
    (received,) = record.collect_events()
    assert isinstance(received, Recommendation.Created)
    assert received.source == SOURCE
    assert record.fields["themes"] == [{"label": "Right to health", "code": "health"}]
    assert record.fields["document_date"] == "2026-01-02"
    assert (record.published, record.withdrawn, record.official) == (False, False, False)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_it_is_never_received_without_a_text(text: str) -> None:
    with pytest.raises(TextNotGiven):
        a_record(text=text)


def test_the_official_text_takes_the_place_of_what_was_typed() -> None:
    record = a_record(paragraph="6.4")
    given(record).when(
        lambda it: it.confirm("Keep every lamp lit", symbol="A/HRC/99/1", source=SOURCE)
    ).then(Recommendation.Confirmed, text="Keep every lamp lit", source=SOURCE)
    assert record.official
    assert record.fields["text"] == "Keep every lamp lit"
    assert record.fields["paragraph"] == "6.4", "what the official record leaves out stays"
    given(record).when(lambda it: it.confirm("Again")).refused(AlreadyOfficial)


def test_a_correction_keeps_what_stood_before() -> None:
    record = official()
    given(record).when(
        lambda it: it.correct({"text": "Keep the lamps lit", "cycle": 4}, " A slip ")
    ).then(
        Recommendation.Corrected,
        fields={"text": "Keep the lamps lit"},
        before={"text": "Keep the lamp lit"},
        reason="A slip",
        source=None,
    )
    assert record.fields["text"] == "Keep the lamps lit"


@pytest.mark.parametrize("name", ["number", "state", "mechanism", "kind", "official", "published"])
def test_what_says_which_record_it_is_is_never_corrected(name: str) -> None:
    assert name not in CORRECTABLE
    given(official()).when(lambda it: it.correct({name: "x"}, "Why")).refused(FieldNotCorrectable)


def test_terms_and_dates_are_compared_as_the_record_keeps_them() -> None:
    record = a_record(themes=(HEALTH,), document_date=date(2026, 1, 2))
    same = {"themes": (HEALTH,), "document_date": date(2026, 1, 2)}
    given(record).when(lambda it: it.correct(same, "Why")).refused(NothingCorrected)


def test_it_is_classified_once_in_the_same_way() -> None:
    record = a_record()
    given(record).when(lambda it: it.classify(HEALTH, (HEALTH,), (), ("3",))).then(
        Recommendation.Classified, main_theme=HEALTH, sdgs=("3",)
    )
    given(record).when(lambda it: it.classify(HEALTH, (HEALTH,), (), ("3",))).refused(
        NothingCorrected
    )


def test_the_state_answers_with_its_own_words_and_where_they_stand() -> None:
    record = official()
    given(record).when(lambda it: it.record_position("noted", "not now", "Add.1")).then(
        Recommendation.PositionRecorded, position="noted", nuance="not now", position_source="Add.1"
    )
    given(record).when(lambda it: it.record_position("noted", "not now", "Add.1")).refused(
        PositionUnchanged
    )


@pytest.mark.parametrize(
    "answer", [("noted", "other", "Add.1"), ("noted", "not now", "Add.2"), ("noted", None, "Add.1")]
)
def test_a_nuance_or_a_source_alone_is_recorded(answer: tuple[Any, Any, Any]) -> None:
    record = official()
    record.record_position("noted", "not now", "Add.1")
    position, nuance, source = answer
    given(record).when(lambda it: it.record_position(*answer)).then(
        Recommendation.PositionRecorded, position=position, nuance=nuance, position_source=source
    )


def test_translations_and_summaries_are_added_beside_the_text() -> None:
    record = official()
    given(record).when(lambda it: it.translate("ar", " أبقوا المصباح مضاءً ", "official")).then(
        Recommendation.Translated, text="أبقوا المصباح مضاءً"
    )
    given(record).when(lambda it: it.translate("ar", "أبقوا المصباح مضاءً", "machine")).refused(
        NothingCorrected
    )
    given(record).when(lambda it: it.summarise("en", "Keep it lit.")).then(
        Recommendation.Summarised, summary="Keep it lit."
    )
    assert record.fields["text"] == "Keep the lamp lit"


def test_its_text_is_never_replaced_by_a_translation_into_its_own_language() -> None:
    given(published()).when(lambda it: it.translate("en", "Put it out", "official")).refused(
        LanguageOfTheRecord
    )


def test_it_is_linked_to_another_never_to_itself() -> None:
    given(official()).when(lambda it: it.link("repeats", ELSEWHERE, "REC-00002")).then(
        Recommendation.Linked, other=str(ELSEWHERE), other_number="REC-00002"
    )
    given(official()).when(lambda it: it.link("repeats", HERE, "REC-00007")).refused(LinkedToItself)


def test_it_is_published_once() -> None:
    given(a_record()).when(lambda it: it.publish()).then(
        Recommendation.Published, number="REC-00007"
    )
    given(published()).when(lambda it: it.publish()).refused(AlreadyPublished)


def test_it_is_withdrawn_and_stands_again_under_its_number() -> None:
    record = published()
    given(record).when(lambda it: it.withdraw("The wrong year", "import")).then(
        Recommendation.Withdrawn, reason="The wrong year", import_id="import"
    )
    given(record).when(lambda it: it.reinstate("The right year", SOURCE)).then(
        Recommendation.Reinstated, reason="The right year", source=SOURCE
    )
    assert (record.published, record.withdrawn, record.number) == (True, False, "REC-00007")
    given(record).when(lambda it: it.reinstate("Again")).refused(NotWithdrawn)


@pytest.mark.parametrize(
    "decide",
    [
        lambda it: it.confirm("Text"),
        lambda it: it.correct({"text": "Text"}, "Why"),
        lambda it: it.translate("fr", "Texte", "official"),
        lambda it: it.summarise("en", "Text"),
        lambda it: it.classify(HEALTH, (), (), ()),
        lambda it: it.record_position("noted"),
        lambda it: it.link("repeats", ELSEWHERE, "REC-00002"),
        lambda it: it.publish(),
        lambda it: it.withdraw("Why"),
    ],
)
def test_nothing_happens_to_a_withdrawn_record_before_it_is_reinstated(decide: Any) -> None:
    given(withdrawn()).when(decide).refused(RecordWithdrawn)


@pytest.mark.parametrize(
    ("decide", "refusal"),
    [
        (lambda it: it.correct({"text": "Text"}, " "), ReasonMissing),
        (lambda it: it.withdraw(""), ReasonMissing),
        (lambda it: it.reinstate(""), ReasonMissing),
        (lambda it: it.correct({"text": " "}, "Why"), TextNotGiven),
        (lambda it: it.correct({"text": None}, "Why"), TextNotGiven),
        (lambda it: it.confirm(" "), TextNotGiven),
        (lambda it: it.translate("fr", " ", "official"), TextNotGiven),
        (lambda it: it.summarise("en", ""), TextNotGiven),
    ],
)
def test_reasons_and_texts_are_never_empty(decide: Any, refusal: type[Refusal]) -> None:
    given(a_record()).when(decide).refused(refusal)


def test_its_history_makes_it_again() -> None:
    record = a_record(themes=(HEALTH,))
    record.confirm("Official", symbol="S", document_date=date(2026, 1, 2))
    record.correct({"session": "44"}, "Why")
    record.record_position("supported")
    record.publish()
    record.withdraw("Why")
    record.reinstate("Why")
    again: Any = None
    for happened in record.collect_events():
        again = happened.mutate(again)
    assert again.fields == record.fields
    assert (again.version, again.published, again.withdrawn) == (7, True, False)
