"""Our template: the same columns out and in, as CSV and as a workbook."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.intake.adapters.reading.refusals import (
    ColumnsNotRecognised,
    NulCharacter,
    Truncated,
    ValueTooLong,
)
from services.intake.adapters.template import (
    COLUMNS,
    CellTooLong,
    write_csv,
    write_xlsx,
)
from services.intake.domain.source_row import Doubt, NotUnderstood, SourceRow

from .conftest import Read

ROWS = [
    SourceRow(
        row=2, state="CIV", mechanism="UPR", text="=SUM(A1) is how the text begins\nand goes on",
        paragraph="140.10", annotation_id="id-1", symbol="A/HRC/59/15", cycle=4, session="48",
        document_date=date(2025, 6, 30), recommending_states=("VEN", "Atlantis"),
        position="noted", position_as_written="Noted", position_source="A/HRC/59/15/Add.1",
        main_theme="Water, air", themes=("Water, air", "-Light", "Fire; smoke"),
        groups=("@all",), sdgs=("6.1 - Water",), note="to be checked", official=False,
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


@pytest.mark.parametrize(
    "text",
    [
        "a <b>bold</b> step",
        "&lt;p&gt;",
        "R&D &amp; more",
        "&#60;",
        "&#38;#60;",
        "x < y > z",
        "<!--",
    ],
)
def test_signs_that_look_like_markup_are_meant(tmp_path: Path, read: Read, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(
        b"".join(write_csv([SourceRow(row=2, state="MAR", mechanism="UPR", text=text)]))
    )
    (row,) = read(path)
    assert isinstance(row, SourceRow)
    assert (row.text, row.repairs) == (text, ())


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
    [
        ("position", "maybe"),
        ("cycle", "four"),
        ("cycle", "42"),
        ("cycle", "0"),
        ("document_date", "soon"),
        ("kind", "poem"),
        ("language", "xx"),
        ("language", "Englsh"),
        ("official", "perhaps"),
    ],
)
def test_values_outside_the_column(tmp_path: Path, read: Read, column: str, value: str) -> None:
    path = filled(tmp_path, f"state,mechanism,text,{column}", f"MAR,UPR,Mend it,{value}")
    assert read(path) == [NotUnderstood(2, "value-unknown", value, column)]


@pytest.mark.parametrize(
    ("column", "written", "field", "expected", "repair"),
    [
        ("language", "ar", "language", "ar", None),
        ("language", "Arabic", "language", "ar", "language-recognised"),
        ("language", "العربية", "language", "ar", "language-recognised"),
        ("language", "EN", "language", "en", "language-recognised"),
        ("language", "fr-CA", "language", "fr", "language-recognised"),
        ("language", "spa", "language", "es", "language-recognised"),
        ("cycle", "4th cycle", "cycle", 4, None),
        ("state", "المغرب", "state", "MAR", "state-recognised"),
        ("state", "Morocco", "state", "MAR", None),
        ("state", "XDM", "state", "XDM", None),
        ("official", "YES", "official", True, None),
        ("official", "لا", "official", False, None),
        (
            "recommending_states",
            "Chad, Peru and Fiji",
            "recommending_states",
            ("TCD", "PER", "FJI"),
            "values-taken-apart",
        ),
        ("recommending_states", "Bosnia and Herzegovina", "recommending_states", ("BIH",), None),
        ("recommending_states", "Chad, Atlantis", "recommending_states", ("Chad, Atlantis",), None),
    ],
)
def test_values_that_are_certainly_known(
    tmp_path: Path, read: Read, column: str, written: str, field: str, expected: object,
    repair: str | None,
) -> None:  # fmt: skip
    cells = {"state": "MAR", "mechanism": "UPR", "text": "Mend it", column: f'"{written}"'}
    (row,) = read(filled(tmp_path, ",".join(cells), ",".join(cells.values())))
    assert isinstance(row, SourceRow)
    assert (getattr(row, field), row.repairs) == (expected, (repair,) if repair else ())


def test_a_document_of_a_day_to_come_is_not_understood(tmp_path: Path, read: Read) -> None:
    """Elsewhere tomorrow may have begun; the day after has nowhere."""
    today = datetime.now(UTC).date()
    tomorrow, ahead = ((today + timedelta(days=days)).isoformat() for days in (1, 3))
    serial = str((today - date(1899, 12, 30)).days + 3)
    lines = (f"MAR,UPR,Mend it,{day}" for day in (tomorrow, ahead, serial, "9999-12-31"))
    first, *others = read(filled(tmp_path, "state,mechanism,text,document_date", *lines))
    assert getattr(first, "document_date", None) == date.fromisoformat(tomorrow)
    assert others == [
        NotUnderstood(row, "document-date-in-future", written, "document_date")
        for row, written in enumerate((ahead, serial, "9999-12-31"), 3)
    ]


def test_a_cycle_that_there_is_not_is_mended_by_the_session(tmp_path: Path, read: Read) -> None:
    (row,) = read(filled(tmp_path, "state,mechanism,text,cycle,session", "MAR,UPR,Mend,14,48"))
    assert isinstance(row, SourceRow)
    assert (row.cycle, row.repairs) == (4, ("cycle-from-session",))


def test_a_session_of_another_cycle_is_told(tmp_path: Path, read: Read) -> None:
    header = "state,mechanism,text,cycle,session"
    lines = ("MAR,UPR,Mend,3,48th", "MAR,UPR,Bend,4,48", "MAR,CRC,Lend,3,48")
    first, *others = read(filled(tmp_path, header, *lines))
    assert getattr(first, "doubts", None) == (Doubt("cycle-and-session-differ", "48 / 3"),)
    assert [getattr(row, "doubts", None) for row in others] == [(), ()]


def test_a_value_that_is_too_long_is_told_with_its_row(tmp_path: Path, read: Read) -> None:
    with pytest.raises(ValueTooLong) as refused:
        read(filled(tmp_path, "state,mechanism,text", "MAR,UPR,Mend", "MAR,UPR," + "w" * 200_000))
    assert refused.value.facts == {"row": 3, "limit": 100_000}


def test_a_nul_character_is_told_with_its_row(tmp_path: Path, read: Read) -> None:
    with pytest.raises(NulCharacter) as refused:
        read(filled(tmp_path, "state,mechanism,text", "MAR,UPR,Mend", "MAR,UPR,Light \0it"))
    assert refused.value.facts == {"row": 3}


def test_one_identifier_may_concern_several_states(tmp_path: Path, read: Read) -> None:
    header = "state,mechanism,text,annotation_id"
    two = read(filled(tmp_path, header, "MAR,CRC,Mend,a", "TCD,CRC,Mend,a"), any_state=True)
    assert [getattr(row, "state", None) for row in two] == ["MAR", "TCD"]
    differing = read(filled(tmp_path, header, "MAR,CRC,Mend,a", "MAR,CRC,Bend,a"))
    assert {getattr(row, "reason", "") for row in differing} == {"duplicate-id-differs"}


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
        "official",
    ]  # fmt: skip
