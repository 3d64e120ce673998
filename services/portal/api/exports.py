"""A list as a file: CSV and XLSX in the words of the reader's language, JSON in codes.

Beside words stand the codes by which the list is filtered; beside codes of themes and groups the
labels of the source, which are all there is where nothing maps them. Files are written batch by
batch, whatever their size, and never shortened.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import orjson
import xlsxwriter

from libs.kernel.cells import neutralised
from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from services.portal.api.wording import Wording
    from services.portal.views.records import Listed

    Row = dict[str, Any]
    RowOf = Callable[[Listed], Row]

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
    "state_code",
    "mechanism_code",
    "position_code",
    "status_code",
    "lead_code",
    "theme_codes",
    "group_codes",
)
BETWEEN = "; "
"""What stands between several values of a cell."""
MOST_LINES = 1_048_576
MOST_IN_CELL = 32_767
"""What a worksheet holds: lines, and characters of one cell."""


class TooLongForAWorkbook(Refusal):
    """A worksheet holds 1,048,576 lines; a longer list is taken as CSV or JSON."""


class Writer(Protocol):
    """Writes a list into a file."""

    def add(self, listed: Iterable[Listed]) -> None:
        """Write the next records."""

    def end(self) -> None:
        """Write what stands at the end."""


def in_codes(listed: Listed, permalink: str, language: str) -> Row:
    """Return one record with the codes of its words; the text in ``language`` if it has it."""
    body = listed.body
    said = language if language in body["texts"] else body["language"]
    plain = {
        name: body[name]
        for name in ("symbol", "paragraph", "position", "position_source", "document_date")
    }
    return {
        **plain,
        **{name: list(body[name]) for name in ("recommending_states", "supporting", "sdgs")},
        **{name: list(map(_coded, body[name])) for name in ("themes", "groups")},
        "number": listed.number,
        "permalink": permalink,
        "state": listed.state,
        "mechanism": listed.mechanism,
        "cycle": listed.cycle,
        "text": body["texts"][said],
        "language": said,
        "status": listed.status,
        "lead": listed.lead,
        "deadline": body["deadline"],
        "main_theme": _coded(body["main_theme"]) if body["main_theme"] else None,
    }


def _coded(term: Mapping[str, Any]) -> dict[str, str | None]:
    """Return a word of a vocabulary as the source wrote it, and its code if anything maps it."""
    return {"code": term.get("code"), "label": term["label"]}


def in_words(listed: Listed, permalink: str, wording: Wording) -> Row:
    """Return one record as its page words it, and the codes of that by which a list is filtered."""
    body = listed.body
    row = in_codes(listed, permalink, wording.language.tag)
    several = {
        "recommending_states": map(wording.state, body["recommending_states"]),
        "supporting": map(wording.institution, body["supporting"]),
        "themes": map(wording.theme, body["themes"]),
        "groups": map(wording.group, body["groups"]),
        "sdgs": body["sdgs"],
        **{f"{name}_codes": map(_filtered, body[f"{name}s"]) for name in ("theme", "group")},
    }
    said = {
        "state": wording.state(listed.state),
        "mechanism": wording.mechanism(listed.mechanism),
        "language": wording.language_name(row["language"]),
        "position": wording.position(listed.position).word,
        "status": wording.status(listed.status).word,
        "lead": wording.institution(listed.lead),
        "main_theme": wording.theme(body["main_theme"]) if body["main_theme"] else None,
    }
    codes = {f"{name}_code": row[name] for name in ("state", "mechanism", "status", "lead")}
    codes["position_code"] = row["position"] or "none"
    joined = {name: BETWEEN.join(each) for name, each in several.items()}
    return row | said | joined | codes


def _filtered(term: Mapping[str, Any]) -> str:
    """Return what a list is filtered by: a code, or the label where nothing maps it."""
    return str(term.get("code") or term["label"])


class Csv:
    """Writes CSV (RFC 4180, UTF-8 with BOM)."""

    def __init__(self, file: BinaryIO, row_of: RowOf, wording: Wording) -> None:
        """Write into ``file``, first the heads."""
        self._row_of = row_of
        self._out = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._out)
        self._writer.writerow(_heads(wording))

    def add(self, listed: Iterable[Listed]) -> None:
        """Write the next records."""
        for row in map(self._row_of, listed):
            values = [row[name] for name in COLUMNS]
            self._writer.writerow(["" if v is None else neutralised(str(v)) for v in values])

    def end(self) -> None:
        """Leave the file open for whoever sends it."""
        self._out.detach()


class Xlsx:
    """Writes a workbook line by line; cells are typed as text, so none is a formula."""

    def __init__(self, file: BinaryIO, row_of: RowOf, wording: Wording) -> None:
        """Write into ``file``, first the heads."""
        self._row_of = row_of
        self._cut = wording.message("cell-cut")
        self._book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False}
        )
        self._sheet = self._book.add_worksheet()
        if wording.language.direction == "rtl":
            self._sheet.right_to_left()
        self._sheet.freeze_panes(1, 1)
        bold = self._book.add_format({"bold": True})
        for column, head in enumerate(_heads(wording)):
            self._sheet.write_string(0, column, head, bold)
        self._line = 0

    def add(self, listed: Iterable[Listed]) -> None:
        """Write the next records."""
        for row in map(self._row_of, listed):
            self._line += 1
            for column, name in enumerate(COLUMNS):
                if row[name] is not None:
                    self._sheet.write_string(self._line, column, self._cell(str(row[name])))

    def _cell(self, text: str) -> str:
        """Return what a cell can hold; where that is not all, it says so."""
        if len(text) <= MOST_IN_CELL:
            return text
        return text[: MOST_IN_CELL - len(self._cut)] + self._cut

    def end(self) -> None:
        """Put the workbook together."""
        self._book.close()


class Json:
    """Writes one JSON document that also says what was asked."""

    def __init__(self, file: BinaryIO, row_of: RowOf, total: int, question: dict[str, Any]) -> None:
        """Write into ``file``, first how many records come and what was asked."""
        self._file = file
        self._row_of = row_of
        self._between = b"\n"
        asked = orjson.dumps(question)
        file.write(b'{"total": %d,\n"question": %b,\n"recommendations": [' % (total, asked))

    def add(self, listed: Iterable[Listed]) -> None:
        """Write the next records."""
        for row in map(self._row_of, listed):
            self._file.write(self._between + orjson.dumps(row))
            self._between = b",\n"

    def end(self) -> None:
        """Close the list."""
        self._file.write(b"\n]}\n")


def _heads(wording: Wording) -> list[str]:
    return [wording.message(f"column-{name.replace('_', '-')}") for name in COLUMNS]
