"""Two passes over the records of one file: first what concerns the whole, then the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from services.intake.adapters.reading import limits
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.refusals import (
    NothingToRead,
    Reason,
    SeveralStates,
    TooManyRows,
)
from services.intake.domain.defects import Repair
from services.intake.domain.excerpt import EXCERPT_LENGTH, shown
from services.intake.domain.source_row import NotUnderstood, SourceRow


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of progress between rows."""


Reading = Iterator[SourceRow | NotUnderstood | Beat]


@dataclass(frozen=True, slots=True)
class Item:
    """One record: its place, its identifier, all it says (for comparing), its States, its rows."""

    row: int
    identity: str
    content: tuple[object, ...]
    states: tuple[str, ...]
    rows: Callable[[], Iterator[SourceRow | NotUnderstood]]


@dataclass(slots=True)
class _Known:
    """What the first pass learns."""

    first: dict[str, tuple[int, int]] = field(default_factory=dict)
    repeated: dict[str, list[int]] = field(default_factory=dict)
    differing: set[str] = field(default_factory=set)
    states: dict[str, None] = field(default_factory=dict)

    def learn(self, item: Item) -> None:
        """Take in one record."""
        self.states.update(dict.fromkeys(item.states))
        if not item.identity:
            return
        digest = hash(item.content)
        row, before = self.first.setdefault(item.identity, (item.row, digest))
        if before != digest:
            self.differing.add(item.identity)
        elif row != item.row:
            self.repeated.setdefault(item.identity, []).append(item.row)


def read_surveyed(items: Callable[[], Iterator[Item]], defaults: Defaults) -> Reading:
    """Give the rows of all records; ``items`` starts anew at each call.

    A record that stands twice, word for word, is one row with a repair; records that share an
    identifier and differ are none of them understood, since which one holds is not certain.
    Raises ``NothingToRead``, ``TooManyRows`` and ``SeveralStates``.
    """
    known = _Known()
    count = 0
    for count, item in enumerate(items(), 1):
        if count > limits.ROWS:
            raise TooManyRows(limit=limits.ROWS)
        known.learn(item)
        if count % limits.BEAT_ROWS == 0:
            yield Beat()
    if not count:
        raise NothingToRead
    if len(known.states) > 1 and defaults.state is None and not defaults.any_state:
        first, second = list(known.states)[:2]
        raise SeveralStates(first=first, second=second)
    for item in items():
        yield from _rows(item, known)


def _rows(item: Item, known: _Known) -> Reading:
    if item.identity in known.differing:
        excerpt = shown(item.identity, EXCERPT_LENGTH)
        yield NotUnderstood(item.row, Reason.DUPLICATE_ID_DIFFERS, excerpt)
    elif item.identity not in known.repeated:
        yield from item.rows()
    elif known.first[item.identity][0] == item.row:
        for row in item.rows():
            if isinstance(row, SourceRow):
                repairs = (*row.repairs, Repair.DUPLICATE_ID_IDENTICAL)
                yield replace(row, repairs=repairs)
            else:
                yield row
    else:
        yield Beat()
