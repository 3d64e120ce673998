"""Whatever somebody typed stands on the page as it is, and never breaks it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from libs.chassis.language import Languages
from services.portal.api.rendering import joined, rich

LANGUAGES = Languages.load(strict=True)
PRIVATE = st.text(st.sampled_from("\ue000\ue001\ue002\uf8ff0129<&>\u2068\u2069\u200f ب"))
TYPED = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), PRIVATE)


@given(TYPED, st.sampled_from(LANGUAGES.tags))
def test_a_sentence_takes_any_text_beside_our_own_markup(typed: str, tag: str) -> None:
    language = LANGUAGES.get(tag)
    assert language is not None
    marked = Markup("<b>{}</b>").format(typed)
    assert marked in rich(language, "record-title", number=marked)
    shown = str(escape(typed)).replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")
    assert shown in rich(language, "signed-in-as", name=typed)
    assert shown in rich(language, "told-intake-recommendation-linked", other_number=typed)
    assert marked in joined(language, [marked, Markup("<i>B</i>")])


def test_a_text_that_looks_like_one_of_our_slots_is_only_a_text() -> None:
    language = LANGUAGES.get("en")
    assert language is not None
    assert "5" in rich(language, "signed-in-as", name="\ue0005\ue001")
