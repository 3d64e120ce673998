"""What a file is, its content tells, in the process that reads it; the name decides nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.services.intake.imports.conftest import Intake
from tests.services.intake.reading import documents


def test_a_list_of_ohchr_is_official_whatever_its_name_is(intake: Intake, tmp_path: Path) -> None:
    content = documents.matrix(
        tmp_path / "list.docx",
        header="UPR of Kenya (4th Cycle - 49th Session)",
        columns=documents.NEW_COLUMNS,
        rows=[["6.1 Open a reading room (Chad);", "Supported", "Z11 Reading rooms", ""]],
    ).read_bytes()
    found = intake.previewed("from the mail", content)
    assert found["file_format"] == "docx"
    rows = intake.rows(found["id"], "new")
    assert rows, found
    assert [each["stated"]["official"] for each in rows] == [True] * len(rows)
    assert all(each["stated"]["fields"]["symbol"] is None for each in rows)


def test_a_file_is_unpacked_by_the_process_that_reads_it_alone(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = documents.old_matrix(tmp_path / "list.docx").read_bytes()

    def opened_here(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(zipfile, "ZipFile", opened_here)
    found = intake.previewed("list.docx", content)
    assert (found["state"], found["file_format"]) == ("previewed", "docx")
