"""Values with a meaning of their own, shared by all services."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from typing import Final, Literal

Position = Literal["supported", "noted", "pending"]
"""The State's answer (A/HRC/RES/16/21): supported or noted; pending until it is given."""

INDEPENDENT: Final = frozenset({"judiciary", "nhri", "cso", "academia", "media", "un", "audit"})
"""Kinds of bodies that no government instructs: they are heard, and are never made responsible."""

NUMBER = re.compile(r"REC-([0-9]{5,})")
CHARTER_SIGNED = date(1945, 6, 26)
"""The Charter of the United Nations was signed: no fact of this record is older."""


_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Controls, format signs and blanks (Unicode, general categories): alone they say nothing."""


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen."""
    return all(unicodedata.category(sign) in _UNSEEN for sign in text)


@dataclass(frozen=True, slots=True)
class Term:
    """A vocabulary's word: ``label`` verbatim from its source, ``code`` where mapped (R1.4)."""

    label: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class SourceReference:
    """Where a record came from: the file (SHA-256), the row in it, and the import that read it."""

    import_id: str
    file: str
    row: int


def recommendation_number(ordinal: int) -> str:
    """Return the permanent number that people use: 412 → ``REC-00412``."""
    return f"REC-{ordinal:05d}"


def ordinal_of(number: str) -> int:
    """Return the ordinal of a permanent number: ``REC-00412`` → 412.

    Raises:
        ValueError: ``number`` is not of that form.
    """
    match = NUMBER.fullmatch(number)
    if match is None:
        msg = f"not a recommendation number: {number!r}"
        raise ValueError(msg)
    return int(match[1])


def plain(value: object) -> object:
    """Return a value as JSON holds it: terms as objects, tuples as lists, dates as ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
