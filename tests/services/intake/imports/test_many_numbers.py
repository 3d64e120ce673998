"""Beyond REC-99999 numbers have a digit more: they come after all others, and nothing is missed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from libs.ledger.act import Act, new_id
from services.intake.commands.register import allot_numbers
from services.intake.domain.source_row import SourceRow
from tests.services.intake.imports.conftest import Intake, template_csv

LAST_OF_FIVE = 99_999
TWICE = SourceRow(1, "MAR", "UPR", text="Ratify it", cycle=3, official=True, sdgs=("4",))
ROWS = (TWICE, replace(TWICE, sdgs=("5",)))
"""The same wording, said twice."""


@pytest.fixture
def many(intake: Intake) -> Intake:
    """Give out all numbers of five digits but the last."""
    ledger, now = intake.service.ledger, datetime.now(UTC)
    numbering, _ = allot_numbers(ledger, LAST_OF_FIVE - 1, now)
    ledger.record(Act.of_policy("test", event_id=new_id(), correlation_id=new_id()), numbering)
    return intake


def test_whoever_reads_the_register_on_from_a_number_misses_none(many: Intake) -> None:
    many.imported("list.csv", template_csv(*ROWS))
    assert [each["number"] for each in many.register()] == ["REC-99999", "REC-100000"]
    after = many.told("GET", "/recommendations", params={"after": "REC-99999"})
    assert [each["number"] for each in after] == ["REC-100000"]
    content = many.ask("GET", "/recommendations.csv").content.decode("utf-8-sig")
    assert [row["sdgs"] for row in csv.DictReader(io.StringIO(content))] == ["4", "5"]


def test_the_same_file_again_changes_nothing_where_numbers_grow(many: Intake) -> None:
    many.imported("list.csv", template_csv(*ROWS))
    again = many.previewed("list.csv", template_csv(*ROWS))
    assert again["counts"]["unchanged"] == len(ROWS), many.rows(again["id"], "changed")


def test_of_no_record_a_part_of_what_was_left_is_missed(many: Intake) -> None:
    found = many.imported("list.csv", template_csv(*ROWS))
    records = {each["number"]: each["id"] for each in many.register()}
    left = [
        (records[number], number, reason)
        for number in sorted(records)
        for reason in ("changed-since-preview", "record-withdrawn")
    ]
    for each in left:
        many.query(
            "INSERT INTO intake_read.import_leftovers VALUES (%s, %s, %s, %s, '[]') RETURNING 1",
            found["id"],
            *each,
        )
    told, after = [], ""
    while page := many.told(
        "GET", f"/imports/{found['id']}/leftovers", params={"after": after, "limit": 1}
    ):
        told += [(each["number"], each["reason"]) for each in page]
        after = page[-1]["number"]
    assert [number for number, _ in told] == ["REC-99999"] * 2 + ["REC-100000"] * 2
    assert len(set(told)) == len(left)
