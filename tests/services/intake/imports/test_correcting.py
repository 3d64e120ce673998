"""Corrections by hand, over HTTP: each field keeps its type, for ever."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from libs.contracts.intake import RecommendationCorrected
from services.intake.domain.source_row import MOST_TEXT
from tests.services.intake.imports.conftest import Intake, template_csv
from tests.services.intake.imports.test_changes import ROWS


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cycle", "abc"),
        ("sdgs", 5),
        ("document_date", "soon"),
        ("position", "perhaps"),
        ("themes", {"a": "b"}),
        ("text", "x" * (MOST_TEXT + 1)),
        ("number", "REC-00009"),
    ],
)
def test_a_correction_of_another_kind_than_its_field_is_named_and_not_recorded(
    intake: Intake, field: str, value: object
) -> None:
    intake.imported("list.csv", template_csv(ROWS[0]), any_state="true")
    record = intake.one("REC-00001")
    path = f"/recommendations/{record['id']}/corrections"
    refused = intake.ask("POST", path, json={"fields": {field: value}, "reason": "As asked"})
    assert refused.status_code == 422
    assert field in refused.text
    assert intake.one("REC-00001")["version"] == record["version"]


def test_the_longest_text_that_a_file_brings_in_is_corrected_by_hand(intake: Intake) -> None:
    long = "Light the harbour " * MOST_TEXT
    intake.imported(
        "long.csv", template_csv(replace(ROWS[0], text=long[:MOST_TEXT])), any_state="true"
    )
    record = intake.one("REC-00001")
    text = long[1:MOST_TEXT]
    body = {"fields": {"text": text}, "reason": "As printed"}
    intake.told("POST", f"/recommendations/{record['id']}/corrections", json=body)
    assert intake.one("REC-00001")["fields"]["text"] == text


def test_a_correction_can_say_that_nothing_stands_any_more(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(ROWS[0]), any_state="true")
    record = intake.one("REC-00001")
    fields: dict[str, Any] = {"session": None, "sdgs": []}
    body = {"fields": fields, "reason": "Not in the report"}
    intake.told("POST", f"/recommendations/{record['id']}/corrections", json=body)
    query = (
        "SELECT state FROM intake.intake_events WHERE topic = 'intake.recommendation.corrected.v1'"
    )
    ((state,),) = intake.query(query)
    told = RecommendationCorrected.from_stored(json.loads(state)["data"])
    assert json.loads(told.model_dump_json(exclude_none=True))["fields"] == fields


def test_words_that_are_typed_in_stand_as_the_profile_knows_them(intake: Intake) -> None:
    typed = {
        "state": "MAR", "mechanism": "UPR", "text": "Light the harbour",
        "recommending_states": ["Allemagne", "DEU", "UK", "Ivory Coast"],
        "sdgs": ["SDG 5", "16.B", "Quality education"],
    }  # fmt: skip
    answer = intake.told("POST", "/recommendations", json=typed)
    here, number = f"/recommendations/{answer['id']}", answer["number"]
    fields = intake.one(number)["fields"]
    assert fields["recommending_states"] == ["DEU", "GBR", "CIV"]
    assert fields["sdgs"] == ["5", "16.b", "4"]
    said = {"fields": {"recommending_states": ["France"]}, "reason": "A slip"}
    intake.told("POST", f"{here}/corrections", json=said)
    intake.told("PUT", f"{here}/classification", json={"themes": ["health"], "sdgs": ["Goal 4"]})
    fields = intake.one(number)["fields"]
    assert (fields["recommending_states"], fields["sdgs"]) == (["FRA"], ["4"])
    assert fields["themes"] == [{"label": "health", "code": "health"}]
