"""Small files of every layout, written here with sentences of our own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import docx
import xlsxwriter

UHRI_COLUMNS = (
    "Text", "Countries Concerned", "Reccomending Body", "Document Symbol", "Themes",
    "Affected Persons", "Sdgs", "Document Publication Date", "UPR Reccomending States",
    "UPR Position", "Type", "OHCHR Annotation Id", "UPR Session", "Regions Concerned",
    "Recommending Regions", "Date of publication on UHRI",
)  # fmt: skip

OLD_COLUMNS = (
    "Recommendation", "Position", "Full list of themes",
    "Assessment/comments on level of implementation",
)  # fmt: skip
NEW_COLUMNS = (
    "Recommendation and recommending State", "Position of the State under review",
    "Human rights themes and groups of persons", "Relevant SDGs",
)  # fmt: skip

Heading = str
Cells = Sequence[str]


def matrix(
    path: Path,
    columns: Cells,
    rows: Iterable[Heading | Cells],
    *,
    header: str = "",
    title: str = "",
) -> Path:
    """Write a Word matrix: a heading is one text across all columns, a row its cells."""
    document = docx.Document()
    document.core_properties.title = title
    document.sections[0].header.paragraphs[0].text = header
    table = document.add_table(rows=1, cols=len(columns))
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        cell.text = text
    for row in rows:
        cells = table.add_row().cells
        if isinstance(row, str):
            cells[0].merge(cells[-1]).text = row
        else:
            for cell, text in zip(cells, row, strict=False):
                cell.text = text
    document.save(str(path))
    return path


def old_matrix(path: Path, *, header: str = "UPR of Norway (2nd Cycle – 19th session)") -> Path:
    """Write the layout of cycles 2 and 3: two headings, three recommendations."""
    source = "\nSource of position: A/HRC/27/3/Add.1 - Para. 5"
    return matrix(
        path,
        OLD_COLUMNS,
        [
            "Theme: Z11 Reading rooms",
            (f"131.1 Open a reading room in every village (Chad, Peru and Fiji);{source}",
             "Supported", "Z11 Reading rooms\nZ12 Libraries\nAffected persons:\n- children", ""),
            (f"131.2 Lend books free of charge (Venezuela (Bolivarian Republic of));{source}",
             "Noted", "Z11 Reading rooms\nAffected persons:\n- general", ""),
            "Theme: Z12 Libraries ",
            (f"131.30 Train librarians in sign language (CRLD) (Turkey) (Swaziland);{source}",
             "Supported", "Z12 Libraries\nAffected persons:\n- persons with disabilities", ""),
        ],
        header=header,
    )  # fmt: skip


PLANT_TREES = "12.7 Plant trees along every school road (Maldives) (Islamic Republic of Iran);"


def new_matrix(path: Path, *, header: str = "UPR of Kenya (4th Cycle - 49th Session)") -> Path:
    """Write the layout of cycle 4: two headings, two recommendations."""
    source = "\nSource of Position: A/HRC/61/7/Add.1 - Para.4"
    return matrix(
        path,
        NEW_COLUMNS,
        [
            "Theme: Parks & gardens",
            (f"{PLANT_TREES}{source}", "Supported",
             "- Parks & gardens\n- Shade\nGroups of Persons: \n- Children\n- Older persons",
             "- 11 - SUSTAINABLE CITIES\n- 13.1 - Strengthen resilience"),
            "Theme: Shade",
            (f"12.70 Measure the heat in classrooms (Bosnia and Herzegovina);{source}",
             "Noted", "- Shade\nGroups of Persons:\n- Children", "- 13 - CLIMATE"),
        ],
        header=header,
    )  # fmt: skip


def record(**changes: Any) -> dict[str, Any]:
    """Give a record of the UHRI export's shape."""
    return {
        "AnnotationId": "00000000-0000-4000-8000-000000000001",
        "AnnotationType": "- Recommendations",
        "Text": "<p>7. The Committee recommends that the State party mend its bridges.</p>",
        "Symbol": "CRC/C/MAR/CO/5",
        "DocumentId": None,
        "Body": "- CRC",
        "Countries": ["- Morocco"],
        "Regions": ["- Africa"],
        "Themes": ["- Bridges", "- Roads"],
        "AffectedPersons": ["- Children"],
        "Sdgs": ["- 9.1 - Build bridges"],
        "PublicationDate": "2024-05-06",
        "PublicationDateOnUhri": None,
        "UprCycle": None,
        "UprSession": [],
        "UprPositions": [],
        "UprRecommendingCountry": [],
        "UprRecommendingRegions": [],
    } | changes


def review_record(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Give a record of the universal periodic review."""
    return record(
        AnnotationId=f"00000000-0000-4000-9000-{number:012d}",
        Text=f"<p>112.{number} Build a school in every valley (Chad);</p>",
        Symbol="A/HRC/50/9",
        Body="- UPR",
        UprCycle="3",
        UprSession=["40 Session"],
        UprPositions=["- Supported"],
        UprRecommendingCountry=["- Chad"],
        **changes,
    )


def json_file(path: Path, records: object) -> Path:
    """Write a JSON export."""
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


def gzip_file(path: Path, records: object) -> Path:
    """Write a gzipped JSON export."""
    path.write_bytes(gzip.compress(json.dumps(records).encode(), mtime=0))
    return path


def workbook(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """Write a workbook of one sheet."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, place, cell)
    return path


def uhri_row(**changes: object) -> list[object]:
    """Give a row of the UHRI workbook, by column name."""
    values: dict[str, object] = {
        "Text": "12. The Committee urges the State party to light its streets.",
        "Countries Concerned": "- Peru",
        "Reccomending Body": "- CESCR",
        "Document Symbol": "E/C.12/PER/CO/4",
        "Themes": "- Streets\n- Lamps",
        "Affected Persons": "- Women & girls\n- Children",
        "Sdgs": "- 11 - CITIES\n- 11.2 - Streets",
        "Document Publication Date": 45292,
        "Type": "- Recommendations",
        "OHCHR Annotation Id": "00000000-0000-4000-a000-000000000001",
    } | changes
    return [values.get(column) for column in UHRI_COLUMNS]


def uhri_workbook(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """Write the UHRI export as a workbook."""
    return workbook(path, [UHRI_COLUMNS, *rows])
