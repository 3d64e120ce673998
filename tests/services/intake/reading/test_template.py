"""Our template: the same columns out and in, as CSV and as a workbook."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.adapters.reading.refusals import ColumnsNotRecognised, Truncated
from services.intake.adapters.template import (
    COLUMNS,
    CellTooLong,
    neutralised,
    unneutralised,
    write_csv,
    write_xlsx,
)
from services.intake.domain.source_row import NotUnderstood, SourceRow

from .conftest import Read

ROWS = [
    SourceRow(
        row=2, state="CIV", mechanism="UPR", text="=SUM(A1) is how the text begins\nand goes on",
        paragraph="140.10", annotation_id="id-1", symbol="A/HRC/59/15", cycle=4, session="48",
        document_date=date(2025, 6, 30), recommending_states=("VEN", "Atlantis"),
        position="noted", position_as_written="Noted", position_source="A/HRC/59/15/Add.1",
        main_theme="Water, air", themes=("Water, air", "-Light", "Fire; smoke"),
        groups=("@all",), sdgs=("6.1 - Water",), note="position-unclear",
    ),
    SourceRow(
        row=3, state="MAR", mechanism="SP:health", text="'=quoted \"twice\", اختبار",
        kind="concern", language="ar",
    ),
]  # fmt: skip


def test_csv_gives_back_what_went_out(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"".join(write_csv(ROWS)))
    assert path.read_bytes().startswith(b'\xef\xbb\xbf"state"')
    assert b"\"'=SUM" in path.read_bytes()
    assert b"\"'@all" in path.read_bytes()
    assert read(path, any_state=True) == ROWS


def test_workbook_gives_back_what_went_out(tmp_path: Path, read: Read) -> None:
    target = io.BytesIO()
    write_xlsx(ROWS, target)
    path = tmp_path / "x.xlsx"
    path.write_bytes(target.getvalue())
    assert read(path, any_state=True) == ROWS


def test_too_long_for_a_cell() -> None:
    with pytest.raises(CellTooLong):
        write_xlsx(
            [SourceRow(row=1, state="MAR", mechanism="UPR", text="w" * 40_000)], io.BytesIO()
        )


@given(st.text(alphabet="=+-@\t\r' \n＝aب\"", max_size=8) | st.text(max_size=20))
def test_neutralising_is_safe_and_undone(cell: str) -> None:
    written = neutralised(cell)
    assert unneutralised(written) == cell
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not written.startswith(("\t", "\r"))


def filled(tmp_path: Path, header: str, *lines: str) -> Path:
    """Write a template as a person would type it."""
    path = tmp_path / "x.csv"
    path.write_text("\n".join([header, *lines, "", ""]), encoding="utf-8")
    return path


def test_typed_by_hand_with_semicolons(tmp_path: Path, read: Read) -> None:
    path = filled(
        tmp_path, "state;mechanism;text;position", "Morocco;Human Rights Committee;Mend;Accepted",
        ";UPR;Light it;", "Morocco;CRC;;",
    )  # fmt: skip
    first, second, third = read(path, state="MAR", cycle=4)
    assert isinstance(first, SourceRow)
    assert (first.state, first.mechanism, first.position) == ("MAR", "CCPR", "supported")
    assert isinstance(second, SourceRow)
    assert second.repairs == ("state-from-request", "cycle-from-request")
    assert isinstance(third, NotUnderstood)
    assert (third.row, third.reason) == (4, "text-missing")


@pytest.mark.parametrize(
    ("column", "value"),
    [("position", "maybe"), ("cycle", "four"), ("document_date", "soon"), ("kind", "poem")],
)
def test_values_outside_the_column(tmp_path: Path, read: Read, column: str, value: str) -> None:
    path = filled(tmp_path, f"state,mechanism,text,{column}", f"MAR,UPR,Mend it,{value}")
    assert read(path) == [NotUnderstood(2, "value-unknown", f"{column}: {value}")]


def test_unknown_state_and_missing_ones(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path, "state,mechanism,text", "Atlantis,UPR,Mend", ",UPR,Mend", "MAR,,Mend")
    assert [getattr(row, "reason", "") for row in read(path)] == [
        "state-unknown", "state-missing", "body-missing",
    ]  # fmt: skip


def test_misspelt_column_is_named(tmp_path: Path, read: Read) -> None:
    with pytest.raises(ColumnsNotRecognised) as refused:
        read(filled(tmp_path, "state,mechanism,text,postion", "MAR,UPR,Mend,Noted"))
    assert refused.value.facts == {"columns": "postion"}


def test_cut_in_a_quoted_cell(tmp_path: Path, read: Read) -> None:
    with pytest.raises(Truncated):
        read(filled(tmp_path, "state,mechanism,text", 'MAR,UPR,"Mend the bri'))


def test_columns_are_stable() -> None:
    assert [column.id for column in COLUMNS] == [
        "state", "mechanism", "cycle", "session", "symbol", "document_date", "paragraph", "kind",
        "text", "language", "recommending_states", "position", "position_as_written",
        "position_source", "main_theme", "themes", "groups", "sdgs", "annotation_id", "note",
    ]  # fmt: skip
