"""Which record a row is, and what it would change there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.matching import (
    COMPARED,
    Key,
    Known,
    differences,
    fingerprint,
    judge,
    match,
)


def key(text: str = "Keep the lamp lit", **other: Any) -> Key:
    facts: dict[str, Any] = {
        "mechanism": "UPR",
        "kind": "recommendation",
        "annotation_id": None,
        "cycle": 4,
        "symbol": None,
        "paragraph": None,
    }
    return Key(**{**facts, **other}, words=fingerprint(text))


def stated(**fields: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COMPARED), "text": "Keep the lamp lit", **fields}


def known(*, by_hand: tuple[str, ...] = (), **other: Any) -> Known:
    facts: dict[str, Any] = {
        "id": "1",
        "number": "REC-00001",
        "official": True,
        "withdrawn": False,
        "withdrawn_by": None,
        "fields": stated(),
    }
    return Known(**{**facts, **other}, by_hand=frozenset(by_hand))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Keep the lamp lit", " keep THE lamp—lit.", True),
        ("Égalité", "egalite", True),
        ("مُساواة", "مساواة", True),
        ("Keep the lamp", "Keep the lamps", False),
        ("Straße", "STRASSE", True),
    ],
)
def test_words_count_not_their_dress(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert (fingerprint(one) == fingerprint(other)) is same


def test_an_identifier_decides_before_all_else() -> None:
    ours = [key("Other words", annotation_id="b"), key(annotation_id="a", cycle=3)]
    assert match([key(annotation_id="a"), key(annotation_id="b")], ours) == [1, 0]
    assert match([key(annotation_id="c")], [key(annotation_id="a")]) == [None]


def test_the_place_decides_where_the_words_have_changed() -> None:
    ours = [key("Old words", paragraph="1.2"), key("Other", paragraph="1.3")]
    assert match([key("New words", paragraph="1.2")], ours) == [0]
    assert match([key("New words", paragraph="1.4")], ours) == [None]


def test_a_document_is_a_place_too() -> None:
    ours = [key("Old", cycle=None, symbol="CEDAW/C/MAR/CO/4", paragraph="7")]
    same = key("New", cycle=None, symbol="CEDAW/C/MAR/CO/4", paragraph="7")
    next_review = key("Old", cycle=None, symbol="CEDAW/C/MAR/CO/5", paragraph="7")
    assert match([same], ours) == [0]
    assert match([next_review], ours) == [None]


def test_a_paragraph_with_several_recommendations_goes_by_words() -> None:
    ours = [key("First", paragraph="7"), key("Second", paragraph="7")]
    rows = [key("Second", paragraph="7"), key("First", paragraph="7"), key("Third", paragraph="7")]
    assert match(rows, ours) == [1, 0, None]
    assert match([key("Third", paragraph="7")], ours) == [None], "which one changed is not certain"


def test_the_draft_numbers_of_a_provisional_record_do_not_hide_it() -> None:
    assert match([key(paragraph="121.4")], [key(paragraph="6.4")]) == [0]


def test_another_review_is_another_record() -> None:
    assert match([key(cycle=4)], [key(cycle=3)]) == [None]
    assert match([key(mechanism="CEDAW")], [key()]) == [None]
    assert match([key(kind="concern")], [key()]) == [None]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Keep it", "Mend it", "Light it"]),
            st.sampled_from([None, "1", "2"]),
            st.sampled_from([None, 3, 4]),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_a_file_is_always_found_again_each_record_once(
    said: list[tuple[str, str | None, int | None]], chance: Any
) -> None:
    rows = [key(text, paragraph=paragraph, cycle=cycle) for text, paragraph, cycle in said]
    ours = list(rows)
    chance.shuffle(ours)
    mates = match(rows, ours)
    found = [mate for mate in mates if mate is not None]
    assert sorted(found) == list(range(len(rows)))
    assert all(ours[mate].words == row.words for row, mate in zip(rows, found, strict=True))


def test_what_a_row_leaves_out_it_does_not_deny() -> None:
    record = known(fields=stated(session="44", themes=[{"label": "Health", "code": "h"}]))
    assert differences(record, stated(themes=[])) == {}
    assert judge(record, stated(), official=True).kind == "unchanged"


def test_words_of_a_vocabulary_are_compared_by_their_labels() -> None:
    record = known(fields=stated(themes=[{"label": "Health", "code": None}]))
    assert differences(record, stated(themes=[{"label": "Health", "code": "h"}])) == {}
    assert list(differences(record, stated(themes=[{"label": "Food", "code": "f"}]))) == ["themes"]


def test_what_a_person_set_is_a_conflict_only_where_the_file_says_otherwise() -> None:
    record = known(by_hand=("text",), fields=stated(session="44"))
    assert judge(record, stated(session="45"), official=True).kind == "changed"
    verdict = judge(record, stated(text="Keep every lamp lit"), official=True)
    assert (verdict.kind, verdict.reason) == ("conflict", "corrected-by-hand")


def test_official_text_takes_the_place_of_what_was_typed_in() -> None:
    typed = known(official=False, by_hand=("session",), fields=stated(session="44"))
    verdict = judge(typed, stated(session="45"), official=True)
    assert (verdict.kind, verdict.confirms) == ("changed", True)
    assert judge(typed, stated(session="44"), official=False).kind == "unchanged"


def test_what_an_undoing_withdrew_comes_back_what_a_person_withdrew_does_not() -> None:
    taken = known(withdrawn=True, withdrawn_by="import")
    verdict = judge(taken, stated(), official=True)
    assert (verdict.kind, verdict.reinstates) == ("new", True)
    verdict = judge(known(withdrawn=True), stated(), official=True)
    assert (verdict.kind, verdict.reason) == ("conflict", "withdrawn-by-hand")
