"""Words of the record: each out of its own vocabulary, in whatever languages there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from libs.chassis.language import Languages
from services.intake.domain.recommendation import CORRECTABLE
from services.portal.api.preview import _change
from services.portal.api.wording import UN_LANGUAGES, Wording
from tests.web.kit.pseudo import write_pseudo_pack

if TYPE_CHECKING:
    from pathlib import Path

BOTH = {
    "theme": {"children": {"en": "Rights of the child", "ar": "حقوق الطفل"}},
    "group": {"children": {"en": "Children", "ar": "الأطفال"}},
}


def wording(languages: Languages, tag: str) -> Wording:
    language = languages.get(tag)
    assert language is not None
    return Wording(language, languages, BOTH)


def test_a_code_of_two_vocabularies_reads_as_its_own_says() -> None:
    english = wording(Languages.load(strict=True), "en")
    term = {"label": "CHILDREN", "code": "children"}
    assert english.theme(term) == "Rights of the child"
    assert english.group(term) == "Children"
    assert english.said("groups", [term]) == "Children"
    assert english.said("themes", [term]) == "Rights of the child"


@pytest.mark.parametrize("tag", ["ar", "en"])
def test_each_field_that_an_import_changes_has_a_name_of_its_own(tag: str) -> None:
    said = wording(Languages.load(strict=True), tag)
    change = {"before": None, "after": None}
    names = {name: _change(name, change, said, "en").label for name in CORRECTABLE}
    assert len(set(names.values())) == len(CORRECTABLE), names


def test_what_a_field_holds_is_said_in_words() -> None:
    english = wording(Languages.load(strict=True), "en")
    assert english.said("position", "noted") == english.position("noted").word
    assert english.said("recommending_states", ["FRA", "JPN"]) == "France, Japan"
    assert english.said("document_date", "2026-11-23") == english.language.date("2026-11-23")
    assert english.said("paragraph", "12 (a)") == "12 (a)"
    assert english.said("paragraph", None) == ""


def test_texts_may_be_typed_in_a_language_that_a_pack_brings(tmp_path: Path) -> None:
    write_pseudo_pack(tmp_path)
    languages = Languages.load([tmp_path], strict=True)
    offered = [each.value for each in wording(languages, "ar").text_languages()]
    assert offered[: len(languages.tags)] == list(languages.tags)
    assert set(offered) == {*languages.tags, *UN_LANGUAGES}
    assert len(languages.tags) > 2
