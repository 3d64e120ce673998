"""Whether a text recommends or voices a concern."""

from __future__ import annotations

import re
from typing import Final, Literal

Kind = Literal["recommendation", "concern"]

_LABELS: Final[tuple[tuple[str, Kind], ...]] = (
    ("recommend", "recommendation"),
    ("recomend", "recommendation"),
    ("recommand", "recommendation"),
    ("توصي", "recommendation"),
    ("concern", "concern"),
    ("observation", "concern"),
    ("preocup", "concern"),
    ("préoccup", "concern"),
    ("شواغل", "concern"),
)
_SPEAKER: Final = r"\b(?:committee|subcommittee|rapporteur|working group|expert|spt)\b"
_ASKS: Final = re.compile(
    rf"{_SPEAKER}.{{0,400}}?\b(?:recommends?|urges?|calls? (?:up)?on|encourages?|requests?"
    r"|invites?)\b"
    r"|\bstate party should\b|\bgovernment should\b",
    re.IGNORECASE | re.DOTALL,
)
_WORRIES: Final = re.compile(
    rf"{_SPEAKER}.{{0,400}}?\b(?:concerned|concerns?|regrets?|welcomes?|appreciates?|notes?)\b",
    re.IGNORECASE | re.DOTALL,
)
_READ: Final = 4000


def kind_of_label(label: str) -> Kind | None:
    """Give the kind that a type label names ("Recommendations", "Concerns/Observations")."""
    plain = label.casefold()
    return next((kind for word, kind in _LABELS if word in plain), None)


def kind_of_text(text: str) -> Kind | None:
    """Give the kind when a text only asks or only voices concern; nothing when it does both."""
    asks = bool(_ASKS.search(text[:_READ]))
    worries = bool(_WORRIES.search(text[:_READ]))
    if asks == worries:
        return None
    return "recommendation" if asks else "concern"
