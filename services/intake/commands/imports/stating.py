"""A source row in the words of the register: codes where the profile maps a label."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from libs.kernel.words import plain
from services.intake.commands.register import MechanismUnknown, group_term, theme_term
from services.intake.domain.matching import Key
from services.intake.domain.preview import Read
from services.intake.domain.source_row import NotUnderstood, SourceRow

if TYPE_CHECKING:
    from services.intake.profile import Profile

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
        self._sdg = remembered(lambda label: profile.sdg_for(label) or label)
        self._mechanism = remembered(profile.mechanism)
        self._answer = remembered(profile.answer_for)
        self._seen: set[tuple[str, Key]] = set()

    def read(self, place: int, row: SourceRow | NotUnderstood) -> Read:
        """Return a row as the preview keeps it."""
        if isinstance(row, NotUnderstood):
            return _not_understood(place, row.row, "", row.reason, row.excerpt)
        mechanism = self._mechanism(row.mechanism)
        if mechanism is None:
            unknown = MechanismUnknown.code
            return _not_understood(place, row.row, row.state, unknown, row.mechanism)
        stated = self._stated(row, mechanism.code)
        if self._stood_before(row, stated):
            return Read(place, row.row, row.state, stated, "repeated", REPEATED)
        return Read(place, row.row, row.state, stated)

    def _stated(self, row: SourceRow, mechanism: str) -> dict[str, Any]:
        published = row.symbol is not None or row.annotation_id is not None
        return {
            "mechanism": mechanism,
            "kind": row.kind,
            "language": row.language,
            "official": published or self._from_a_list,
            "repairs": list(row.repairs),
            "note": row.note,
            "fields": self._fields(row),
        }

    def _fields(self, row: SourceRow) -> dict[str, Any]:
        return {
            "text": row.text,
            "paragraph": row.paragraph,
            "symbol": row.symbol,
            "cycle": row.cycle,
            "session": row.session,
            "document_date": row.document_date.isoformat() if row.document_date else None,
            "annotation_id": row.annotation_id,
            "recommending_states": list(row.recommending_states),
            "position": row.position or self._position(row.position_as_written),
            "position_as_written": row.position_as_written,
            "position_source": row.position_source,
            "main_theme": self._theme(row.main_theme) if row.main_theme else None,
            "themes": [self._theme(label) for label in row.themes],
            "groups": [self._group(label) for label in row.groups],
            "sdgs": list(dict.fromkeys(self._sdg(label) for label in row.sdgs)),
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


def _not_understood(place: int, row: int, state: str, reason: str, excerpt: str) -> Read:
    return Read(place, row, state, {"excerpt": excerpt}, "not-understood", reason)
