"""OHCHR's thematic list of UPR recommendations, in the layouts of cycles 2 to 4.

Cycles 2 and 3: recommendation, position, full list of themes, assessment. Cycle 4: recommendation
and recommending State, position, themes and groups, relevant SDGs. Rows of one cell are headings;
each recommendation stands once, under its main theme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.intake.adapters.reading import limits
from services.intake.adapters.reading.archive import open_archive, open_part
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.origin import Origin, cycle_doubts, origin_of
from services.intake.adapters.reading.positions import position_doubt, position_of
from services.intake.adapters.reading.refusals import (
    ColumnsNotRecognised,
    Reason,
)
from services.intake.adapters.reading.text import bare_label, clean, take_number, take_states
from services.intake.adapters.reading.word_xml import (
    Paragraph,
    TableRow,
    stream,
    texts_outside_body,
)
from services.intake.domain.defects import Note, Repair
from services.intake.domain.excerpt import EXCERPT_LENGTH, shown
from services.intake.domain.source_row import Doubt, NotUnderstood, SourceRow

_DOCUMENT: Final = "word/document.xml"
_COLUMNS: Final = {
    "recommendation": re.compile(r"^(?:recomm|recom)", re.IGNORECASE),
    "position": re.compile(r"^(?:position|posici[oó]n|state'?s? position|response)", re.IGNORECASE),
    "themes": re.compile(r"\b(?:themes?|th[eè]mes?|temas?)\b", re.IGNORECASE),
    "sdgs": re.compile(r"\b(?:SDGs?|sustainable development|ODD|ODS)\b", re.IGNORECASE),
    "assessment": re.compile(
        r"\b(?:assessment|comments?|[eé]valuation|evaluaci[oó]n)\b", re.IGNORECASE
    ),
}
_HEADING: Final = re.compile(r"^(?:main )?(?:themes?|th[eè]mes?|temas?)\s*:\s*", re.IGNORECASE)
_SOURCE: Final = re.compile(
    r"\s*\b(?:source of (?:the )?position|source de la position|fuente de la posici[oó]n)\s*:?\s*",
    re.IGNORECASE,
)
_GROUPS: Final = re.compile(
    r"^-?\s*(?:affected persons|groups? of persons|persons affected|groupes? de personnes"
    r"|personnes concern[eé]es|grupos? de personas|personas afectadas)\s*:\s*",
    re.IGNORECASE,
)
_SYMBOL: Final = re.compile(r"\b[A-Z]{1,5}(?:/[A-Za-z0-9.]+){2,8}")
_ADDENDUM: Final = re.compile(r"/(?:Add|Corr|Rev)\.\d+$", re.IGNORECASE)
_SDG_CYCLE: Final = 4
_FEWEST_COLUMNS: Final = 2


@dataclass(slots=True)
class _Reading:
    """What is known at one point of the document."""

    defaults: Defaults
    outside: list[str]
    columns: dict[str, int] = field(default_factory=dict)
    width: int = 0
    theme: str | None = None
    origin: Origin | None = None
    before: list[TableRow] = field(default_factory=list)


def read_matrix(path: Path, defaults: Defaults) -> Iterator[SourceRow | NotUnderstood]:
    """Read a matrix; every row is a header, a heading, a recommendation or not understood.

    Raises ``ColumnsNotRecognised``, ``StateNotNamed``, ``StateDiffers``, ``CycleDiffers`` and
    what the container and its XML raise.
    """
    with open_archive(path) as archive, open_part(archive, _DOCUMENT) as part:
        reading = _Reading(defaults, texts_outside_body(archive))
        for item in stream(part, _DOCUMENT):
            if isinstance(item, Paragraph):
                _take_paragraph(reading, item)
            else:
                yield from _take_row(reading, item)
    if not reading.columns:
        first = reading.before[0].cells if reading.before else ()
        raise ColumnsNotRecognised(columns=shown(" | ".join(first)))


def _take_paragraph(reading: _Reading, paragraph: Paragraph) -> None:
    if _HEADING.match(paragraph.text):
        reading.theme = bare_label(_HEADING.sub("", paragraph.text))
    elif not reading.columns and paragraph.text:
        reading.outside.append(paragraph.text)


def _take_row(reading: _Reading, row: TableRow) -> Iterator[SourceRow | NotUnderstood]:
    found = _columns(row.cells)
    if found:
        if reading.origin is None:
            reading.origin = origin_of(reading.outside, reading.defaults)
            yield from (_outside(earlier) for earlier in reading.before)
        reading.columns, reading.width = found, len(row.cells)
    elif not reading.columns:
        reading.before.append(row)
        reading.outside.extend(row.cells)
    elif _is_heading(row):
        reading.theme = bare_label(_HEADING.sub("", row.cells[0]))
    else:
        yield _recommendation(reading, row)


def _outside(row: TableRow) -> NotUnderstood:
    return NotUnderstood(row.number, Reason.OUTSIDE_THE_TABLE, _excerpt(row))


def _columns(cells: tuple[str, ...]) -> dict[str, int]:
    """Give the place of each column when this row is the header of a matrix."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        if len(cell) <= EXCERPT_LENGTH:
            names = (n for n, p in _COLUMNS.items() if n not in found and p.search(cell.strip()))
            found.update(dict.fromkeys(list(names)[:1], at))
    return found if {"recommendation", "position", "themes"} <= found.keys() else {}


def _is_heading(row: TableRow) -> bool:
    filled = [cell for cell in row.cells if cell]
    if len(filled) != 1 or not row.cells[0]:
        return False
    single = len(row.cells) < _FEWEST_COLUMNS
    return bool(_HEADING.match(filled[0])) or (single and take_number(filled[0])[0] is None)


def _excerpt(row: TableRow) -> str:
    return shown(" | ".join(cell for cell in row.cells if cell), EXCERPT_LENGTH)


def _recommendation(reading: _Reading, row: TableRow) -> SourceRow | NotUnderstood:
    if not any(row.cells):
        return NotUnderstood(row.number, Reason.EMPTY_ROW)
    if len(row.cells) < reading.width or reading.origin is None:
        return NotUnderstood(row.number, Reason.CELLS_MISSING, _excerpt(row))
    cells = {name: row.cells[at] for name, at in reading.columns.items()}
    if len(cells["recommendation"]) > limits.TEXT_CHARACTERS:
        return NotUnderstood(row.number, Reason.TEXT_TOO_LONG, _excerpt(row))
    written, source = _split_source(cells["recommendation"])
    cleaned = clean(written)
    paragraph, text = take_number(cleaned.text)
    states, text = take_states(text, verbatim=True)
    if not text:
        return NotUnderstood(row.number, Reason.TEXT_MISSING, _excerpt(row))
    return _source_row(reading, reading.origin, row, cells).with_text(
        text, paragraph, states, source, cleaned.repairs
    )


def _split_source(cell: str) -> tuple[str, str | None]:
    """Split off the source of the position; the last mention of one counts."""
    match = next(iter(list(_SOURCE.finditer(cell))[-1:]), None)
    if match is None:
        return cell, None
    return cell[: match.start()], " ".join(cell[match.end() :].split()) or None


@dataclass(frozen=True, slots=True)
class _Frame:
    """All of a row but what stands in its first cell."""

    row: int
    origin: Origin
    theme: str | None
    position_cell: str
    themes: tuple[str, ...]
    groups: tuple[str, ...]
    sdgs: tuple[str, ...]
    repairs: tuple[str, ...]

    def with_text(
        self,
        text: str,
        paragraph: str | None,
        states: tuple[str, ...],
        source: str | None,
        repairs: tuple[str, ...],
    ) -> SourceRow:
        """Give the whole row."""
        position = position_of(self.position_cell)
        doubts = [] if states else [Doubt(Note.RECOMMENDING_STATES_MISSING)]
        if position is None:
            doubts.append(position_doubt(self.position_cell))
        doubts += cycle_doubts(self.origin.cycle, self.origin.session)
        return SourceRow(
            row=self.row, state=self.origin.state, mechanism="UPR", text=text,
            paragraph=paragraph, symbol=_symbol(source), cycle=self.origin.cycle,
            session=self.origin.session, recommending_states=states, position=position,
            position_as_written=self.position_cell or None, position_source=source,
            main_theme=self.theme, themes=self.themes, groups=self.groups, sdgs=self.sdgs,
            repairs=(*self.repairs, *repairs), doubts=tuple(doubts),
        )  # fmt: skip


def _source_row(reading: _Reading, origin: Origin, row: TableRow, cells: dict[str, str]) -> _Frame:
    themes, groups = _themes_and_groups(cells["themes"])
    repairs = origin.repairs
    if "sdgs" in cells and origin.cycle is None:
        origin = origin.in_cycle(_SDG_CYCLE)
        repairs = (*repairs, Repair.CYCLE_FROM_LAYOUT)
    return _Frame(
        row.number, origin, reading.theme, " ".join(cells["position"].split()), themes, groups,
        _labels(cells.get("sdgs", "")), repairs,
    )  # fmt: skip


def _labels(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for line in cell.split("\n") if (label := bare_label(line))))


def _themes_and_groups(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    themes: list[str] = []
    groups: list[str] | None = None
    for line in cell.split("\n"):
        if _GROUPS.match(line):
            groups = groups or []
            line = _GROUPS.sub("", line)  # noqa: PLW2901  the rest of the line may be a group
        if line.strip():
            (themes if groups is None else groups).append(line)
    return _labels("\n".join(themes)), _labels("\n".join(groups or []))


def _symbol(source: str | None) -> str | None:
    """Give the working group's report: the addendum that it names holds only the positions."""
    match = _SYMBOL.search(source or "")
    return _ADDENDUM.sub("", match.group()) if match else None
