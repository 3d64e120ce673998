"""What every page is made of: the context of each template, worded in the reader's language.

Days and moments are dates; the templates write them. Words, labels and sentences come in the
language of the page, except ``Text``, which carries the language it is written in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.portal.views.page_parts import (
    ActiveFilter,
    Crumb,
    Difference,
    Direction,
    FacetGroup,
    Link,
    Matrix,
    Option,
    Pager,
    RecordCard,
    Tag,
    TagKind,
    Text,
)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language, named in that language."""

    tag: str
    name: str
    direction: Direction
    href: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What just happened, at the head of the page: "Recorded as version 18"."""

    kind: Literal["done", "told", "warning"]
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class AsAt:
    """The past day that the page shows; ``now_href`` leads back to today."""

    day: date
    basis: Literal["recorded", "happened"]
    now_href: str


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What stands around every page.

    ``title`` names the page in the browser's tab. ``section`` is the entry of the navigation that
    it belongs to (``recommendations``, ``mechanisms``, ``about``, ``new``, ``imports``,
    ``status``). ``can`` holds ``type-in``, ``import``, ``operate`` where the reader may.
    ``record_line`` is told at the foot from left to right of the language; ``downloads`` follow it.
    ``refresh`` asks a browser without scripting to load the page again after so many seconds.
    """

    title: str
    path: str
    languages: tuple[LanguageLink, ...]
    section: str = ""
    site_name: str = ""
    signed_in: str = ""
    can: frozenset[str] = frozenset()
    as_at: AsAt | None = None
    record_line: tuple[str, ...] = ()
    downloads: tuple[Link, ...] = ()
    csrf: str = ""
    notice: Notice | None = None
    crumbs: tuple[Crumb, ...] = ()
    wrong: bool = False
    refresh: int = 0
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A clause of the home sentence, which the template words by kind and count, and its list."""

    word: str
    href: str
    kind: TagKind = "none"
    count: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that falls due."""

    day: date
    what: str
    href: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was recorded lately."""

    when: datetime
    what: str
    href: str
    number: str
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page: one question, one sentence, one matrix, what is due and what changed."""

    search_action: str
    total: Figure
    figures: tuple[Figure, ...]
    as_at: date
    matrix: Matrix
    deadlines: tuple[Deadline, ...]
    changes: tuple[Change, ...]
    late: Figure | None = None
    examples: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list with its search, filters and counts; ``hidden`` keeps the filters in a search.

    ``suggestion`` is a better query than ``q``, ``searched`` the one that was asked instead of it.
    """

    action: str
    q: str
    records: tuple[RecordCard, ...]
    facets: tuple[FacetGroup, ...]
    active: tuple[ActiveFilter, ...]
    pager: Pager
    orders: tuple[Option, ...]
    order: str
    downloads: tuple[Link, ...]
    clear_href: str
    hidden: tuple[tuple[str, str], ...] = ()
    suggestion: Link | None = None
    searched: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the record: its name and its values; ``ltr`` for symbols and numbers."""

    label: str
    values: tuple[Link, ...]
    ltr: bool = False
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A main step of the follow-up, for the horizontal summary."""

    kind: Literal["past", "now", "due", "open"]
    word: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One act of the story: who, what, when (both dates), why."""

    kind: Literal["past", "now", "due"]
    what: str
    when_happened: date | None
    who: str = ""
    why: str = ""
    detail: str = ""
    when_recorded: datetime | None = None
    version: int | None = None
    changes: tuple[Difference, ...] = ()
    late_recorded: bool = False


@dataclass(frozen=True, slots=True)
class VersionLink:
    """A version of the record."""

    version: int
    when: datetime
    what: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class AsAtForm:
    """The choice of a past day."""

    action: str
    day: date
    basis: Literal["recorded", "happened"]
    earliest: date
    latest: date
    error: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that a record came in: ``row`` counts from 1, ``fingerprint`` begins its SHA-256.

    ``original`` leads to the file itself, for those who may have it.
    """

    name: str
    fingerprint: str
    row: int
    when: date | None = None
    who: str = ""
    imported: Link | None = None
    original: Link | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record comes from: the document that says it, and the file that brought it.

    ``annotation`` is the id that the Universal Human Rights Index gives it.
    """

    document: Link | None = None
    day: date | None = None
    annotation: str = ""
    file: SourceFile | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One recommendation: its texts, what the State answered, and everything done about it.

    ``title`` is the official text (or the page language's, where one stands); ``texts`` are those
    in other languages. ``assessments`` are who says what (State, NHRI, mechanism).
    """

    number: str
    mechanism: Link
    title: Text
    texts: tuple[Text, ...]
    summary: Text | None
    position: Tag
    position_source: str
    status: Tag
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    thread: tuple[ThreadEntry, ...]
    versions: tuple[VersionLink, ...]
    versions_href: str
    permalink: str
    downloads: tuple[Link, ...]
    as_at_form: AsAtForm
    source: Source
    session: str = ""
    badges: tuple[Tag, ...] = ()
    recommending_states: tuple[str, ...] = ()
    assessments: tuple[tuple[str, Tag], ...] = ()
    links: tuple[tuple[str, RecordCard], ...] = ()
    controls: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """Two versions of a record, compared word by word; ``compare`` chooses which."""

    number: str
    href: str
    versions: tuple[VersionLink, ...]
    older: int
    newer: int
    action: str
    differences: tuple[Difference, ...]
    reason: str = ""
    who: str = ""
    when: datetime | None = None
