"""Which record of the register a row of a source file is, and what it would change there.

Everything here concerns the records of one State: a recommendation never moves to another.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from services.intake.domain.recommendation.rules import CORRECTABLE

_NOT_WORD = re.compile(r"[\W_]+", re.UNICODE)

Kind = Literal["new", "changed", "unchanged", "conflict", "repeated", "not-understood"]

WITHDRAWN_BY_HAND: Final = "withdrawn-by-hand"
CORRECTED_BY_HAND: Final = "corrected-by-hand"
NEARLY: Final = 0.8
"""Part of the words that two wordings of one recommendation have in common, in order."""
TERMS: Final = frozenset({"main_theme", "themes", "groups"})
"""Fields that hold words of a vocabulary; a source states their labels, never our codes."""


def fingerprint(text: str) -> bytes:
    """Return a digest of the words of a text: case, marks, spacing and punctuation do not count."""
    return hashlib.sha256(_folded(text).encode()).digest()[:16]


def _folded(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        split = unicodedata.normalize("NFKD", text).casefold()
        folded = "".join(c for c in split if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", folded).strip()


@dataclass(frozen=True, slots=True)
class Key:
    """By what a recommendation is known, in the register or in a row.

    ``draft``: provisional; ``standing``: not withdrawn.
    """

    mechanism: str
    kind: str
    annotation_id: str | None
    cycle: int | None
    symbol: str | None
    paragraph: str | None
    words: bytes
    text: str = field(default="", compare=False)
    draft: bool = field(default=False, compare=False)
    standing: bool = field(default=True, compare=False)

    @classmethod
    def of(
        cls,
        mechanism: str,
        kind: str,
        fields: dict[str, Any],
        *,
        draft: bool = False,
        standing: bool = True,
    ) -> Key:
        """Return the key of a record with these fields."""
        return cls(
            mechanism,
            kind,
            fields["annotation_id"],
            fields["cycle"],
            fields["symbol"],
            fields["paragraph"],
            fingerprint(fields["text"]),
            fields["text"],
            draft,
            standing,
        )


def match(rows: Sequence[Key], known: Sequence[Key]) -> list[int | None]:
    """Return for each row the index of the record that it is, None where it is new.

    Where all of it agrees with one that stands; by identifier; by place (cycle or document, and
    paragraph) with the same words; by place alone where that leaves no doubt; by words, each record
    once; and an official row that says nearly what one provisional record does is that record. What
    differs in identifier or belongs to another review is never the same, so the same wording said
    twice stays two records.
    """
    found: list[int | None] = [None] * len(rows)
    free = dict.fromkeys(range(len(known)))
    for name, alone in _PASSES:
        _pair(rows, known, found, free, name, alone=alone)
    _pair_drafts(rows, known, found, [place for place in free if known[place].draft])
    return found


_Name = Callable[[Key], Hashable | None]


def _wholly(key: Key) -> Hashable | None:
    return key if key.standing else None


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
    (_wholly, False),
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


def _pair_drafts(
    rows: Sequence[Key], known: Sequence[Key], found: list[int | None], drafts: list[int]
) -> None:
    """Pair each provisional record with the one row that nearly says the same, if it is the one.

    Two of either side that nearly say the same leave a doubt: a person settles that.
    """
    if not drafts:
        return
    said = {
        place: _folded(rows[place].text).split()
        for place, mate in enumerate(found)
        if mate is None and not rows[place].draft
    }
    near = {draft: _near(known[draft], rows, said) for draft in drafts}
    asked = Counter(place for places in near.values() for place in places)
    for draft, places in near.items():
        if len(places) == 1 and asked[places[0]] == 1:
            found[places[0]] = draft


def _near(draft: Key, rows: Sequence[Key], said: dict[int, list[str]]) -> list[int]:
    words = _folded(draft.text).split()
    return [
        place
        for place, others in said.items()
        if (draft.mechanism, draft.kind) == (rows[place].mechanism, rows[place].kind)
        and _may_be(rows[place], draft)
        and _alike(words, others)
    ]


def _alike(one: list[str], other: list[str]) -> bool:
    """Whether nearly the same words stand in nearly the same order; the cheap look goes first."""
    common = len(set(one) & set(other))
    if 2 * common < NEARLY * (len(set(one)) + len(set(other))):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEARLY


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
        for name in CORRECTABLE
        if stated[name] not in (None, [], "")
        and _said(name, stated[name]) != _said(name, known.fields.get(name))
    }


def _said(name: str, value: Any) -> Any:  # noqa: ANN401  a field as JSON holds it
    """Return what counts of a field: of a word its label, and blanks only between words."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return list(dict.fromkeys(_said(name, each) for each in value))
    return _said(name, value["label"]) if name in TERMS and value else value


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
