"""Which record of the register a row of a source file is, and what it would change there.

Everything here concerns the records of one State: a recommendation never moves to another.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

_NOT_WORD = re.compile(r"[\W_]+", re.UNICODE)

Kind = Literal["new", "changed", "unchanged", "conflict", "repeated", "not-understood"]

WITHDRAWN_BY_HAND: Final = "withdrawn-by-hand"
CORRECTED_BY_HAND: Final = "corrected-by-hand"
TERMS: Final = frozenset({"main_theme", "themes", "groups"})
"""Fields that hold words of a vocabulary; a source states their labels, never our codes."""
COMPARED: Final = (
    "text",
    "paragraph",
    "symbol",
    "cycle",
    "session",
    "document_date",
    "annotation_id",
    "recommending_states",
    "position",
    "position_as_written",
    "position_source",
    "main_theme",
    "themes",
    "groups",
    "sdgs",
)


def fingerprint(text: str) -> bytes:
    """Return a digest of the words of a text: case, marks, spacing and punctuation do not count."""
    folded = text.casefold()
    if not folded.isascii():
        split = unicodedata.normalize("NFKD", text).casefold()
        folded = "".join(c for c in split if not unicodedata.combining(c))
    return hashlib.sha256(_NOT_WORD.sub(" ", folded).strip().encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Key:
    """By what a recommendation is known, in the register or in a row."""

    mechanism: str
    kind: str
    annotation_id: str | None
    cycle: int | None
    symbol: str | None
    paragraph: str | None
    words: bytes

    @classmethod
    def of(cls, mechanism: str, kind: str, fields: dict[str, Any]) -> Key:
        """Return the key of a record with these fields."""
        return cls(
            mechanism,
            kind,
            fields["annotation_id"],
            fields["cycle"],
            fields["symbol"],
            fields["paragraph"],
            fingerprint(fields["text"]),
        )


def match(rows: Sequence[Key], known: Sequence[Key]) -> list[int | None]:
    """Return for each row the index of the record that it is, None where it is new.

    By identifier; by place (cycle or document, and paragraph) with the same words; by place alone
    where that leaves no doubt; by words, each record once. What differs in identifier or belongs
    to another review is never the same, so the same wording said twice stays two records.
    """
    found: list[int | None] = [None] * len(rows)
    free = dict.fromkeys(range(len(known)))
    for name, alone in _PASSES:
        _pair(rows, known, found, free, name, alone=alone)
    return found


_Name = Callable[[Key], Hashable | None]


def _identifier(key: Key) -> Hashable | None:
    return key.annotation_id


def _cycle_place(key: Key) -> Hashable | None:
    placed = key.cycle is not None and key.paragraph is not None
    return (key.mechanism, key.kind, key.cycle, key.paragraph) if placed else None


def _document_place(key: Key) -> Hashable | None:
    placed = key.symbol is not None and key.paragraph is not None
    return (key.mechanism, key.kind, key.symbol, key.paragraph) if placed else None


def _with_words(place: _Name) -> _Name:
    def name(key: Key) -> Hashable | None:
        found = place(key)
        return None if found is None else (found, key.words)

    return name


def _words(key: Key) -> Hashable | None:
    return (key.mechanism, key.kind, key.words)


_PASSES: Final[tuple[tuple[_Name, bool], ...]] = (
    (_identifier, False),
    (_with_words(_cycle_place), False),
    (_with_words(_document_place), False),
    (_cycle_place, True),
    (_document_place, True),
    (_words, False),
)


def _pair(  # noqa: PLR0913  both sides, what is paired already, and how
    rows: Sequence[Key],
    known: Sequence[Key],
    found: list[int | None],
    free: dict[int, None],
    name: _Name,
    *,
    alone: bool,
) -> None:
    ours = _buckets(known, free, name)
    theirs = _buckets(rows, (place for place, mate in enumerate(found) if mate is None), name)
    for bucket, places in theirs.items():
        candidates = ours.get(bucket, [])
        if alone and len(candidates) + len(places) > 2:  # noqa: PLR2004  one on each side
            continue
        for place in places:
            mate = next((c for c in candidates if _may_be(rows[place], known[c])), None)
            if mate is not None:
                candidates.remove(mate)
                free.pop(mate)
                found[place] = mate


def _buckets(keys: Sequence[Key], places: Iterable[int], name: _Name) -> dict[Hashable, list[int]]:
    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for place in places:
        bucket = name(keys[place])
        if bucket is not None:
            buckets[bucket].append(place)
    return buckets


def _may_be(row: Key, known: Key) -> bool:
    """Whether nothing speaks against both being one: another identifier, another review."""
    if row.annotation_id is not None and known.annotation_id is not None:
        return row.annotation_id == known.annotation_id
    if row.cycle is not None and known.cycle is not None:
        return row.cycle == known.cycle
    return not _differ(row.symbol, known.symbol)


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


@dataclass(frozen=True, slots=True)
class Known:
    """A record of the register as it stands, as far as an import must know it.

    ``withdrawn_by`` names the import whose undoing withdrew it; ``by_hand`` are the fields that a
    person set after the source did.
    """

    id: str
    number: str
    official: bool
    withdrawn: bool
    withdrawn_by: str | None
    by_hand: frozenset[str]
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what stands, what the file says, and whether a person put what stands there."""

    before: Any
    after: Any
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an import would do with one row: ``reason`` says why it would do nothing."""

    kind: Kind
    reason: str | None = None
    confirms: bool = False
    reinstates: bool = False
    differences: dict[str, Difference] = field(default_factory=dict)


def differences(known: Known, stated: dict[str, Any]) -> dict[str, Difference]:
    """Return what a row says otherwise than the record; what it leaves out it does not deny."""
    return {
        name: Difference(known.fields.get(name), stated[name], name in known.by_hand)
        for name in COMPARED
        if stated[name] not in (None, [], "")
        and _said(name, stated[name]) != _said(name, known.fields.get(name))
    }


def _said(name: str, value: Any) -> Any:  # noqa: ANN401  a field as JSON holds it
    if name not in TERMS or not value:
        return value
    return value["label"] if isinstance(value, dict) else [term["label"] for term in value]


def judge(known: Known | None, stated: dict[str, Any], *, official: bool) -> Verdict:
    """Say what an import would do with a row that is this record (None: no record yet).

    Official text takes the place of what was typed in before it. Otherwise what a person corrected
    or withdrew by hand is never replaced by a file: that is a conflict, for people to settle.
    """
    if known is None:
        return Verdict("new")
    confirms = official and not known.official
    found = differences(known, stated)
    if known.withdrawn and known.withdrawn_by is None:
        return Verdict("conflict", WITHDRAWN_BY_HAND, differences=found)
    if not confirms and any(each.by_hand for each in found.values()):
        return Verdict("conflict", CORRECTED_BY_HAND, differences=found)
    if known.withdrawn:
        return Verdict("new", confirms=confirms, reinstates=True, differences=found)
    if confirms or found:
        return Verdict("changed", confirms=confirms, differences=found)
    return Verdict("unchanged")
