"""The position of the State under review, as written and as the United Nations count it."""

from __future__ import annotations

import re
from typing import Final

from libs.kernel.words import Position
from services.intake.domain.defects import Note
from services.intake.domain.excerpt import EXCERPT_LENGTH, shown
from services.intake.domain.source_row import Doubt

_WORDS: Final[tuple[tuple[Position, re.Pattern[str]], ...]] = (
    (
        "noted",
        re.compile(
            r"(?:does|do|did)? ?not? ?(?:support|accept|enjoy)(?:ed|s)?.*|reject(?:s|ed)?"
            r"|(?:takes? )?noted?(?: of)?|not(?:ée?s?)|prend note|rejet[ée]e?s?|tomad[ao] nota"
            r"|rechazad[ao]s?|anotad[ao]s?"
        ),
    ),
    (
        "pending",
        re.compile(
            r"pending.*|deferred|under (?:review|consideration|examination)|to be examined.*"
        ),
    ),
    (
        "supported",
        re.compile(
            r"(?:enjoys? the )?support(?:s|ed)?(?: by.*)?|accept(?:s|ed)?|accept[ée]e?s?"
            r"|appuy[ée]e?s?|aceptad[ao]s?|apoyad[ao]s?|already implemented"
        ),
    ),
)


def position_of(written: str) -> Position | None:
    """Give the position in UN terms; nothing where it is missing or only partly taken."""
    plain = " ".join(re.sub(r"[.;*()]+", " ", written.casefold()).split()).removeprefix("- ")
    return next((name for name, pattern in _WORDS if pattern.fullmatch(plain)), None)


def position_doubt(written: str) -> Doubt:
    """Give what a person should look at where no position follows from what is written."""
    if not written:
        return Doubt(Note.POSITION_MISSING)
    return Doubt(Note.POSITION_UNCLEAR, shown(written, EXCERPT_LENGTH))
