"""What is typed in by hand is judged as what a file says, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.testkit.waiting import until_true
from tests.services.intake.imports.conftest import Intake, template_csv
from tests.services.intake.imports.test_changes import ROWS

TYPED: dict[str, Any] = {"state": "MAR", "mechanism": "UPR", "text": "Light the harbour"}
AHEAD = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
INVISIBLE = "\u200b\u200f"
WRONG: list[tuple[str, object, str]] = [
    ("recommending_states", ["FRA", "QQQ"], "QQQ"),
    ("recommending_states", ["Atlantis, France"], "Atlantis, France"),
    ("sdgs", ["5", "99.9"], "99.9"),
    ("document_date", "9999-12-31", "9999-12-31"),
    ("document_date", AHEAD, AHEAD),
    ("document_date", "1945-06-25", "1945-06-25"),
    ("text", INVISIBLE, ""),
    ("cycle", True, ""),
]


def test_what_files_may_not_say_is_not_taken_by_hand_either(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(ROWS[0]), any_state="true")
    record = intake.one("REC-00001")
    here = f"/recommendations/{record['id']}"
    for field, value, named in [*WRONG, ("state", "ZZZ", "ZZZ")]:
        for language in ("ar", "en"):
            said = {"Accept-Language": language}
            body = {**TYPED, field: value}
            refused = intake.ask("POST", "/recommendations", json=body, headers=said)
            assert refused.status_code == 422, (field, value, refused.text)
            problem = refused.json()
            assert named in problem["detail"], problem
            assert ("ا" in problem["detail"]) == (language == "ar"), problem
    for field, value, _ in WRONG:
        fields = {"fields": {field: value}, "reason": "As asked"}
        refused = intake.ask("POST", f"{here}/corrections", json=fields)
        assert refused.status_code == 422, (field, value, refused.text)
    classified = intake.ask("PUT", f"{here}/classification", json={"sdgs": ["99.9"]})
    assert classified.status_code == 422
    official = {"text": "Light it", "document_date": "9999-12-31"}
    assert intake.ask("POST", f"{here}/confirmation", json=official).status_code == 422
    assert [each["version"] for each in intake.register()] == [record["version"]]
    intake.told("POST", "/recommendations", json={**TYPED, "state": "XDM", "cycle": 4})


@pytest.mark.parametrize("written", ["MAR", "Morocco", "MOROCCO", "المغرب", "Maroc"])
def test_a_state_is_taken_by_its_code_or_a_name_of_it(intake: Intake, written: str) -> None:
    made = intake.told("POST", "/recommendations", json={**TYPED, "state": written})
    until_true(lambda: [each["state"] for each in intake.register()] == ["MAR"])
    assert intake.one(made["number"])["id"] == made["id"]


def test_what_a_file_brought_in_may_stand_beside_a_correction(intake: Intake) -> None:
    row = replace(ROWS[0], recommending_states=("Atlantis", "FRA"), sdgs=("18",))
    intake.imported("list.csv", template_csv(row), any_state="true")
    here = f"/recommendations/{intake.one('REC-00001')['id']}"
    fields = {"recommending_states": ["Atlantis", "DEU"], "sdgs": ["18", "5"]}
    intake.told("POST", f"{here}/corrections", json={"fields": fields, "reason": "As printed"})
    stand = intake.one("REC-00001")["fields"]
    assert {name: stand[name] for name in fields} == fields


def test_a_cycle_is_taken_of_the_review_alone(intake: Intake) -> None:
    body = {**TYPED, "mechanism": "CEDAW", "cycle": 3}
    refused = intake.ask("POST", "/recommendations", json=body)
    told = refused.json()
    assert (refused.status_code, told["type"]) == (422, "/problems/mechanism-without-cycles")
    assert told["facts"]["field"] == "cycle"
    stands = intake.told("POST", "/recommendations", json={**body, "cycle": None})
    here = f"/recommendations/{stands['id']}/corrections"
    correction = {"fields": {"cycle": 3}, "reason": "As printed"}
    refused = intake.ask("POST", here, json=correction)
    assert (refused.status_code, refused.json()["type"]) == (422, told["type"])
    row = replace(ROWS[0], mechanism="CEDAW", cycle=5, session=None)
    preview = intake.previewed("list.csv", template_csv(row), any_state="true")
    (read,) = intake.rows(preview["id"], "new")
    assert read["stated"]["fields"]["cycle"] is None
    assert [each["code"] for each in read["doubts"]] == ["cycle-not-of-mechanism"]
    assert "5" in read["doubts"][0]["text"]


def test_a_text_is_in_a_language_that_there_is(intake: Intake) -> None:
    stands = intake.told("POST", "/recommendations", json={**TYPED, "language": "fr"})
    here = f"/recommendations/{stands['id']}"
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/recommendations", TYPED),
        (f"{here}/translations", {"text": "Allumez le port", "origin": "official"}),
        (f"{here}/summaries", {"summary": "Light"}),
    ]
    for path, body in asked:
        for code in ("zz", "qqq", "mul"):
            refused = intake.ask("POST", path, json={**body, "language": code})
            told = (refused.status_code, refused.json()["type"])
            assert told == (422, "/problems/language-unknown"), (path, code)
            assert code in refused.json()["detail"]
        intake.told("POST", path, json={**body, "language": "zgh"})


@pytest.mark.parametrize("options", [{"any_state": "true"}, {"state": "ZZZ"}])
def test_a_file_of_no_state_and_a_text_of_no_sign_are_not_understood(
    intake: Intake, options: dict[str, str]
) -> None:
    unseen = replace(ROWS[0], text=INVISIBLE)
    content = template_csv(replace(ROWS[0], state="ZZZ"), unseen)
    preview = intake.previewed("list.csv", content, **options)
    first, second = intake.rows(preview["id"], "not-understood")
    assert (first["row"], first["reason"]) == (2, "state-unknown")
    assert "ZZZ" in str(first)
    assert second["reason"] == "text-missing"
