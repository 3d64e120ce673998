"""The parts that pages are made of: texts, links, tags, forms, cards, facets, the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Direction = Literal["ltr", "rtl"]
TagKind = Literal["done", "part", "going", "waiting", "late", "noted", "none", "seal"]
FieldKind = Literal[
    "text",
    "textarea",
    "select",
    "radio",
    "date",
    "checkbox",
    "checkboxes",
    "file",
    "password",
    "search",
]


@dataclass(frozen=True, slots=True)
class Text:
    """Words in a language of their own: ``lang`` is its tag; ``origin`` a badge (official …)."""

    text: str
    lang: str
    dir: Direction
    origin: str = ""
    language_name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere; ``ltr`` for symbols and formats that stand left to right."""

    word: str
    href: str
    ltr: bool = False


Crumb = Link
"""A step of the way to this page; the page itself is not among them."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A status as shape (by ``kind``), word and colour."""

    kind: TagKind
    word: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a word-level difference."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How one field changed; ``lang`` and ``dir`` are those of its text.

    ``in_words``: word by word; otherwise it was too long, and stands as removed and as added.
    """

    label: str
    segments: tuple[Segment, ...]
    lang: str
    dir: Direction
    in_words: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form. ``values`` are the chosen ones of ``checkboxes`` (else ``value``).

    A non-empty ``section`` begins a group of questions with that heading.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    value: str = ""
    values: tuple[str, ...] = ()
    hint: str = ""
    error: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    section: str = ""
    lang: str = ""
    dir: str = ""
    rows: int = 4
    accept: str = ""
    autocomplete: str = ""
    width: Literal["", "short", "wide"] = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is posted; ``hidden`` carries what must not be lost (version, key, answers)."""

    action: str
    submit: str
    fields: tuple[Field, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    cancel_href: str = ""
    multipart: bool = False
    weighty: bool = False

    @property
    def mistakes(self) -> tuple[Field, ...]:
        """Fields that must be corrected."""
        return tuple(each for each in self.fields if each.error)


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A recommendation as one entry of a list."""

    number: str
    href: str
    text: Text
    mechanism: str
    tags: tuple[Tag, ...] = ()
    facts: tuple[str, ...] = ()
    lead: str = ""
    deadline: date | None = None
    late: bool = False
    marks: tuple[Literal["past", "now", "due", "open"], ...] = ()
    highlight: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value to narrow a list by; ``href`` toggles it."""

    value: str
    label: str
    count: int
    chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """Values of one kind; ``more_href`` leads to all where only the largest stand here."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    more_href: str = ""


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter that holds, and the address of the list without it."""

    label: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a list the page stands; empty addresses where there is nothing more."""

    first: int
    last: int
    total: int
    page: int
    pages: int
    previous_href: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A figure of the follow-up matrix and the list behind it."""

    count: int
    href: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A mechanism in the matrix."""

    word: str
    href: str
    cells: tuple[MatrixCell, ...]
    total: MatrixCell


@dataclass(frozen=True, slots=True)
class Matrix:
    """Mechanism by status: a table whose every figure is a link; ``foot`` names its totals."""

    caption: str
    columns: tuple[Tag, ...]
    rows: tuple[MatrixRow, ...]
    corner: str = ""
    totals: tuple[MatrixCell, ...] = ()
    foot: str = ""

    @property
    def most(self) -> int:
        """The largest figure, by which the squares are drawn; at least 1."""
        return max((cell.count for row in self.rows for cell in row.cells), default=1) or 1
