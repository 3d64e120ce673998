"""Which State, cycle and session a document concerns, from its header, title or first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.refusals import (
    CycleDiffers,
    CycleUnknown,
    StateDiffers,
    StateNotNamed,
)
from services.intake.domain.defects import Note, Repair
from services.intake.domain.review import LAST_CYCLE, cycle_of_session, is_cycle
from services.intake.domain.source_row import Doubt
from services.intake.profile.countries import iso3_of_name, states_named_in

_REVIEW: Final = re.compile(
    r"\b(?:UPR|EPU|Universal Periodic Review|review|Examen p[eé]riodique universel"
    r"|Examen Peri[oó]dico Universal)\s*(?:of|[-–—:]|de la|de l['’]|du|des|de|d['’])\s*(?:the )?",
    re.IGNORECASE,
)
_CYCLE: Final = re.compile(
    r"\b(\d)\s*(?:st|nd|rd|th|er|e|[eè]me|[ºo°.])?\s*(?:UPR\s+)?c[yi]cl[eo]\b"
    r"|\bc[yi]cl[eo]\s*(\d)\b", re.IGNORECASE,
)  # fmt: skip
_WORDS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_WORD_CYCLE: Final = re.compile(rf"\b({'|'.join(_WORDS)})\s+(?:UPR\s+)?cycle\b", re.IGNORECASE)
_SESSION: Final = re.compile(
    r"\b(\d{1,3})\s*(?:st|nd|rd|th|er|e|[eè]me)?\s*(?:UPR\s+)?sess?i[oó]n\b"
    r"|\bsession\s*(\d{1,3})\b", re.IGNORECASE,
)  # fmt: skip
_DIGITS: Final = re.compile(r"\d+")
_LONGEST_NAME: Final = 9

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Origin:
    """State (alpha-3), UPR cycle and session of a document, and what was filled in."""

    state: str
    cycle: int | None = None
    session: str | None = None
    repairs: tuple[str, ...] = ()

    def in_cycle(self, cycle: int) -> Origin:
        """Give the same origin in a cycle."""
        return replace(self, cycle=cycle)


def cycle_written(value: str) -> int | None:
    """Give the cycle that a value names ("4", "4th cycle", "fourth"), if the review has it."""
    digits = _DIGITS.search(value)
    if digits:
        number = int(digits[0][:3])
    else:
        number = next((n for word, n in _WORDS.items() if word in value.casefold()), 0)
    return number if is_cycle(number) else None


def cycle_doubts(cycle: int | None, session: str | None) -> tuple[Doubt, ...]:
    """Give what a person should look at: a cycle without known sessions, or with those of another.

    ``session`` is one of the review's.
    """
    held = cycle_of_session(session)
    if cycle is None or cycle == held:
        return ()
    if held is not None:
        return (Doubt(Note.CYCLE_AND_SESSION_DIFFER, f"{session} / {cycle}"),)
    return (Doubt(Note.CYCLE_NOT_SET, str(cycle)),) if cycle > LAST_CYCLE else ()


def session_number(text: str) -> str | None:
    """Give the number in "48th Session" or "12 Session"."""
    match = _SESSION.search(text)
    return str(int(match[1] or match[2])) if match else None


def origin_of(texts: list[str], defaults: Defaults) -> Origin:
    """Find a document's origin; what the document says goes before what the person says.

    Raises ``StateNotNamed`` and ``CycleUnknown``; ``StateDiffers`` and ``CycleDiffers`` where the
    two contradict.
    """
    named = _first(map(_reviewed, texts)) or _first(map(_only_one, texts))
    if named and defaults.state not in {None, named} and not defaults.any_state:
        raise StateDiffers(found=named, asked=str(defaults.state))
    state = named or defaults.state
    if state is None:
        raise StateNotNamed
    session = _first(map(session_number, texts))
    cycles = [cycle for text in texts if (cycle := _cycle_in(text)) is not None]
    cycle, repairs = _cycle(cycles, session, defaults)
    if not named:
        repairs = (Repair.STATE_FROM_REQUEST, *repairs)
    return Origin(state, cycle, session, repairs)


def _first(found: Iterable[_T | None]) -> _T | None:
    return next((one for one in found if one is not None), None)


def _reviewed(text: str) -> str | None:
    """Give the State after "UPR of": the longest run of words that is a State's name."""
    text = text.replace("_", " ")
    for match in _REVIEW.finditer(text):
        words = text[match.end() :].split()[:_LONGEST_NAME]
        for length in range(len(words), 0, -1):
            code = iso3_of_name(" ".join(words[:length]))
            if code:
                return code
    return None


def _only_one(text: str) -> str | None:
    """Give the State of a text in which exactly one is named."""
    found = states_named_in(text)
    return next(iter(found)) if len(found) == 1 else None


def _cycle_in(text: str) -> int | None:
    match = _CYCLE.search(text)
    if match:
        return int(match[1] or match[2])
    word = _WORD_CYCLE.search(text)
    return _WORDS[word[1].lower()] if word else None


def _cycle(
    written: list[int], session: str | None, defaults: Defaults
) -> tuple[int | None, tuple[str, ...]]:
    known = next(filter(is_cycle, written), None)
    if known is not None:
        if defaults.cycle not in {None, known}:
            raise CycleDiffers(found=known, asked=int(defaults.cycle or 0))
        return known, ()
    held = cycle_of_session(session)
    if held is not None:
        return held, (Repair.CYCLE_FROM_SESSION,)
    if written:
        raise CycleUnknown(found=written[0], last=LAST_CYCLE)
    return defaults.cycle, (Repair.CYCLE_FROM_REQUEST,) if defaults.cycle else ()
