"""An import that is killed on the way goes on where it was: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from libs.ledger.act import Act
from libs.ledger.ledger import Receipt
from libs.testkit.waiting import until_true
from services.intake.commands.imports import desk, recording
from services.intake.domain.source_row import SourceRow
from tests.services.intake.imports.conftest import SECRETARY, Intake, Opened, template_csv

MANY = 3000
LONG = 60.0
ROOT = next(p for p in Path(__file__).resolve().parents if (p / "pyproject.toml").exists())
HOUSE = Path(__file__).with_name("one_house.py")
RECEIVED = "SELECT count(*) FROM intake.intake_events WHERE topic = %s"


def many_rows() -> list[SourceRow]:
    return [
        SourceRow(
            row=place + 2,
            state="MAR",
            mechanism="UPR",
            text=f"Repair lighthouse {place} and keep its lamp lit",
            paragraph=f"9.{place}",
            symbol="A/HRC/99/9",
            cycle=4,
            position="supported",
        )
        for place in range(MANY)
    ]


def count(url: str, topic: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(RECEIVED, (topic,)).fetchone()
    assert row is not None
    return int(row[0])


def forget(connection: psycopg.Connection) -> None:
    """Leave of what intake can be asked what a restored backup leaves: nothing but its ledger."""
    connection.execute(
        "TRUNCATE intake_read.import_rows, intake_read.import_previews,"
        " intake_read.import_leftovers,"
        " intake_read.recommendations, intake_read.imports, intake_read.effects"
    )
    connection.execute("DELETE FROM intake_read.positions WHERE projection = 'recommendations'")


@contextmanager
def another_house(intake: Intake, file: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the import in a process of its own; it is gone afterwards, whatever happens."""
    arguments = [str(intake.folder), intake.url, intake.bus.url, str(file), SECRETARY]
    process = subprocess.Popen(
        [sys.executable, str(HOUSE), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(LONG)
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_killed_import_is_taken_up_again(opened: Opened, tmp_path: Path) -> None:
    intake = opened()
    intake.open()
    intake.close()
    file = tmp_path / "many.csv"
    file.write_bytes(template_csv(*many_rows()))
    topic = "intake.recommendation.received.v1"
    with another_house(intake, file) as process:
        assert process.stdout is not None
        identity = process.stdout.readline().strip()
        until_true(lambda: count(intake.url, topic), LONG, "the first batch is recorded")
    recorded = count(intake.url, topic)
    assert 0 < recorded < MANY, "it was killed on the way"

    intake.open()
    done = intake.reached(identity, "confirmed")
    assert done["progress"]["rows_recorded"] == MANY
    assert count(intake.url, topic) == MANY
    assert count(intake.url, "intake.recommendation.published.v1") == MANY
    assert count(intake.url, "intake.import.ended.v1") == 1
    register = intake.register()
    assert [each["number"] for each in register] == [f"REC-{n:05d}" for n in range(1, MANY + 1)]
    assert [each["fields"]["paragraph"] for each in register] == [f"9.{n}" for n in range(MANY)]

    again = intake.previewed("many.csv", file.read_bytes(), any_state="true")
    assert (again["counts"]["unchanged"], again["counts"]["new"]) == (MANY, 0)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_killed_import_is_taken_up_even_when_its_preview_is_lost(
    opened: Opened, tmp_path: Path
) -> None:
    intake = opened()
    intake.open()
    intake.close()
    file = tmp_path / "many.csv"
    file.write_bytes(template_csv(*many_rows()))
    topic = "intake.recommendation.received.v1"
    with another_house(intake, file) as process:
        assert process.stdout is not None
        identity = process.stdout.readline().strip()
        until_true(lambda: count(intake.url, topic), LONG, "the first batch is recorded")
    assert 0 < count(intake.url, topic) < MANY, "it was killed on the way"
    with psycopg.connect(intake.url) as connection:
        forget(connection)

    intake.open()
    intake.reached(identity, "confirmed")
    register = intake.register()
    assert [each["number"] for each in register] == [f"REC-{n:05d}" for n in range(1, MANY + 1)]
    assert [each["fields"]["paragraph"] for each in register] == [f"9.{n}" for n in range(MANY)]
    assert count(intake.url, topic) == MANY


def break_once_after(intake: Intake, patch: pytest.MonkeyPatch, part: str) -> None:
    """Let the work on imports break off, once, when this part of it has just been recorded."""
    ledger, record = intake.service.ledger, intake.service.ledger.record

    def recording(act: Act, *changed: Any, **more: Any) -> Receipt:
        receipt = record(act, *changed, **more)
        if str(act.key).endswith(part):
            patch.setattr(ledger, "record", record)
            msg = f"broken off after {part}"
            raise RuntimeError(msg)
        return receipt

    patch.setattr(ledger, "record", recording)


def correct(intake: Intake, session: str) -> None:
    """Correct the first record by hand."""
    record = intake.register()[0]["id"]
    body = {"fields": {"session": session}, "reason": "As the report says"}
    intake.told("POST", f"/recommendations/{record}/corrections", json=body)


def left(intake: Intake, identity: str) -> list[tuple[str, str, list[str]]]:
    found = intake.told("GET", f"/imports/{identity}/leftovers")
    return [(each["number"], each["reason"], each["fields"]) for each in found]


def test_what_an_interrupted_import_leaves_is_told(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person changes a record after the import is confirmed, and before it is recorded."""
    rows = many_rows()[:2]
    intake.imported("list.csv", template_csv(*rows), any_state="true")

    def record(*arguments: Any) -> None:
        monkeypatch.setattr(desk, "record", recording.record)
        correct(intake, "35")
        recording.record(*arguments)

    monkeypatch.setattr(desk, "record", record)
    break_once_after(intake, monkeypatch, "batch-0")
    newer = template_csv(replace(rows[0], session="34", position="noted"), rows[1])
    identity = intake.imported("newer.csv", newer, any_state="true")["id"]
    assert intake.one("REC-00001")["fields"]["position"] == "noted"
    assert left(intake, identity) == [("REC-00001", "changed-since-preview", ["session"])]


def test_what_an_interrupted_undo_leaves_is_told(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = many_rows()[:2]
    intake.imported("list.csv", template_csv(*rows), any_state="true")
    newer = template_csv(replace(rows[0], session="34", position="noted"), rows[1])
    identity = intake.imported("newer.csv", newer, any_state="true")["id"]
    correct(intake, "35")
    break_once_after(intake, monkeypatch, "undo-0")
    intake.undone(identity)
    assert intake.one("REC-00001")["fields"]["position"] == "supported"
    assert left(intake, identity) == [("REC-00001", "changed-again-since", ["session"])]


def test_what_was_confirmed_is_told_the_same_when_its_preview_is_lost(opened: Opened) -> None:
    intake = opened()
    intake.open()
    rows = many_rows()
    intake.imported("one.csv", template_csv(*rows[:3], rows[0]), any_state="true")
    taken_back = intake.imported("two.csv", template_csv(*rows[:2], *rows[5:9]), any_state="true")
    intake.undone(taken_back["id"])
    intake.register()
    before = intake.told("GET", "/imports")
    assert [each["progress"]["rows_taken_back"] for each in before] == [4, 0]
    intake.close()
    with psycopg.connect(intake.url) as connection:
        forget(connection)

    intake.open()
    intake.register()
    after = intake.told("GET", "/imports")
    assert after == [{**each, "rows_kept": False} for each in before]


@pytest.mark.timeout(180)
def test_an_undo_and_a_reading_are_taken_up_again(opened: Opened) -> None:
    intake = opened()
    intake.open()
    rows = many_rows()[:1200]
    done = intake.imported("many.csv", template_csv(*rows), any_state="true")
    intake.told("POST", f"/imports/{done['id']}/undo", json={"reason": "The wrong year"})
    waiting = intake.hand_in("few.csv", template_csv(*rows[:3]), any_state="true")
    intake.close()

    intake.open()
    intake.reached(done["id"], "undone")
    assert count(intake.url, "intake.recommendation.withdrawn.v1") == len(rows)
    assert count(intake.url, "intake.import.undone.v1") == 1
    intake.reached(waiting, "previewed")


def test_confirming_again_does_nothing_twice(intake: Intake) -> None:
    found = intake.previewed("many.csv", template_csv(*many_rows()[:700]), any_state="true")
    path = f"/imports/{found['id']}/confirmation"
    first = intake.ask("POST", path)
    second = intake.ask("POST", path)
    assert first.status_code == 202
    assert second.status_code in {202, 409}
    intake.reached(found["id"], "confirmed")
    third = intake.ask("POST", path)
    assert (third.status_code, third.json()["type"]) == (409, "/problems/import-already-confirmed")
    assert count(intake.url, "intake.recommendation.received.v1") == 700
    assert count(intake.url, "intake.import.confirmed.v1") == 1
