"""A source row in the words of the register: codes where the profile maps a label."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from libs.kernel.words import plain
from services.intake.commands.words import StateUnknown, group_term, theme_term
from services.intake.domain.defects import Note, Repair
from services.intake.domain.excerpt import EXCERPT_LENGTH, shown
from services.intake.domain.matching import Key
from services.intake.domain.preview import Read
from services.intake.domain.refusals import MechanismUnknown
from services.intake.domain.source_row import Doubt, NotUnderstood, SourceRow

if TYPE_CHECKING:
    from services.intake.profile import Mechanism, Profile

UNKNOWN_TO_READING: Final = "OTHER:"
"""What stands before the label of a mechanism to which reading knows no code."""
_OF_CYCLES: Final = frozenset({Note.CYCLE_NOT_SET, Note.CYCLE_AND_SESSION_DIFFER})
_LIKE_A_CODE: Final = re.compile(r"\d{1,3}(?:\.[0-9a-z]{1,3})?")
_BETWEEN: Final = re.compile(r"\s*[,;،؛]\s*|\s+(?:and|&)\s+")
REPEATED: Final = "repeated-in-file"
MOST_LABELS: Final = 10_000
"""Labels whose code is remembered while a file is read."""


class Stating:
    """Puts the rows of one file into the words of the register."""

    def __init__(self, profile: Profile, *, from_a_list: bool) -> None:
        """Speak by ``profile``; the rows of OHCHR's own list are official whatever they cite."""
        self._from_a_list = from_a_list
        remembered = lru_cache(MOST_LABELS)
        self._theme = remembered(lambda label: plain(theme_term(profile, label)))
        self._group = remembered(lambda label: plain(group_term(profile, label)))
        self._sdg = remembered(partial(_sdg, profile))
        self._state = remembered(profile.state_for)
        self._is_under_review = remembered(profile.is_under_review)
        self._mechanism = remembered(partial(_mechanism, profile))
        self._answer = remembered(profile.answer_for)
        self._seen: set[tuple[str, Key]] = set()

    def read(self, place: int, row: SourceRow | NotUnderstood) -> Read:
        """Return a row as the preview keeps it."""
        if isinstance(row, NotUnderstood):
            return _not_understood(place, "", row)
        if not self._is_under_review(row.state):
            unknown = NotUnderstood(row.row, StateUnknown.code, row.state, "state")
            return _not_understood(place, row.state, unknown)
        mechanism = self._mechanism(row.mechanism)
        if mechanism is None:
            return _not_understood(
                place,
                row.state,
                NotUnderstood(row.row, MechanismUnknown.code, _bare(row.mechanism)),
            )
        stated = self._stated(row if mechanism.has_cycles else _without_cycle(row), mechanism.code)
        if self._stood_before(row, stated):
            return Read(place, row.row, row.state, stated, "repeated", REPEATED)
        return Read(place, row.row, row.state, stated)

    def _stated(self, row: SourceRow, mechanism: str) -> dict[str, Any]:
        fields = self._fields(row)
        answered = {Note.POSITION_UNCLEAR} if fields["position"] else set()
        doubts = [each for each in row.doubts if each.code not in answered]
        repairs = list(row.repairs)
        fields["recommending_states"] = self._states(row, repairs, doubts)
        fields["sdgs"] = self._goals(row, repairs, doubts)
        return {
            "mechanism": mechanism,
            "kind": row.kind,
            "language": row.language,
            "official": self._official(row),
            "note": _short(row.note) if row.note else None,
            "fields": fields,
            "repairs": [str(each) for each in dict.fromkeys(repairs)],
            "doubts": [asdict(each) for each in doubts],
        }

    def _official(self, row: SourceRow) -> bool:
        """Whether the UN has published it: as the file says, else it bears a mark of theirs."""
        if row.official is not None:
            return row.official
        return self._from_a_list or row.symbol is not None or row.annotation_id is not None

    def _states(self, row: SourceRow, repairs: list[str], doubts: list[Doubt]) -> list[str]:
        """Return the recommending States; one that nobody knows stays as written, and is told."""
        found = []
        for written in row.recommending_states:
            code = self._state(written)
            if code is None:
                doubts.append(Doubt(Note.RECOMMENDING_STATE_UNKNOWN, _short(written)))
            elif code != written:
                repairs.append(Repair.STATE_RECOGNISED)
            found.append(code or written)
        return list(dict.fromkeys(found))

    def _goals(self, row: SourceRow, repairs: list[str], doubts: list[Doubt]) -> list[str]:
        """Return the goals and targets; one that there is not stays as written, and is told."""
        found: list[str] = []
        for label in row.sdgs:
            apart = [each.lower() for each in _BETWEEN.split(label.strip())]
            listed = len(apart) > 1 and all(map(_LIKE_A_CODE.fullmatch, apart))
            repairs += [Repair.VALUES_TAKEN_APART] if listed else []
            for written in apart if listed else [label]:
                code, repair = self._sdg(written)
                repairs += [repair] if repair else []
                if code is None:
                    doubts.append(Doubt(Note.SDG_UNKNOWN, _short(written)))
                found.append(code or written)
        return list(dict.fromkeys(found))

    def _fields(self, row: SourceRow) -> dict[str, Any]:
        """Return all fields but those whose words may be unknown."""
        return {
            "text": row.text,
            "paragraph": row.paragraph,
            "symbol": row.symbol,
            "cycle": row.cycle,
            "session": row.session,
            "document_date": row.document_date.isoformat() if row.document_date else None,
            "annotation_id": row.annotation_id,
            "position": row.position or self._position(row.position_as_written),
            "position_as_written": row.position_as_written,
            "position_source": row.position_source,
            "main_theme": self._theme(row.main_theme) if row.main_theme else None,
            "themes": [self._theme(label) for label in row.themes],
            "groups": [self._group(label) for label in row.groups],
        }

    def _position(self, written: str | None) -> str | None:
        answer = self._answer(written) if written else None
        return answer.position if answer else None

    def _stood_before(self, row: SourceRow, stated: dict[str, Any]) -> bool:
        """Whether an earlier row of the file says the same at the same place.

        Lists by theme name one numbered recommendation under several headings. Without a paragraph
        number nothing tells a repetition from the same wording said twice, so both stand.
        """
        if row.paragraph is None:
            return False
        key = row.state, Key.of(stated["mechanism"], row.kind, stated["fields"])
        if key in self._seen:
            return True
        self._seen.add(key)
        return False


def _mechanism(profile: Profile, written: str) -> Mechanism | None:
    """Return the mechanism of a code or a label; the profile may know what reading does not."""
    return profile.mechanism(written) or profile.mechanism(_bare(written))


def _bare(mechanism: str) -> str:
    """Return a mechanism as the file names it."""
    return mechanism.removeprefix(UNKNOWN_TO_READING)


def _sdg(profile: Profile, written: str) -> tuple[str | None, Repair | None]:
    """Return the code that a label stands for, and how it was found if not by the label's head."""
    code = profile.sdg_for(written)
    if code is not None:
        return code, None
    named = profile.sdg_named(written)
    return named, Repair.SDG_RECOGNISED if named else None


def _without_cycle(row: SourceRow) -> SourceRow:
    """Return a row of a mechanism that knows no cycles; one that was written is told."""
    if row.cycle is None:
        return row
    others = (each for each in row.doubts if each.code not in _OF_CYCLES)
    told = Doubt(Note.CYCLE_NOT_OF_MECHANISM, str(row.cycle))
    return replace(row, cycle=None, doubts=(*others, told))


def _short(written: str) -> str:
    return shown(written, EXCERPT_LENGTH)


def _not_understood(place: int, state: str, row: NotUnderstood) -> Read:
    stated = {"excerpt": _short(row.excerpt), "column": row.column}
    return Read(place, row.row, state, stated, "not-understood", row.reason)
