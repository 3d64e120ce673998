"""What a preview says of rows that are doubtful or were not understood: where, what, what else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.intake.domain.source_row import SourceRow
from tests.services.intake.imports.conftest import Intake, template_csv

ROW = SourceRow(
    row=2,
    state="MAR",
    mechanism="UPR",
    text="Light the harbour",
    symbol="A/HRC/99/1",
    cycle=3,
)
ISOLATES = str.maketrans("", "", "\u2068\u2069")


def shown(intake: Intake, identity: str, kind: str, language: str = "en") -> list[dict[str, Any]]:
    """Read rows of a preview as a reader of a language does, without direction characters."""
    found: list[dict[str, Any]] = intake.told(
        "GET", f"/imports/{identity}/rows", params={"kind": kind},
        headers={"Accept-Language": language},
    )  # fmt: skip
    for row in found:
        row["reason_text"] = row["reason_text"].translate(ISOLATES)
        for doubt in row["doubts"]:
            doubt["text"] = doubt["text"].translate(ISOLATES)
    return found


def test_a_name_that_nobody_knows_is_kept_and_seen(intake: Intake) -> None:
    rows = (
        replace(ROW, paragraph="1", recommending_states=("FRA", "Germny"), sdgs=("4", "16.99")),
        replace(ROW, paragraph="2", text="Dredge it", recommending_states=("فرنسا",)),
    )
    found = intake.previewed("list.csv", template_csv(*rows), state="MAR")
    assert found["counts"]["new"] == 2
    assert (found["doubtful"], found["counts"]["not_understood"]) == (1, 0)
    (row,) = shown(intake, found["id"], "doubtful")
    assert (row["row"], row["kind"]) == (2, "new")
    state, goal = row["doubts"]
    assert (state["code"], state["written"]) == ("recommending-state-unknown", "Germny")
    assert state["text"].startswith("Recommending State “Germny” is neither the name nor the code")
    assert goal["text"].startswith("“16.99” is no Sustainable Development Goal (1 to 17)")
    (row,) = shown(intake, found["id"], "doubtful", "ar")
    assert row["doubts"][0]["text"].startswith("الدولة الموصية «Germny» ليست اسم دولة")

    intake.confirmed(found["id"])
    first, second = (each["fields"] for each in intake.register())
    assert (first["recommending_states"], first["sdgs"]) == (["FRA", "Germny"], ["4", "16.99"])
    assert second["recommending_states"] == ["FRA"]
    repairs = intake.query(
        "SELECT convert_from(state, 'UTF8')::jsonb->'data'->'repairs' FROM intake.intake_events"
        " WHERE topic = 'intake.recommendation.received.v1' ORDER BY notification_id"
    )
    assert repairs == [([],), (["state-recognised"],)]
    again = intake.previewed("list.csv", template_csv(*rows), state="MAR")
    assert (again["counts"]["unchanged"], again["doubtful"]) == (2, 1)


@pytest.mark.parametrize(
    ("column", "written", "english", "arabic"),
    [
        ("cycle", "42", "(the number of a cycle that the review has, such as 4)", "رقم جولة"),
        ("language", "xx", "(a language’s code or name, such as ar or English)", "رمز لغة"),
        ("kind", "poem", "(recommendation or concern)", "recommendation أو concern"),
    ],
)
def test_a_value_that_a_column_does_not_take_is_named_with_row_and_column(
    intake: Intake, column: str, written: str, english: str, arabic: str
) -> None:
    content = f"state,mechanism,text,{column}\nMAR,UPR,Light,\nMAR,UPR,Dredge,{written}\n".encode()
    found = intake.previewed("list.csv", content)
    assert (found["counts"]["new"], found["counts"]["not_understood"]) == (1, 1)
    (row,) = shown(intake, found["id"], "not-understood")
    assert row["row"] == 3
    assert row["reason_text"] == (
        f"Row 3, column “{column}”: “{written}” is not among the values that it takes {english}."
        " Correct it in the file."
    )
    (row,) = shown(intake, found["id"], "not-understood", "ar")
    assert row["reason_text"].startswith(f"الصف 3، العمود «{column}»: القيمة «{written}»")
    assert arabic in row["reason_text"]


def test_what_was_written_is_shown_short_and_safe(intake: Intake) -> None:
    long = "\u202egalaxy " * 2000
    content = template_csv(
        replace(ROW, mechanism="Council of Lighthouses " * 400),
        replace(ROW, text="Dredge it", language=long),
        replace(ROW, text="Paint it", recommending_states=(long,)),
    )
    found = intake.previewed("list.csv", content)
    council, language = shown(intake, found["id"], "not-understood")
    (state,) = shown(intake, found["id"], "doubtful")
    assert "“Council of Lighthouses Council" in council["reason_text"]
    assert "“galaxy galaxy" in language["reason_text"]
    assert "“galaxy galaxy" in state["doubts"][0]["text"]
    for said in (council["reason_text"], language["reason_text"], state["doubts"][0]["text"]):
        assert "…" in said
        assert "???" not in said
        assert "\u202e" not in said
        assert len(said) < 450


def test_a_cycle_that_there_is_not_is_refused_wherever_it_is_said(intake: Intake) -> None:
    files = {"file": ("list.csv", template_csv(ROW))}
    asked = intake.ask("POST", "/imports", files=files, data={"cycle": "42"})
    assert (asked.status_code, asked.json()["facts"]) == (
        422,
        {"option": "cycle", "written": "42", "last": 5},
    )
    typed = {"state": "MAR", "mechanism": "UPR", "text": "Light it", "cycle": 42}
    refused = intake.ask("POST", "/recommendations", json=typed)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/cycle")
