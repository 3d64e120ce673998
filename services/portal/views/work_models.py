"""What the pages of the desk and of the house are made of: forms, imports, problems, status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.portal.views.page_parts import (
    Difference,
    Direction,
    Form,
    Link,
    Matrix,
    Pager,
    RecordCard,
    Tag,
    Text,
)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that asks: type in, correct, give a position, summarise, withdraw."""

    title: str
    form: Form
    lede: str = ""
    warning: str = ""
    record: RecordCard | None = None


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Sign in; the form asks name and password."""

    form: Form
    first_href: str = ""


@dataclass(frozen=True, slots=True)
class FirstSignInPage:
    """Make the first account with the token that the platform printed once."""

    form: Form


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the list of imports."""

    href: str
    file_name: str
    format: str
    state: Tag
    when: datetime
    who: str
    summary: str


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """Imports, newest first, and the form for the next.

    ``newer_href`` leads to those registered next after them, ``older_href`` to earlier ones;
    ``template_links`` lead to our empty template, ``register_links`` give the register in it.
    """

    upload: Form | None
    imports: tuple[ImportLine, ...]
    newer_href: str = ""
    older_href: str = ""
    template_links: tuple[Link, ...] = ()
    register_links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is; ``total`` 0 where it is not known."""

    done: int
    total: int
    word: str


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows of a kind a file has; the link shows them."""

    kind: Literal["read", "new", "changed", "unchanged", "conflicts", "not_understood", "doubtful"]
    label: str
    count: int
    href: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the file: what it says, what would change by it, what to look at on it.

    ``ways`` lead to what a person can do where the register says otherwise by a person's own hand.
    """

    row: int
    text: Text | None
    reason: str = ""
    record: Link | None = None
    differences: tuple[Difference, ...] = ()
    repairs: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    ways: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import: preview, then confirm; later undo."""

    file_name: str
    file_hash: str
    format: str
    state: Tag
    when: datetime
    who: str
    counts: tuple[RowCount, ...]
    rows: tuple[SourceRow, ...]
    rows_title: str
    pager: Pager | None = None
    progress: Progress | None = None
    refusal: str = ""
    confirm: Form | None = None
    undo: Form | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend."""

    label: str
    message: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A field that two people changed: what now stands and what the reader typed."""

    label: str
    stands: str
    yours: str
    lang: str
    dir: Direction


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """What went wrong and how to mend it; ``again`` carries what was typed (nothing is lost)."""

    status: int
    title: str
    detail: str
    mistakes: tuple[Mistake, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    stands_version: int | None = None
    again: Form | None = None
    links: tuple[Link, ...] = ()
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service of the house."""

    name: str
    state: Tag
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReadModelLine:
    """A read model: the position that it has read up to, and the newest there is."""

    name: str
    source: str
    position: int
    head: int
    state: Tag


@dataclass(frozen=True, slots=True)
class RelayLine:
    """A relay: the last position recorded and the last one told."""

    service: str
    recorded: int
    told: int
    state: Tag


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message in quarantine; ``redrive`` sends it again."""

    reaction: str
    event: str
    attempts: int
    error: str
    since: datetime
    redrive: Form


@dataclass(frozen=True, slots=True)
class StatusPage:
    """The operator's page: everything that runs, how far behind it is, what waits for a person."""

    state: Tag
    at: datetime
    services: tuple[ServiceLine, ...]
    read_models: tuple[ReadModelLine, ...]
    relays: tuple[RelayLine, ...]
    bus: tuple[tuple[str, str], ...]
    database: tuple[tuple[str, str], ...]
    quarantine: tuple[Waiting, ...] = ()


TEXT_SECTIONS: dict[str, tuple[str, ...]] = {
    "about": ("record", "memory", "who", "words", "data"),
    "help": ("find", "read", "asat", "cite", "data"),
    "accessibility": ("aim", "how", "limits", "tell"),
}
"""The sections of each text page; the catalogues hold ``<kind>-<section>-title`` and ``-text``."""


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of plain words from the catalogues: about, help, accessibility."""

    kind: Literal["about", "help", "accessibility"]

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of its sections, in order."""
        return TEXT_SECTIONS[self.kind]


@dataclass(frozen=True, slots=True)
class MechanismsPage:
    """All mechanisms by group, each with its recommendations by status."""

    matrices: tuple[tuple[str, Matrix], ...]
    as_at: date
    statuses: tuple[tuple[Tag, str], ...] = ()
