"""What one row of a source file says, whichever format it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from libs.kernel.words import Position

MOST_TEXT: Final = 50_000
"""Signs of the longest text of a recommendation, whether it is typed in or comes in a file."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a person should look at on a row that was read: a code, and what was written there."""

    code: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One recommendation (or concern) as a source file states it; labels kept verbatim.

    ``row`` is the row's place as a person finds it in the file (table row, array index + 1 or
    sheet row, counted from 1, the header included). ``state`` is the ISO 3166-1 alpha-3 code of
    the State under review. ``paragraph`` is the leading number of the text ("140.7", "61").
    ``text`` is plain text without that number and without the bracket of recommending States.
    ``repairs`` names, by code, each defect that was certainly mended while reading; ``doubts``
    what is not certain. ``note`` is what somebody wrote beside the row for themselves.
    ``official`` says whether the UN has published the text, where the file says so.
    """

    row: int
    state: str
    mechanism: str
    text: str
    language: str = "en"
    kind: Literal["recommendation", "concern"] = "recommendation"
    paragraph: str | None = None
    annotation_id: str | None = None
    symbol: str | None = None
    cycle: int | None = None
    session: str | None = None
    document_date: date | None = None
    recommending_states: tuple[str, ...] = ()
    position: Position | None = None
    position_as_written: str | None = None
    position_source: str | None = None
    main_theme: str | None = None
    themes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    note: str | None = None
    doubts: tuple[Doubt, ...] = ()
    official: bool | None = None


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A row that could not be read with certainty: where it stands and why (a refusal code).

    ``excerpt`` is what was written: in ``column``, where one value is to blame.
    """

    row: int
    reason: str
    excerpt: str = ""
    column: str = ""
