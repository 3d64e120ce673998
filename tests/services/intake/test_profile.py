"""The profile: its words are whole, sources lead to them, every mistake is told with its place."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.intake.profile import STANDARD, Answer, Profile, ProfileMistakes
from services.intake.profile.countries import is_iso3
from services.intake.profile.languages import is_language, language_for

REAL_DATA = Path(__file__).parents[4] / "shared" / "data"
ARABIC = re.compile(r"[\u0621-\u064a]")


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profile.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STANDARD, tmp_path / "profile"))


def mistakes_after(folder: Path, file: str, change: Callable[[str], str]) -> list[str]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text, "the planted fault did not reach the file"
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(ProfileMistakes) as caught:
        Profile.load(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_the_standard_profile_knows_every_mechanism_of_the_united_nations(profile: Profile) -> None:
    bodies = {m.code for m in profile.mechanisms_of("treaty-body")}
    assert bodies == {
        "CERD", "CESCR", "CCPR", "CEDAW", "CAT", "SPT", "CRC", "CRC-OP-SC", "CRC-OP-AC", "CMW",
        "CRPD", "CED",
    }  # fmt: skip
    assert [m.code for m in profile.mechanisms_of("upr")] == ["UPR"]
    assert len(profile.mechanisms_of("special-procedure")) >= 12
    regional = {m.code for m in profile.mechanisms_of("regional")}
    assert regional >= {"REG:ACHPR", "REG:ACERWC", "REG:IACHR", "REG:ECRI", "REG:CPT", "REG:AHRC"}


def test_every_word_stands_in_arabic_and_english(profile: Profile) -> None:
    terms = list(profile.terms())
    assert len(terms) > 200
    for term in terms:
        assert ARABIC.search(term.labels["ar"]), term
        assert re.search(r"[A-Za-z]", term.labels["en"]), term
        assert not ARABIC.search(term.labels["en"]), term
    for mechanism in profile.mechanisms:
        assert ARABIC.search(mechanism.instrument["ar"]), mechanism.code
        assert mechanism.short("ar"), mechanism.code


def test_only_mechanisms_with_cycles_say_so(profile: Profile) -> None:
    upr, cedaw = profile.mechanism("UPR"), profile.mechanism("CEDAW")
    assert upr is not None
    assert cedaw is not None
    assert (upr.has_cycles, cedaw.has_cycles, cedaw.has_sessions) == (True, False, True)
    assert upr.facts()["has-cycles"] == "true"
    assert cedaw.facts()["short-name-en"] == "CEDAW"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("CEDAW", "CEDAW"),
        ("- CRC", "CRC"),
        ("- Committee on the Rights of the Child", "CRC"),
        ("universal periodic review", "UPR"),
        ("AHRC", "REG:AHRC"),
        ("COE-CPT", "REG:CPT"),
        ("SP:health", "SP:health"),
        ("SR Health", "SP:health"),
    ],
)
def test_old_and_new_names_lead_to_one_mechanism(profile: Profile, label: str, code: str) -> None:
    found = profile.mechanism(label)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("A12 Acceptance of international norms", "ratification"),
        ("Acceptance of international norms", "ratification"),
        ("Ratification of & accession to international instruments", "ratification"),
        ("- Ratification of and accession to international instruments", "ratification"),
        ("D29 Domestic violence", "violence-women"),
        ("International instruments", "ratification"),
    ],
)
def test_labels_of_all_cycles_lead_to_one_theme(profile: Profile, label: str, code: str) -> None:
    assert profile.theme_for(label) == code


def test_an_unmapped_label_leads_nowhere(profile: Profile) -> None:
    assert profile.theme_for("Right to a moon base") is None
    assert profile.group_for("Dragons") is None
    assert profile.mechanism("OTHER:Some Panel") is None
    assert profile.answer_for("perhaps") is None


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Supported", Answer("supported")),
        ("- Noted", Answer("noted")),
        ("accepted", Answer("supported")),
        ("Rejected", Answer("noted")),
        ("Partially supported", Answer("noted", "supported-in-part")),
        ("مؤيَّدة جزئياً", Answer("noted", "supported-in-part")),
        ("مؤيدة", Answer("supported")),
        ("Already implemented", Answer("supported", "already-implemented")),
    ],
)
def test_every_answer_counts_as_supported_or_noted(
    profile: Profile, words: str, answer: Answer
) -> None:
    assert profile.answer_for(words) == answer


def test_there_are_17_goals_and_169_targets(profile: Profile) -> None:
    tails = [*map(str, range(1, 31)), *"abcd"]
    targets = [f"{goal}.{tail}" for goal in range(1, 19) for tail in tails]
    assert len(profile.goals) == 17
    assert sum(profile.goal(code) is not None for code in targets) == 169


def test_the_head_of_a_source_label_is_its_goal_or_target(profile: Profile) -> None:
    assert profile.sdg_for("- 16.2 - Protect children from abuse") == "16.2"
    assert profile.sdg_for("- 16.A - Strong institutions") == "16.a"
    assert profile.sdg_for("- 10 - REDUCED INEQUALITIES") == "10"
    assert profile.sdg_for("16.11 - there is none") is None
    assert profile.sdg_for("2030 Agenda") is None
    for written in ("SDG 16", "Goal 16: Peace", "ODS-16", "الهدف 16", "16. Peace"):
        assert profile.sdg_for(written) == "16", written
    for written in ("16.e", "18", "0", "04", "16.999", "1.2.3", "Sixteen"):
        assert profile.sdg_for(written) is None, written


def test_a_goal_is_found_by_its_name(profile: Profile) -> None:
    assert profile.sdg_named("Quality education") == "4"
    assert profile.sdg_named("القضاء على الفقر") == "1"
    assert profile.sdg_named("Quality") is None


def test_a_state_is_found_by_its_code_or_its_name_in_a_language_of_the_un(
    profile: Profile,
) -> None:
    for written in ("DEU", "Germany", "Allemagne", "Alemania", "ألمانيا", "Германия", "德国"):
        assert profile.state_for(written) == "DEU", written
    assert profile.state_for("State of Palestine") == "PSE"
    aliases = {"UK": "GBR", "Czech Republic": "CZE", "Ivory Coast": "CIV", "FR": "FRA"}
    assert {written: profile.state_for(written) for written in aliases} == aliases
    for written in ("Atlantis", "Germny", "XYZ", "DDR", "(Unknown)", ""):
        assert profile.state_for(written) is None, written
    named = profile.naming("XDM", {"ar": "المدينة", "en": "Somewhere"})
    assert (named.state_for("XDM"), named.state_for("somewhere")) == ("XDM", "XDM")


def test_the_codes_of_states_are_those_that_are_assigned(profile: Profile) -> None:
    codes = profile.state_names("en").keys()
    assert all(map(is_iso3, codes)), [code for code in codes if not is_iso3(code)]
    assert len(codes) == 249


def test_a_language_is_found_by_its_code_or_its_name() -> None:
    for written in ("ar", "AR", "ara", "ar-MA", "Arabic", "arabe", "العربية", "арабский"):
        assert language_for(written) == "ar", written
    for written in ("xx", "und", "Arabick", "x", "", "a-b", "mul"):
        assert language_for(written) is None, written
    assert is_language("sw")
    assert not is_language("Swahili")


def test_labels_fall_back_to_the_nearest_language_and_last_to_the_code(profile: Profile) -> None:
    assert profile.label("theme", "health", "ar-MA") == "الصحة"
    assert profile.label("theme", "health", "pt") == "Health"
    assert profile.label("theme", "retired-long-ago", "ar") == "retired-long-ago"
    assert profile.label("sdg", "16.2", "en") == "16.2 Peace, justice and strong institutions"


def test_states_are_named_as_the_united_nations_write_them(profile: Profile) -> None:
    assert profile.state_name("MAR", "ar") == "المغرب"
    assert profile.state_name("PSE", "en") == "State of Palestine"
    assert profile.state_name("KEN", "not-a-language") == "Kenya"
    assert profile.state_name("XDM", "en") == "XDM"
    named = profile.naming("XDM", {"ar": "المدينة", "en": "Somewhere"})
    assert named.state_names("ar")["XDM"] == "المدينة"
    assert len(profile.state_names("en")) > 193


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "groups.toml").unlink()
    with pytest.raises(ProfileMistakes, match=r"groups\.toml: the file is missing"):
        Profile.load(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("themes.toml", 'code = "reservations"', 'code = "ratification"', "the code stands twice"),
        ("themes.toml", 'code = "reservations"', 'code = "two words"', "theme 2 (two words), code"),
        ("themes.toml", '"Reservations",', '"D43 freedom of opinion AND expression",', "already"),
        ("groups.toml", 'ar = "الأطفال", ', "", "group 1 (children), label: no words in language"),
        ("groups.toml", "source_labels =", "sauce_labels =", "sauce_labels"),
        ("mechanisms.toml", 'kind = "upr"', 'kind = "court"', "mechanism 1 (UPR), kind"),
        ("positions.toml", 'position = "noted"', 'position = "maybe"', "nuance 1"),
        ("sdgs.toml", "numbered = 5", "numbered = 0", "goal 1 (1), numbered"),
        ("sdgs.toml", "code_pattern = '^", "code_pattern = '^(", "code_pattern: not a regular"),
        ("states.toml", 'code = "PSE"', 'code = "ps"', "state 1 (ps), code"),
        ("profile.toml", "valid_from = 2026-01-01", 'valid_from = "soon"', "valid_from: a date"),
        ("profile.toml", "version =", "version", "cannot be read as TOML"),
    ],
)
def test_each_mistake_is_told_with_its_file_and_place(
    folder: Path, file: str, old: str, new: str, told: str
) -> None:
    lines = mistakes_after(folder, file, lambda text: text.replace(old, new, 1))
    assert any(line.startswith(file) and told in line for line in lines), lines


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    (folder / "states.toml").write_text("", encoding="utf-8")
    lines = mistakes_after(
        folder,
        "themes.toml",
        lambda text: text.replace('code = "life"', "").replace('code = "food"', 'code = ""'),
    )
    assert len(lines) == 2, lines


def real_rows() -> Iterator[dict[str, list[str]]]:
    for name in ("uhri/samples.json", "upr-info/morocco.json"):
        yield from json.loads((REAL_DATA / name).read_text(encoding="utf-8"))
    with gzip.open(REAL_DATA / "upr-info" / "sessions-01-13.json.gz", "rt") as file:
        yield from json.load(file)


@pytest.mark.skipif(not REAL_DATA.is_dir(), reason=f"no real data at {REAL_DATA}")
def test_every_label_of_the_real_exports_is_mapped(profile: Profile) -> None:
    rows = list(real_rows())
    unmapped = {x for r in rows for x in r["Themes"] if profile.theme_for(x) is None}
    unmapped |= {x for r in rows for x in r["AffectedPersons"] if profile.group_for(x) is None}
    unmapped |= {x for r in rows for x in r["Sdgs"] if profile.sdg_for(x) is None}
    assert (len(rows), unmapped) == (22_887, set())


@pytest.mark.skipif(not REAL_DATA.is_dir(), reason=f"no real data at {REAL_DATA}")
@pytest.mark.parametrize("cycle", [2, 4])
def test_every_label_of_the_real_matrices_is_mapped(profile: Profile, cycle: int) -> None:
    labels = matrix_labels(REAL_DATA / "ohchr-matrix" / f"slovenia-upr-cycle{cycle}.docx")
    themes = {label for kind, label in labels if kind == "theme"}
    groups = {label for kind, label in labels if kind == "group"}
    assert {x for x in themes if profile.theme_for(x) is None} == set()
    assert {x for x in groups if profile.group_for(x) is None} == set()
    assert len(themes) > 40
    assert len(groups) > 10


def matrix_labels(path: Path) -> set[tuple[str, str]]:
    from docx import Document  # noqa: PLC0415  only this test reads Word files with another library

    labels: set[tuple[str, str]] = set()
    for row in Document(str(path)).tables[0].rows[1:]:
        cells = [cell.text.strip() for cell in row.cells]
        if cells[0].startswith("Theme:"):
            labels.add(("theme", cells[0].removeprefix("Theme:").strip()))
            continue
        themes, _, groups = re.sub(
            r"Affected persons:|Groups of Persons:", "\0", cells[2]
        ).partition("\0")
        labels |= {("theme", line.strip()) for line in themes.splitlines() if line.strip()}
        labels |= {("group", line.strip()) for line in groups.splitlines() if line.strip()}
    return labels
