"""Imports beside each other, and a good one right after a bad one."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.intake.commands.imports import desk
from services.intake.domain.source_row import SourceRow
from tests.services.intake.imports.conftest import Intake, Opened, template_csv

ONE = SourceRow(
    row=2, state="MAR", mechanism="UPR", text="Keep the lamp lit", paragraph="1.1",
    symbol="A/HRC/99/1", cycle=3, position="supported",
)  # fmt: skip


def rows_of(state: str, total: int) -> list[SourceRow]:
    each = range(total)
    return [replace(ONE, state=state, paragraph=f"1.{n}", text=f"Keep lamp {n} lit") for n in each]


def entity() -> bytes:
    """Write a document that declares an entity of its own."""
    book = io.BytesIO()
    declared = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document>&a;</w:document>'
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", declared)
    return book.getvalue()


def test_two_imports_confirmed_at_once_share_no_number(intake: Intake) -> None:
    first = intake.previewed("mar.csv", template_csv(*rows_of("MAR", 800)), any_state="true")
    second = intake.previewed("tun.csv", template_csv(*rows_of("TUN", 700)), any_state="true")
    paths = [f"/imports/{each['id']}/confirmation" for each in (first, second)]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda path: intake.ask("POST", path), paths))
    assert [each.status_code for each in answers] == [202, 202]
    for each in (first, second):
        intake.reached(each["id"], "confirmed")
    register = intake.register()
    assert [each["number"] for each in register] == [f"REC-{n:05d}" for n in range(1, 1501)]
    blocks = [each["import_id"] for each in register]
    assert len({blocks.index(each["id"]) for each in (first, second)}) == 2
    assert blocks in (
        [first["id"]] * 800 + [second["id"]] * 700,
        [second["id"]] * 700 + [first["id"]] * 800,
    )


def test_the_same_file_confirmed_twice_at_once_goes_in_once(intake: Intake) -> None:
    content = template_csv(*rows_of("MAR", 600))
    both = [intake.previewed("mar.csv", content, any_state="true")["id"] for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda each: intake.ask("POST", f"/imports/{each}/confirmation"), both)
        )
    assert sorted(each.status_code for each in answers) == [202, 409]
    refused = next(each.json()["type"] for each in answers if each.status_code == 409)
    assert refused in {"/problems/other-import-running", "/problems/preview-outdated"}
    taken = both[[each.status_code for each in answers].index(202)]
    intake.reached(taken, "confirmed")
    assert len(intake.register()) == 600


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("list.docx", b"%PDF-1.7\n", "not-a-supported-format"),
        ("list.docx", entity(), "external-entity"),
        ("list.json", b'[{"Text": "Keep the lamp', "truncated"),
        ("list.csv", b"", "empty-file"),
        ("list.xlsx", template_csv(ONE), "wrong-type-for-name"),
    ],
)
def test_a_bad_file_says_what_to_mend_and_a_good_one_goes_in_after_it(
    intake: Intake, name: str, content: bytes, code: str
) -> None:
    found = intake.previewed(name, content, state="MAR")
    assert found["state"] == "failed"
    assert found["refusal"]["code"] == code
    assert found["refusal"]["detail"].endswith(".")
    refused = intake.ask("POST", f"/imports/{found['id']}/confirmation")
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == f"/problems/{code}"
    assert refused.json()["detail"] == found["refusal"]["detail"]
    arabic = intake.told("GET", f"/imports/{found['id']}", headers={"Accept-Language": "ar"})
    assert any("\u0600" <= sign <= "\u06ff" for sign in arabic["refusal"]["detail"])

    good = intake.imported("good.csv", template_csv(*rows_of("MAR", 5)), any_state="true")
    assert good["counts"]["new"] == 5


def test_a_form_that_is_not_as_asked_for_says_what_to_mend(intake: Intake) -> None:
    good = {"file": ("good.csv", template_csv(ONE))}
    asked: list[tuple[dict[str, Any], str]] = [
        ({"data": {"state": "MAR"}, "files": {"other": ("a", b"b")}}, "file-missing"),
        ({"data": {"state": "Morocco"}, "files": good}, "option-malformed"),
        ({"data": {"cycle": "three"}, "files": good}, "option-malformed"),
        ({"data": {"colour": "red"}, "files": good}, "option-malformed"),
    ]
    for form, code in asked:
        answer = intake.ask("POST", "/imports", **form)
        assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{code}"), form
    assert intake.told("GET", "/imports") == []


@pytest.mark.parametrize(
    ("option", "written", "named"),
    [("cycle", "99", "1 to 5"), ("state", "sv", "three letters"), ("any_state", "x", "true")],
)
def test_an_option_that_is_none_is_told_with_what_it_may_be(
    intake: Intake, option: str, written: str, named: str
) -> None:
    form: dict[str, Any] = {
        "data": {option: written},
        "files": {"file": ("good.csv", template_csv(ONE))},
    }
    problem = intake.ask("POST", "/imports", **form).json()
    assert problem["facts"]["option"] == option
    detail = problem["detail"].replace("\u2068", "").replace("\u2069", "")
    assert f"“{written}”" in detail
    assert named in detail


def test_the_code_of_a_state_may_be_written_small(intake: Intake) -> None:
    found = intake.previewed("list.csv", template_csv(ONE), state=ONE.state.lower())
    assert (found["state"], found["counts"]["new"]) == ("previewed", 1)


def test_a_name_from_outside_is_only_a_name(intake: Intake) -> None:
    name = "../../etc/\u202ecsv.list of lamps.csv"
    found = intake.previewed(name, template_csv(ONE), any_state="true")
    assert found["file_name"] == "csv.list of lamps.csv"
    assert found["counts"]["new"] == 1


def test_a_register_that_does_not_catch_up_lets_nobody_wait_for_ever(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PATIENCE_SECONDS", 0.2)
    found = intake.previewed("list.csv", template_csv(ONE), any_state="true")
    here = f"/imports/{found['id']}/confirmation"
    with psycopg.connect(intake.url) as holder:
        holder.execute("LOCK TABLE intake_read.positions")
        intake.hand_in("other.csv", template_csv(replace(ONE, paragraph="1.2")), any_state="true")
        refused = intake.ask("POST", here)
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/register-behind")
        holder.rollback()
    assert intake.confirmed(found["id"])["counts"]["new"] == 1


def test_a_data_folder_may_be_named_from_where_one_stands(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    intake = opened()
    intake.folder = Path(tmp_path.name)
    intake.open()
    found = intake.imported("list.csv", template_csv(ONE), any_state="true")
    assert found["counts"]["new"] == 1


def test_imports_are_listed_newest_first_those_before_one_or_those_next_after_it(
    intake: Intake,
) -> None:
    names = [f"{n}.csv" for n in range(5)]
    for name in names:
        intake.previewed(name, template_csv(), any_state="true")

    def listed(**asked: str | int) -> list[str]:
        found = intake.told("GET", "/imports", params=asked)
        return [each["file_name"] for each in found]

    when = {each["file_name"]: each["registered_at"] for each in intake.told("GET", "/imports")}
    assert listed() == names[::-1]
    assert listed(before=when[names[3]], limit=2) == [names[2], names[1]]
    assert listed(after=when[names[0]], limit=2) == [names[2], names[1]]
    assert listed(after=when[names[3]], limit=2) == [names[4]]
    assert listed(after=when[names[1]], before=when[names[4]]) == [names[3], names[2]]
    assert listed(after=when[names[4]]) == listed(before=when[names[0]]) == []
