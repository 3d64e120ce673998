"""Which record a row is, and what it would change there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.matching import (
    Key,
    Known,
    differences,
    fingerprint,
    judge,
    match,
)
from services.intake.domain.recommendation import CORRECTABLE


def key(text: str = "Keep the lamp lit", **other: Any) -> Key:
    facts: dict[str, Any] = {
        "mechanism": "UPR",
        "kind": "recommendation",
        "annotation_id": None,
        "cycle": 4,
        "symbol": None,
        "paragraph": None,
    }
    return Key(**{**facts, **other}, words=fingerprint(text), text=text)


def stated(**fields: Any) -> dict[str, Any]:
    return {**dict.fromkeys(CORRECTABLE), "text": "Keep the lamp lit", **fields}


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


def test_what_agrees_wholly_goes_before_what_agrees_in_part() -> None:
    """A record that says less must not be taken for the next one, which says more."""
    less, more = key(cycle=None), key(cycle=4)
    assert match([less, more], [more, less]) == [1, 0]
    placed, cited = key(paragraph="7"), key(paragraph="7", symbol="A/HRC/50/9")
    assert match([placed, cited], [cited, placed]) == [1, 0]


def test_a_withdrawn_record_does_not_take_the_row_of_one_that_stands() -> None:
    gone = replace(key(cycle=None), standing=False)
    assert match([key(cycle=None)], [key(), gone]) == [0]


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


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("text", "Keep  the\nlamp lit ", "Keep the lamp lit"),
        ("paragraph", "12 (a) ", "12 (a)"),
        ("sdgs", ["5", "5", "16.2"], ["5", "16.2"]),
        ("groups", [{"label": "All  women", "code": None}], [{"label": "All women", "code": None}]),
    ],
)
def test_blanks_and_repetitions_are_no_difference(name: str, before: Any, after: Any) -> None:
    verdict = judge(known(fields=stated(**{name: before})), stated(**{name: after}), official=True)
    assert (verdict.kind, verdict.differences) == ("unchanged", {})


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


DRAFT = "Adopt without delay a law on the safety of the lighthouses of the north"
OFFICIAL = "Adopt without delay a law on safety of lighthouses in the north"


@pytest.mark.parametrize(
    ("rows", "drafts", "found"),
    [
        ([key(OFFICIAL)], [key(DRAFT, draft=True)], [0]),
        ([key(OFFICIAL, cycle=None)], [key(DRAFT, draft=True)], [0]),
        ([key(OFFICIAL)], [key(DRAFT)], [None]),
        ([key(OFFICIAL, draft=True)], [key(DRAFT, draft=True)], [None]),
        ([key(OFFICIAL, cycle=3)], [key(DRAFT, draft=True)], [None]),
        ([key(OFFICIAL, mechanism="CAT")], [key(DRAFT, draft=True)], [None]),
        ([key("Adopt a law on fishing")], [key(DRAFT, draft=True)], [None]),
        ([key(OFFICIAL), key(OFFICIAL + " too")], [key(DRAFT, draft=True)], [None, None]),
        ([key(OFFICIAL)], [key(DRAFT, draft=True), key(DRAFT + " too", draft=True)], [None]),
    ],
)
def test_an_official_row_is_the_one_provisional_record_that_nearly_says_the_same(
    rows: list[Key], drafts: list[Key], found: list[int | None]
) -> None:
    assert match(rows, drafts) == found
