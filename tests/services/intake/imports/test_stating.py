"""What a row names is one of those that there are, is mended with certainty, or is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.intake.commands.imports.stating import Stating
from services.intake.domain.source_row import Doubt, NotUnderstood, SourceRow
from services.intake.profile import Mechanism, Profile

ROW = SourceRow(row=7, state="MAR", mechanism="UPR", text="Light the harbour")
PROFILE = Profile.load()


def stated(row: SourceRow, profile: Profile = PROFILE) -> dict[str, Any]:
    """Put a row into the words of the register."""
    return Stating(profile, from_a_list=False).read(0, row).stated


@pytest.mark.parametrize(
    ("written", "found", "repairs", "doubts"),
    [
        (("FRA", "DEU"), ["FRA", "DEU"], [], []),
        (("فرنسا", "Alemania"), ["FRA", "DEU"], ["state-recognised"], []),
        (("FRA", "Francia"), ["FRA"], ["state-recognised"], []),
        (
            ("FRA", "Atlantis", "XYZ"), ["FRA", "Atlantis", "XYZ"], [],
            [Doubt("recommending-state-unknown", "Atlantis"),
             Doubt("recommending-state-unknown", "XYZ")],
        ),
    ],
)  # fmt: skip
def test_recommending_states(
    written: tuple[str, ...], found: list[str], repairs: list[str], doubts: list[Doubt]
) -> None:
    told = stated(replace(ROW, recommending_states=written))
    assert told["fields"]["recommending_states"] == found
    assert told["repairs"] == repairs
    assert told["doubts"] == [{"code": d.code, "written": d.written} for d in doubts]


def test_a_state_that_the_profile_alone_knows_may_recommend() -> None:
    profile = PROFILE.naming("XDM", {"ar": "دار المرجان", "en": "Dar al-Marjan"})
    told = stated(replace(ROW, recommending_states=("Dar al-Marjan",)), profile)
    assert (told["fields"]["recommending_states"], told["doubts"]) == (["XDM"], [])


@pytest.mark.parametrize(
    ("written", "found", "repairs"),
    [
        ("16.2 - Protect children, everywhere", ["16.2"], []),
        ("Goal 16", ["16"], []),
        ("Quality education", ["4"], ["sdg-recognised"]),
        ("4, 5.C and 16", ["4", "5.c", "16"], ["values-taken-apart"]),
    ],
)
def test_goals_and_targets(written: str, found: list[str], repairs: list[str]) -> None:
    told = stated(replace(ROW, sdgs=(written,)))
    assert (told["fields"]["sdgs"], told["repairs"], told["doubts"]) == (found, repairs, [])


@pytest.mark.parametrize("written", ["18", "16.99", "99 - Light", "Lighthouses", "0"])
def test_a_goal_that_there_is_not_stays_as_written_and_is_told(written: str) -> None:
    told = stated(replace(ROW, sdgs=(written, "4")))
    assert told["fields"]["sdgs"] == [written, "4"]
    assert told["doubts"] == [{"code": "sdg-unknown", "written": written}]


def test_of_several_goals_on_one_line_none_is_lost() -> None:
    told = stated(replace(ROW, sdgs=("4, 18",)))
    assert (told["fields"]["sdgs"], told["repairs"]) == (["4", "18"], ["values-taken-apart"])
    assert told["doubts"] == [{"code": "sdg-unknown", "written": "18"}]


def test_what_was_written_is_shown_short() -> None:
    told = stated(replace(ROW, recommending_states=("A" * 5000,)))
    (doubt,) = told["doubts"]
    assert len(doubt["written"]) == 160
    assert told["fields"]["recommending_states"] == ["A" * 5000]


def test_a_position_that_the_profile_understands_is_no_doubt() -> None:
    unclear = (Doubt("position-unclear", "Accepted in principle"),)
    row = replace(ROW, position_as_written="Takes note", doubts=unclear)
    answer = PROFILE.answer_for("Takes note")
    assert (answer is not None, stated(row)["doubts"]) == (True, [])
    assert len(stated(replace(row, position_as_written="Perhaps"))["doubts"]) == 1


def test_a_mechanism_of_the_profile_that_reading_does_not_know() -> None:
    own = Mechanism.model_validate(
        PROFILE.mechanisms[0].model_dump(by_alias=True)
        | {"code": "LIGHT", "source_labels": ("Council of Lighthouses",)}
    )
    profile = replace(PROFILE, mechanisms=(*PROFILE.mechanisms, own))
    row = replace(ROW, mechanism="OTHER:Council of Lighthouses")
    assert stated(row, profile)["mechanism"] == "LIGHT"


def test_a_mechanism_that_nobody_knows_is_named_as_written_and_short() -> None:
    row = replace(ROW, mechanism="OTHER:" + "Council of Lighthouses " * 500)
    read = Stating(PROFILE, from_a_list=False).read(0, row)
    assert (read.kind, read.reason, read.row) == ("not-understood", "mechanism-unknown", 7)
    assert read.stated["excerpt"].startswith("Council of Lighthouses Council")
    assert len(read.stated["excerpt"]) == 160


def test_a_value_that_was_not_understood_names_its_column() -> None:
    row = NotUnderstood(7, "value-unknown", "poem", "kind")
    assert Stating(PROFILE, from_a_list=False).read(0, row).stated == {
        "excerpt": "poem", "column": "kind",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("symbol", "says", "official"),
    [
        (None, None, False),
        ("A/HRC/50/9", None, True),
        ("A/HRC/50/9", False, False),
        (None, True, True),
    ],
)
def test_what_the_un_has_published(
    symbol: str | None,
    says: bool | None,  # noqa: FBT001  a case
    official: bool,  # noqa: FBT001  a case
) -> None:
    assert stated(replace(ROW, symbol=symbol, official=says))["official"] is official
