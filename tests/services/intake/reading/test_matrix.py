"""OHCHR's matrices in both layouts, with documents of our own."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement

from services.intake.adapters.reading.refusals import (
    ColumnsNotRecognised,
    CycleDiffers,
    CycleUnknown,
    StateDiffers,
    StateNotNamed,
)
from services.intake.domain.source_row import Doubt, NotUnderstood, SourceRow

from . import documents
from .conftest import Read


def test_old_layout_by_field(tmp_path: Path, read: Read) -> None:
    first, second, third = read(documents.old_matrix(tmp_path / "list.docx"))
    assert first == SourceRow(
        row=3, state="NOR", mechanism="UPR", text="Open a reading room in every village",
        paragraph="131.1", symbol="A/HRC/27/3", cycle=2, session="19",
        recommending_states=("TCD", "PER", "FJI"), position="supported",
        position_as_written="Supported", position_source="A/HRC/27/3/Add.1 - Para. 5",
        main_theme="Z11 Reading rooms", themes=("Z11 Reading rooms", "Z12 Libraries"),
        groups=("children",),
    )  # fmt: skip
    assert isinstance(second, SourceRow)
    assert (second.position, second.recommending_states) == ("noted", ("VEN",))
    assert isinstance(third, SourceRow)
    assert third.text == "Train librarians in sign language (CRLD)"
    assert (third.row, third.recommending_states) == (6, ("TUR", "SWZ"))
    assert (third.main_theme, third.paragraph) == ("Z12 Libraries", "131.30")


def test_new_layout_by_field(tmp_path: Path, read: Read) -> None:
    first, second = read(documents.new_matrix(tmp_path / "list.docx"))
    assert first == SourceRow(
        row=3, state="KEN", mechanism="UPR", text="Plant trees along every school road",
        paragraph="12.7", symbol="A/HRC/61/7", cycle=4, session="49",
        recommending_states=("MDV", "IRN"), position="supported",
        position_as_written="Supported", position_source="A/HRC/61/7/Add.1 - Para.4",
        main_theme="Parks & gardens", themes=("Parks & gardens", "Shade"),
        groups=("Children", "Older persons"),
        sdgs=("11 - SUSTAINABLE CITIES", "13.1 - Strengthen resilience"),
    )  # fmt: skip
    assert isinstance(second, SourceRow)
    assert (second.row, second.paragraph, second.main_theme) == (5, "12.70", "Shade")
    assert second.recommending_states == ("BIH",)


@pytest.mark.parametrize(
    ("header", "state", "cycle"),
    [
        ("UPR of Iran (Islamic Republic of) (3rd Cycle – 34th session)", "IRN", 3),
        ("Universal Periodic Review of the United Republic of Tanzania, third cycle", "TZA", 3),
        ("UPR - Türkiye - 35th session", "TUR", 3),
        ("UPR of Bosnia and Herzegovina (3rd Cycle)", "BIH", 3),
        ("UPR of Papua New Guinea (4th cycle - 53rd session)", "PNG", 4),
        ("Thematic list, Niger, 4th cycle", "NER", 4),
        ("UPR of Côte d’Ivoire (2nd Cycle – 19th session)", "CIV", 2),
    ],
)
def test_state_and_cycle_from_the_header(
    tmp_path: Path, read: Read, header: str, state: str, cycle: int
) -> None:
    rows = read(documents.old_matrix(tmp_path / "list.docx", header=header))
    assert {(r.state, r.cycle) for r in rows if isinstance(r, SourceRow)} == {(state, cycle)}
    assert len(rows) == 3


def test_state_from_the_title(tmp_path: Path, read: Read) -> None:
    path = documents.matrix(
        tmp_path / "x.docx", documents.OLD_COLUMNS, [("1.1 Rest (Peru)", "Noted", "Rest", "")],
        title="UPR20_ Malta_ThematicList_E",
    )  # fmt: skip
    (row,) = read(path)
    assert isinstance(row, SourceRow)
    assert row.state == "MLT"


def test_state_as_asked_is_a_repair_and_none_is_a_refusal(tmp_path: Path, read: Read) -> None:
    path = documents.old_matrix(tmp_path / "list.docx", header="")
    rows = read(path, state="GEO", cycle=3)
    assert {(r.state, r.cycle) for r in rows if isinstance(r, SourceRow)} == {("GEO", 3)}
    assert rows[0].repairs == ("state-from-request", "cycle-from-request")  # type: ignore[union-attr]
    with pytest.raises(StateNotNamed):
        read(path)


def test_contradictions_are_refused(tmp_path: Path, read: Read) -> None:
    path = documents.old_matrix(tmp_path / "list.docx")
    with pytest.raises(StateDiffers) as state:
        read(path, state="MAR")
    assert state.value.facts == {"found": "NOR", "asked": "MAR"}
    with pytest.raises(CycleDiffers):
        read(path, cycle=4)
    assert len(read(path, state="MAR", any_state=True)) == 3


def test_rows_that_are_not_whole_are_reported_not_lost(tmp_path: Path, read: Read) -> None:
    path = documents.matrix(
        tmp_path / "x.docx",
        documents.OLD_COLUMNS,
        [
            ("", "", "", ""),
            ("131.5", "Supported", "Rest", ""),
            ("131.6 Rest more", "Supported in part", "Rest", ""),
            ("131.7 Rest (Atlantis and Peru)", "Accepted", "Rest", ""),
        ],
        header="UPR of Peru (3rd Cycle)",
    )
    empty, bare, unclear, named = read(path)
    assert empty == NotUnderstood(2, "empty-row")
    assert bare == NotUnderstood(3, "text-missing", "131.5 | Supported | Rest")
    assert isinstance(unclear, SourceRow)
    assert unclear.doubts == (
        Doubt("recommending-states-missing"),
        Doubt("position-unclear", "Supported in part"),
    )
    assert (unclear.position, unclear.position_as_written) == (None, "Supported in part")
    assert isinstance(named, SourceRow)
    assert named.recommending_states == ("Atlantis", "PER")
    assert named.position == "supported"


@pytest.mark.parametrize(
    ("header", "cycle", "repairs"),
    [
        ("UPR of Norway (9th Cycle – 19th session)", 2, ("cycle-from-session",)),
        ("UPR of Norway (5th Cycle – 60th session)", 5, ()),
    ],
)
def test_the_cycle_of_a_list_is_one_that_the_review_has(
    tmp_path: Path, read: Read, header: str, cycle: int, repairs: tuple[str, ...]
) -> None:
    rows = read(documents.old_matrix(tmp_path / "x.docx", header=header))
    late = (Doubt("cycle-not-set", "5"),) if cycle == 5 else ()
    for row in rows:
        assert isinstance(row, SourceRow)
        assert (row.cycle, row.repairs, row.doubts) == (cycle, repairs, late)


def test_a_list_of_a_cycle_that_nothing_mends_is_refused(tmp_path: Path, read: Read) -> None:
    with pytest.raises(CycleUnknown) as refused:
        read(documents.old_matrix(tmp_path / "x.docx", header="UPR of Norway (9th Cycle)"))
    assert refused.value.facts == {"found": 9, "last": 4}


def test_several_tables_and_what_stands_before(tmp_path: Path, read: Read) -> None:
    document = docx.Document()
    document.add_paragraph("Universal Periodic Review of Fiji, third cycle")
    legend = document.add_table(rows=1, cols=2)
    legend.rows[0].cells[0].text = "How to read this list"
    for theme in ("Theme: Boats", "Theme: Sails"):
        document.add_paragraph(theme)
        table = document.add_table(rows=2, cols=4)
        for cell, text in zip(table.rows[0].cells, documents.OLD_COLUMNS, strict=True):
            cell.text = text
        for cell, text in zip(
            table.rows[1].cells, ("1.2 Sail (Cuba)", "Noted", "S", ""), strict=True
        ):
            cell.text = text
    document.save(str(tmp_path / "x.docx"))
    before, boats, sails = read(tmp_path / "x.docx")
    assert before == NotUnderstood(1, "outside-the-table", "How to read this list")
    assert [getattr(row, "main_theme", None) for row in (boats, sails)] == ["Boats", "Sails"]
    assert [row.row for row in (boats, sails)] == [3, 5]


def test_deleted_text_is_not_read_and_merged_cells_repeat(tmp_path: Path, read: Read) -> None:
    path = documents.new_matrix(tmp_path / "x.docx")
    document = docx.Document(str(path))
    table = document.tables[0]
    table.cell(2, 1).merge(table.cell(2, 1))
    cell = table.add_row().cells  # type: ignore[no-untyped-call]
    cell[0].text = "12.71 Rest at noon (Mali)"
    table.cell(4, 1).merge(table.cell(5, 1))
    run = cell[0].paragraphs[0].add_run(" gone")
    deleted = OxmlElement("w:del")
    run._r.addprevious(deleted)
    deleted.append(run._r)
    document.save(str(path))
    last = read(path)[-1]
    assert isinstance(last, SourceRow)
    assert last.text == "Rest at noon"
    assert last.position == "noted"


def test_other_documents_are_refused(tmp_path: Path, read: Read) -> None:
    path = documents.matrix(tmp_path / "x.docx", ("Name", "Phone"), [("Ada", "12")])
    with pytest.raises(ColumnsNotRecognised) as refused:
        read(path, state="NOR")
    assert refused.value.facts == {"columns": "Name | Phone"}
