"""How two texts differ, and what is said when they are too long to be compared word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.words import Comparison, Piece, compare

WORDS = st.lists(st.sampled_from(["the", "State", "party", "ends", "حق", "الماء", ",", "\n"]))
TEXTS = st.one_of(WORDS.map(" ".join), st.text())


def side(comparison: Comparison, *kinds: str) -> str:
    return "".join(each.text for each in comparison.pieces if each.kind in kinds)


@given(TEXTS, TEXTS)
def test_a_comparison_holds_both_texts(before: str, after: str) -> None:
    found = compare(before, after)
    assert side(found, "same", "removed") == before
    assert side(found, "same", "added") == after
    assert all(each.text for each in found.pieces)


def test_a_changed_word_is_shown_between_those_that_stayed() -> None:
    assert compare("End torture now", "End slavery now").pieces == (
        Piece("same", "End "),
        Piece("removed", "torture"),
        Piece("added", "slavery"),
        Piece("same", " now"),
    )


def test_a_small_change_of_a_long_text_is_still_shown_word_by_word() -> None:
    long = " ".join(f"word{n}" for n in range(20_000))
    found = compare(f"{long} torture {long}", f"{long} slavery {long}")
    assert found.in_words
    assert side(found, "removed") == "torture"


def test_texts_that_are_too_long_and_too_different_stand_whole() -> None:
    before = "Begin " + " ".join(f"a{n} b" for n in range(20_000)) + " end"
    after = "Begin " + " ".join(f"b c{n}" for n in range(20_000)) + " end"
    found = compare(before, after)
    assert not found.in_words
    assert [each.kind for each in found.pieces] == ["same", "removed", "added", "same"]
    assert side(found, "same", "removed") == before
