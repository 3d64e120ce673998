"""Half of a character is told from what only looks like it."""

from __future__ import annotations

import pytest

from libs.kernel.signs import half_of_a_character

NO_TEXT = [r"\ud800", r"a\uDBFF\n", r"\udc00", r"\ud83d\ud83d\ude00", r"\ud83d\ude00\ude00",
           r"\\\ud800", r"\ud83d\\\ude00", r"\ud83d\u00e9"]  # fmt: skip
TEXT = [
    "",
    "plain",
    r"\u00e9",
    r"\ud83d\ude00",
    r"\\ud800",
    r"\\\\udc00",
    r"\uD83D\uDE00\ud83d\ude00",
]


@pytest.mark.parametrize("written", NO_TEXT)
def test_half_of_a_character_is_found(written: str) -> None:
    assert half_of_a_character(f'{{"text": "{written}"}}'.encode()) is not None


@pytest.mark.parametrize("written", TEXT)
def test_what_is_a_text_is_left_alone(written: str) -> None:
    assert half_of_a_character(f'{{"text": "{written}"}}'.encode()) is None
