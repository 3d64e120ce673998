"""A list as a file: CSV, XLSX or JSON of what the page shows, labelled in the reader's language."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import orjson
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from services.portal.views.records import Listed

COLUMNS = (
    "number",
    "permalink",
    "state",
    "mechanism",
    "cycle",
    "symbol",
    "paragraph",
    "text",
    "language",
    "recommending_states",
    "position",
    "position_source",
    "status",
    "lead",
    "supporting",
    "deadline",
    "main_theme",
    "themes",
    "groups",
    "sdgs",
    "document_date",
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def row_of(listed: Listed, permalink: str, languages: Sequence[str]) -> dict[str, Any]:
    """Return one record as a row; the text in the first of these languages that it has."""
    body = listed.body
    language = next((each for each in languages if each in body["texts"]), body["language"])
    joined = {name: "; ".join(body[name]) for name in ("recommending_states", "supporting", "sdgs")}
    labels = {
        name: "; ".join(term["label"] for term in body[name]) for name in ("themes", "groups")
    }
    plain = {
        name: body[name]
        for name in (
            "symbol",
            "paragraph",
            "position",
            "position_source",
            "deadline",
            "document_date",
        )
    }
    return {
        **plain,
        **joined,
        **labels,
        "number": listed.number,
        "permalink": permalink,
        "state": listed.state,
        "mechanism": listed.mechanism,
        "cycle": listed.cycle,
        "text": body["texts"][language],
        "language": language,
        "status": listed.status,
        "lead": listed.lead,
        "main_theme": (body["main_theme"] or {}).get("label"),
    }


def safe_cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(_DANGEROUS) else text


def as_csv(rows: Iterable[dict[str, Any]], head: Callable[[str], str]) -> bytes:
    """Return rows as CSV (RFC 4180, UTF-8 with BOM)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([head(name) for name in COLUMNS])
    for row in rows:
        writer.writerow([safe_cell(row[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(rows: Iterable[dict[str, Any]], head: Callable[[str], str], *, rtl: bool) -> bytes:
    """Return rows as a workbook; cells are typed as text, so none is a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    if rtl:
        sheet.right_to_left()
    bold = book.add_format({"bold": True})
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, head(name), bold)
    for line, row in enumerate(rows, start=1):
        for column, name in enumerate(COLUMNS):
            if row[name] is not None:
                sheet.write_string(line, column, str(row[name])[:32_767])
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()


def as_json(rows: Iterable[dict[str, Any]], total: int, question: dict[str, Any]) -> bytes:
    """Return rows as one JSON document that also says what was asked."""
    document = {"total": total, "question": question, "recommendations": list(rows)}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
