"""The export of the Universal Human Rights Index, as JSON and as a workbook, and its defects."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from services.intake.adapters.reading.refusals import (
    ColumnsNotRecognised,
    NothingToRead,
    SeveralStates,
    ValueTooLong,
)
from services.intake.domain.source_row import Doubt, NotUnderstood, SourceRow

from .conftest import Read
from .documents import (
    gzip_file,
    json_file,
    record,
    review_record,
    uhri_row,
    uhri_workbook,
    workbook,
)


def one(read: Read, path: Path, **defaults: object) -> SourceRow:
    """Read a file of one row that must be understood."""
    (row,) = read(path, **defaults)
    assert isinstance(row, SourceRow), row
    return row


def test_record_by_field(tmp_path: Path, read: Read) -> None:
    expected = SourceRow(
        row=1, state="MAR", mechanism="CRC", paragraph="7",
        text="The Committee recommends that the State party mend its bridges.",
        annotation_id="00000000-0000-4000-8000-000000000001", symbol="CRC/C/MAR/CO/5",
        document_date=date(2024, 5, 6), themes=("Bridges", "Roads"), groups=("Children",),
        sdgs=("9.1 - Build bridges",),
    )  # fmt: skip
    assert one(read, json_file(tmp_path / "x.json", [record()])) == expected
    assert one(read, gzip_file(tmp_path / "x.json.gz", [record()])) == expected


def test_review_by_field(tmp_path: Path, read: Read) -> None:
    row = one(read, json_file(tmp_path / "x.json", [review_record()]))
    assert (row.mechanism, row.paragraph, row.text) == (
        "UPR", "112.1", "Build a school in every valley",
    )  # fmt: skip
    assert (row.cycle, row.session, row.position) == (3, "40", "supported")
    assert (row.recommending_states, row.repairs, row.doubts) == (("TCD",), (), ())


def test_one_record_per_line(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.jsonl"
    lines = (json.dumps(review_record(n)) for n in (1, 2))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [row.row for row in read(path)] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "expected", "repair"),
    [
        ({"AnnotationType": None, "Body": "- UPR"}, {"kind": "recommendation"}, "type-from-body"),
        ({"AnnotationType": "3e4f0a0c-85fa-4408-a9db-bc816c2e1261"},
         {"kind": "recommendation"}, "type-from-text"),
        ({"AnnotationType": "", "Text": "8. The Committee is concerned about the bridges."},
         {"kind": "concern"}, "type-from-text"),
        ({"Countries": [], "Symbol": "CEDAW/C/MAR/CO/4"}, {"state": "MAR"}, "state-from-symbol"),
        ({"Countries": ["- PK"]}, {"state": "PAK"}, "state-from-code"),
        ({"Countries": ["- Turkey"]}, {"state": "TUR"}, None),
        ({"Countries": ["- Türkiye"]}, {"state": "TUR"}, None),
        ({"Body": "- Committee on the Rights of the Child"}, {"mechanism": "CRC"},
         "body-name-unified"),
        ({"Body": "- CRC-OP-SC"}, {"mechanism": "CRC-OP-SC"}, None),
        ({"Body": "", "Symbol": "CAT/OP/MAR/1"}, {"mechanism": "SPT"}, "body-from-symbol"),
        ({"Body": "- Council of Elders"}, {"mechanism": "OTHER:Council of Elders"}, None),
        ({"Text": "<div>9. <b>Mend</b> &amp; paint&nbsp;it</div>"},
         {"text": "Mend & paint it", "paragraph": "9"}, "markup-removed"),
        ({"Text": "&lt;p&gt;9. Mend it&lt;/p&gt;"}, {"text": "Mend it"}, "markup-removed"),
        ({"Text": "9. Foster the develop- ment of bridges"},
         {"text": "Foster the development of bridges"}, "broken-words-rejoined"),
        ({"Text": "9. Short- and mid- term work"}, {"text": "Short- and mid- term work"}, None),
        ({"Text": "9. Me\u202end \u0000it"}, {"text": "Mend it"}, "controls-removed"),
        ({"Text": "<p>Bridges</p><p>61.Mend them</p>"}, {"text": "Bridges\nMend them",
                                                        "paragraph": "61"}, None),
        ({"PublicationDate": "03/04/2024"},
         {"document_date": None, "doubts": (Doubt("date-unclear", "03/04/2024"),)}, None),
        ({"PublicationDate": "2199-12-31"},
         {"document_date": None, "doubts": (Doubt("date-in-future", "2199-12-31"),)}, None),
        ({"UprCycle": "42"}, {"cycle": None, "doubts": (Doubt("cycle-unknown", "42"),)}, None),
        ({"Text": "9. أصلحوا الجسور"}, {"language": "ar", "text": "أصلحوا الجسور"}, None),
    ],
)  # fmt: skip
def test_defects_are_mended_where_certain(
    tmp_path: Path, read: Read, changes: dict[str, object], expected: dict[str, object],
    repair: str | None,
) -> None:  # fmt: skip
    row = one(read, json_file(tmp_path / "x.json", [record(**changes)]))
    assert {name: getattr(row, name) for name in expected} == expected
    assert row.repairs == ((repair,) if repair else ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"AnnotationType": None, "Text": "8. Bridges matter."}, "type-missing"),
        ({"AnnotationType": "- Poem"}, "type-unknown"),
        ({"Countries": [], "Symbol": "A/76/1"}, "state-missing"),
        ({"Countries": ["- Atlantis"]}, "state-unknown"),
        ({"Body": "", "Symbol": "X/1"}, "body-missing"),
        ({"Text": "<p> </p>"}, "text-missing"),
        ({"Text": "w " * 30_000}, "text-too-long"),
    ],
)
def test_doubts_are_reported(
    tmp_path: Path, read: Read, changes: dict[str, object], reason: str
) -> None:
    good = record(AnnotationId="another")
    found = read(json_file(tmp_path / "x.json", [good, record(**changes)]))
    assert isinstance(found[0], SourceRow)
    assert isinstance(found[1], NotUnderstood)
    assert (found[1].row, found[1].reason) == (2, reason)


@pytest.mark.parametrize(
    ("written", "session", "cycle", "repairs"),
    [
        ("4th cycle", "48 Session", 4, ()),
        ("Second", "", 2, ()),
        ("42", "40 Session", 3, ("cycle-from-session",)),
        ("0", "40 Session", 3, ("cycle-from-session",)),
        ("?", "40 Session", 3, ("cycle-from-session",)),
    ],
)
def test_a_cycle_is_one_that_the_review_has(
    tmp_path: Path, read: Read, written: str, session: str, cycle: int, repairs: tuple[str, ...]
) -> None:
    base = review_record() | {"UprCycle": written, "UprSession": [session] if session else []}
    row = one(read, json_file(tmp_path / "x.json", [base]))
    assert (row.cycle, row.repairs, row.doubts) == (cycle, repairs, ())


@pytest.mark.parametrize("written", ["42", "9", "0", "2012-2016", "?"])
def test_a_cycle_that_nothing_mends_is_reported(tmp_path: Path, read: Read, written: str) -> None:
    base = review_record() | {"UprCycle": written, "UprSession": []}
    found = read(json_file(tmp_path / "x.json", [base]), cycle=3)
    assert found == [NotUnderstood(1, "value-unknown", written, "UprCycle")]


def test_a_session_of_another_cycle_is_told(tmp_path: Path, read: Read) -> None:
    row = one(read, json_file(tmp_path / "x.json", [review_record() | {"UprCycle": "4"}]))
    assert (row.cycle, row.session) == (4, "40")
    assert row.doubts == (Doubt("cycle-and-session-differ", "40 / 4"),)


def test_a_value_that_is_too_long_is_told_with_its_record(tmp_path: Path, read: Read) -> None:
    long = record(AnnotationId="b", Text="w" * 200_000)
    with pytest.raises(ValueTooLong) as refused:
        read(json_file(tmp_path / "x.json", [record(), long]))
    assert refused.value.facts["row"] == 2


def test_a_cycle_whose_sessions_are_not_set_is_taken_and_told(tmp_path: Path, read: Read) -> None:
    base = review_record() | {"UprCycle": "5", "UprSession": []}
    row = one(read, json_file(tmp_path / "x.json", [base]))
    assert (row.cycle, row.doubts) == (5, (Doubt("cycle-not-set", "5"),))


def test_duplicates(tmp_path: Path, read: Read) -> None:
    same, other = record(), record(AnnotationId="b")
    differing = [record(AnnotationId="c"), record(AnnotationId="c", Text="9. Something else")]
    found = read(json_file(tmp_path / "x.json", [same, other, same, *differing]))
    assert [row.row for row in found] == [1, 2, 4, 5]
    assert isinstance(found[0], SourceRow)
    assert found[0].repairs == ("duplicate-id-identical",)
    assert found[2:] == [NotUnderstood(n, "duplicate-id-differs", "c") for n in (4, 5)]


def test_empty_rows_and_strange_elements(tmp_path: Path, read: Read) -> None:
    blank = dict.fromkeys(record(), None)
    found = read(json_file(tmp_path / "x.json", [record(), {}, blank, None, 7, "x", [record()]]))
    assert [getattr(row, "reason", "") for row in found] == [
        "", "empty-row", "empty-row", "not-a-record", "not-a-record", "not-a-record",
        "not-a-record",
    ]  # fmt: skip


def test_an_empty_record_at_the_beginning_is_one_row_not_the_end(
    tmp_path: Path, read: Read
) -> None:
    found = read(json_file(tmp_path / "x.json", [{}, {"note": "?"}, record()]))
    assert [getattr(row, "reason", "") for row in found] == ["empty-row", "empty-row", ""]


def test_same_wording_stays_apart(tmp_path: Path, read: Read) -> None:
    text = "112.1 Build a school"
    rows = [
        review_record(1) | {"Text": text},
        review_record(2) | {"Text": text},
        review_record(3) | {"Text": text, "Countries": ["- Chad"]},
    ]
    found = read(json_file(tmp_path / "x.json", rows), any_state=True)
    assert [getattr(row, "state", None) for row in found] == ["MAR", "MAR", "TCD"]


def test_several_states_of_one_record(tmp_path: Path, read: Read) -> None:
    path = json_file(tmp_path / "x.json", [record(Countries=["- Chad", "- Mali"])])
    found = read(path, any_state=True)
    assert [(row.row, getattr(row, "state", None)) for row in found] == [(1, "TCD"), (1, "MLI")]
    assert {getattr(row, "doubts", None) for row in found} == {
        (Doubt("several-states", "TCD; MLI"),)
    }
    assert [getattr(row, "state", None) for row in read(path, state="MLI")] == ["MLI"]


def test_whose_rows_are_taken(tmp_path: Path, read: Read) -> None:
    two = [record(), record(AnnotationId="b", Countries=["- Chad"])]
    path = json_file(tmp_path / "x.json", two)
    with pytest.raises(SeveralStates) as refused:
        read(path)
    assert refused.value.facts == {"first": "MAR", "second": "TCD"}
    assert [getattr(row, "reason", "") for row in read(path, state="TCD")] == ["other-state", ""]
    alone = json_file(tmp_path / "y.json", [record(Countries=[], Symbol="")])
    assert one(read, alone, state="FJI").repairs == ("state-from-request",)


def test_bracket_is_taken_only_where_it_repeats_the_states(tmp_path: Path, read: Read) -> None:
    base = review_record()
    listed = base | {"Text": "1.1 Return land in the valley (Georgia)"}
    assert one(read, json_file(tmp_path / "a.json", [listed])).text.endswith("(Georgia)")
    silent = listed | {"UprRecommendingCountry": []}
    row = one(read, json_file(tmp_path / "b.json", [silent]))
    assert (row.text, row.recommending_states) == ("Return land in the valley", ("GEO",))
    assert row.repairs == ("recommending-states-from-text",)


def test_nothing_and_foreign_json(tmp_path: Path, read: Read) -> None:
    with pytest.raises(NothingToRead):
        read(json_file(tmp_path / "a.json", []))
    strangers: list[object] = [[{"name": "Ada"}], {"items": [record()]}, [{}]]
    for foreign in strangers:
        with pytest.raises(ColumnsNotRecognised):
            read(json_file(tmp_path / "b.json", foreign))


def test_workbook_by_field(tmp_path: Path, read: Read) -> None:
    path = uhri_workbook(tmp_path / "x.xlsx", [uhri_row()])
    assert one(read, path) == SourceRow(
        row=2, state="PER", mechanism="CESCR", paragraph="12",
        text="The Committee urges the State party to light its streets.",
        annotation_id="00000000-0000-4000-a000-000000000001", symbol="E/C.12/PER/CO/4",
        document_date=date(2024, 1, 1), themes=("Streets", "Lamps"),
        groups=("Women & girls", "Children"), sdgs=("11 - CITIES", "11.2 - Streets"),
    )  # fmt: skip


def test_workbook_of_the_review_and_its_defects(tmp_path: Path, read: Read) -> None:
    review = {
        "Text": "112.70 Light the squares (Chad)", "Reccomending Body": "- UPR",
        "UPR Reccomending States": "- Chad\n- Lao People's Democratic Republic",
        "UPR Position": "- Noted", "UPR Session": "40 Session", "Countries Concerned": "- PE",
        "Document Publication Date": "2024-02-29",
    }  # fmt: skip
    blank: list[object] = [None]
    path = uhri_workbook(
        tmp_path / "x.xlsx",
        [uhri_row(**review), blank, uhri_row(**{"Countries Concerned": None,
                                                 "OHCHR Annotation Id": "b"})],
    )  # fmt: skip
    first, empty, last = read(path)
    assert isinstance(first, SourceRow)
    assert (first.position, first.session, first.cycle) == ("noted", "40", 3)
    assert (first.recommending_states, first.paragraph) == (("TCD", "LAO"), "112.70")
    assert first.document_date == date(2024, 2, 29)
    assert first.repairs == ("state-from-code", "cycle-from-session")
    assert empty == NotUnderstood(3, "empty-row")
    assert isinstance(last, SourceRow)
    assert (last.row, last.state, last.repairs) == (4, "PER", ("state-from-symbol",))


def test_workbook_with_other_columns(tmp_path: Path, read: Read) -> None:
    with pytest.raises(ColumnsNotRecognised):
        read(workbook(tmp_path / "x.xlsx", [["Name", "Phone"], ["Ada", 12]]))
