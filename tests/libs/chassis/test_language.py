"""The words of the platform: complete, chosen rightly, written as each language does."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import libs
import services
from libs.chassis.language import Language, Languages, MessageMissing, PackMistake
from libs.chassis.language.language import MOST_OF_A_FACT
from libs.chassis.language.languages import SHIPPED
from libs.kernel.refusal import Refusal
from tests.web.kit.pseudo import MARK, write_pseudo_pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

ISOLATES = str.maketrans("", "", "\u2068\u2069")


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def _messages(tag: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in sorted((SHIPPED / tag).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(entry, ast.Message):
                continue
            assert entry.id.name not in found, f"{file}: {entry.id.name} stands twice"
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def _modules(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield found.name


def _refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from _refusals(each)


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages.load(strict=True)


@pytest.fixture(scope="module")
def arabic(languages: Languages) -> Language:
    found = languages.get("ar")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def english(languages: Languages) -> Language:
    found = languages.get("en")
    assert found is not None
    return found


def test_arabic_and_english_have_the_same_messages_with_the_same_facts() -> None:
    assert _messages("ar") == _messages("en")


def test_every_refusal_has_its_sentence_in_every_pack() -> None:
    for package in (libs, services):
        for module in _modules(package):
            importlib.import_module(module)
    codes = {f"refusal-{each.code}": each for each in _refusals() if _is_ours(each)}
    assert "refusal-not-found" in codes
    missing = {tag: sorted(codes.keys() - _messages(tag).keys()) for tag in ("ar", "en")}
    assert missing == {"ar": [], "en": []}


def _is_ours(refusal: type[Refusal]) -> bool:
    return refusal.__module__.split(".")[0] in {"libs", "services"}


def test_every_status_of_a_refusal_has_a_title_in_every_pack(languages: Languages) -> None:
    statuses = {each.status for each in _refusals() if _is_ours(each)} | {400, 401, 410}
    for language in languages:
        for status in statuses:
            assert language.message(f"problem-title-{status}")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "ar"),
        ("ar", "ar"),
        ("ar-MA,ar;q=0.9,en;q=0.8", "ar"),
        ("fr-FR, en-US;q=0.7, ar;q=0.3", "en"),
        ("en;q=0.2, ar;q=0.9", "ar"),
        ("de", "en"),
        ("*", "ar"),
        ("en;q=0, ar", "ar"),
        ("en;q=many, ar;q=0.1", "ar"),
        (";;;,,=", "en"),
    ],
)
def test_a_reader_gets_the_language_that_fits_best(
    languages: Languages, header: str, tag: str
) -> None:
    assert languages.negotiate(header).tag == tag


def test_dates_numbers_and_lists_are_written_as_each_language_does(
    arabic: Language, english: Language
) -> None:
    day = date(2026, 11, 23)
    assert (english.date(day), arabic.date(day)) == ("23 November 2026", "23 نوفمبر 2026")
    assert english.date("2026-11-23") == english.date(day)
    assert english.date(None) == ""
    assert (english.number(22716), arabic.number(22716)) == ("22,716", "22,716")
    assert english.list(["A", "B", "C"]).translate(ISOLATES) == "A, B and C"
    assert arabic.list(["A", "B", "C"]).translate(ISOLATES) == "A وB وC"
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert english.relative(datetime(2026, 11, 20, tzinfo=UTC), now) == "3 days ago"
    assert arabic.relative(datetime(2026, 11, 20, tzinfo=UTC), now) == "قبل 3 أيام"


def test_facts_stand_in_isolates(english: Language) -> None:
    told = english.message("refusal-date-malformed", value="أمس")
    assert "\u2068أمس\u2069" in told


@pytest.mark.parametrize("length", [2000, 2501, 100_000])
def test_a_fact_of_any_length_is_shown_shortened_where_it_must_be(
    english: Language, length: int
) -> None:
    said = "ب" * length
    told = english.message("refusal-date-malformed", value=said)
    shown = said if length == MOST_OF_A_FACT else "ب" * (MOST_OF_A_FACT - 1) + "…"
    assert f"\u2068{shown}\u2069" in told


def test_a_list_of_any_length_is_shown_shortened_and_leaves_no_isolate_open(
    english: Language,
) -> None:
    listed = english.message("refusal-date-malformed", value=[f"{n} lamps" for n in range(500)])
    assert "0 lamps" in listed
    assert "???" not in listed
    assert listed.count("\u2068") == listed.count("\u2069")


def test_a_word_that_no_pack_has_raises_where_strict_and_shows_its_id_otherwise(
    arabic: Language,
) -> None:
    with pytest.raises(MessageMissing):
        arabic.message("no-such-message")
    with pytest.raises(MessageMissing):
        arabic.message("refusal-date-malformed")
    lenient = Languages.load().first
    assert lenient.message("no-such-message") == "no-such-message"


def _pack(folder: Path, tag: str, words: str, more: str = "") -> Path:
    pack = folder / tag
    pack.mkdir()
    head = f'tag = "{tag}"\nname = "{tag}"\ndirection = "ltr"\n{more}'
    (pack / "pack.toml").write_text(head, encoding="utf-8")
    (pack / "words.ftl").write_text(words, encoding="utf-8")
    return pack


def test_a_third_language_is_a_folder_dropped_in(tmp_path: Path) -> None:
    write_pseudo_pack(tmp_path, "en-XA")
    write_pseudo_pack(tmp_path, "ar-XB", "rtl")
    languages = Languages.load([tmp_path], strict=True)
    assert languages.tags == ("ar", "en", "ar-XB", "en-XA")
    assert languages.negotiate("en-XA, en;q=0.5").tag == "en-XA"
    mirrored, accented = languages.get("ar-XB"), languages.get("en-XA")
    assert mirrored is not None
    assert accented is not None
    assert mirrored.direction == "rtl"
    english = mirrored.message("problem-title-404")
    longer = accented.message("problem-title-404")
    assert longer.endswith(MARK)
    assert len(longer) >= len(english) * 1.35


def test_a_pack_that_lacks_a_word_falls_back_to_english(tmp_path: Path) -> None:
    _pack(tmp_path, "fr", "problem-title-404 = Rien ici\n")
    french = Languages.load([tmp_path], strict=True).get("fr")
    assert french is not None
    assert french.message("problem-title-404") == "Rien ici"
    assert french.message("problem-title-401") == "Sign in first"
    assert french.has("problem-title-401")
    assert not french.has("no-such-message")


def test_a_pack_of_a_known_language_replaces_words(tmp_path: Path) -> None:
    pack = _pack(tmp_path, "en", "problem-title-404 = Not in our register\n")
    english = Languages.load([pack], strict=True).get("en")
    assert english is not None
    assert english.message("problem-title-404") == "Not in our register"
    assert english.direction == "ltr"


def test_a_pack_chooses_digits_and_keeps_plurals(tmp_path: Path) -> None:
    words = "days = { $n ->\n    [one] day\n   *[other] { $n } days\n  }\n"
    _pack(tmp_path, "ckb-XX", words, 'locale = "ckb"\ndigits = "٠١٢٣٤٥٦٧٨٩"\n')
    language = Languages.load([tmp_path], strict=True).get("ckb-XX")
    assert language is not None
    assert language.message("days", n=1) == "day"
    assert language.message("days", n=42).translate(ISOLATES) == "٤٢ days"
    assert language.number(412) == "٤١٢"


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("tag = ", "pack.toml"),
        ('tag = "xx"\nname = "x"\ndirection = "up"\n', "ltr or rtl"),
        ('tag = "xx"\nname = "x"\ndirection = "ltr"\nlocale = "zz-ZZ"\n', "CLDR"),
        ('tag = "xx"\nname = "x"\ndirection = "ltr"\nlocale = "en"\ndigits = "01"\n', "ten signs"),
        ('tag = "xx"\nname = "x"\ndirection = "ltr"\ncolour = "red"\n', "colour"),
        ('tag = "xx"\nname = "x"\ndirection = "ltr"\ncalendar = "lunar"\n', "gregorian"),
        ('tag = "xx"\nname = "x"\ndirection = "ltr"\nlocale = "en"\nfallback = "zz"\n', "zz"),
        ('tag = "xx"\nname = "x"\ndirection = "ltr"\nlocale = "en"\norder = "1st"\n', "whole"),
        ('tag = "xx"\nname = "x"\ndirection = \n', "line 3"),
    ],
)
def test_a_mistaken_pack_is_told_with_its_place(tmp_path: Path, head: str, told: str) -> None:
    pack = tmp_path / "xx"
    pack.mkdir()
    (pack / "pack.toml").write_text(head, encoding="utf-8")
    with pytest.raises(PackMistake, match=told):
        Languages.load([tmp_path])


def test_words_that_are_not_fluent_are_told_with_their_file(tmp_path: Path) -> None:
    _pack(tmp_path, "xx", "one = One\n\nthis is no message\n", 'locale = "en"\n')
    with pytest.raises(PackMistake) as told:
        Languages.load([tmp_path])
    assert told.value.facts["place"] == f"{tmp_path / 'xx' / 'words.ftl'}:3"
    assert "this is no message" in str(told.value.facts["detail"])
    assert isinstance(told.value, Refusal), "told as a sentence, not as a traceback"


def test_words_in_no_unicode_are_told_with_their_file(tmp_path: Path) -> None:
    _pack(tmp_path, "xx", "one = One\n", 'locale = "en"\n')
    (tmp_path / "xx" / "words.ftl").write_bytes(b"one = \xe9t\xe9\n")
    with pytest.raises(PackMistake, match=r"words\.ftl"):
        Languages.load([tmp_path])


def test_a_folder_without_packs_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackMistake, match="neither"):
        Languages.load([tmp_path])
