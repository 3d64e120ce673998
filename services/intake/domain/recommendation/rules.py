"""What holds for the record of a recommendation, whoever changes it."""

from __future__ import annotations

from typing import Any, Final, Literal

from libs.kernel.words import Position, is_blank, plain
from services.intake.domain.refusals import (
    FieldNotCorrectable,
    NothingCorrected,
    ReasonMissing,
    TextNotGiven,
)

CORRECTABLE: Final = (
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
"""What a correction, by hand or by a file, may change.

Number, State and mechanism say which record it is.
"""

Relation = Literal["repeats", "follows-up", "duplicates"]
Origin = Literal["official", "authorised", "machine"]


def plain_fields(**fields: object) -> dict[str, Any]:
    """Return fields as the record keeps them: as JSON would hold them."""
    return {name: plain(value) for name, value in fields.items()}


def given_fields(**fields: object) -> dict[str, Any]:
    """Return those fields that are given, as the record keeps them."""
    return {name: value for name, value in plain_fields(**fields).items() if value is not None}


def answer_fields(
    position: Position | None, nuance: str | None, source: str | None
) -> dict[str, Any]:
    """Return the State's answer as the record keeps it."""
    return {"position": position, "position_as_written": nuance, "position_source": source}


def must_say_why(reason: str) -> None:
    """Go on only with a reason that everyone may read.

    Raises:
        ReasonMissing: none is given.
    """
    if is_blank(reason):
        raise ReasonMissing


def must_have_text(text: object) -> None:
    """Go on only with a text.

    Raises:
        TextNotGiven: nothing of it can be seen.
    """
    if is_blank(str(text or "")):
        raise TextNotGiven


def corrections(number: str, stands: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """Return what of ``fields`` differs from what stands, as the record keeps it.

    Raises:
        FieldNotCorrectable: a field says which record it is.
        TextNotGiven: the corrected text is empty.
        NothingCorrected: every value stands already.
    """
    for name in fields:
        if name not in CORRECTABLE:
            raise FieldNotCorrectable(field=name)
    if "text" in fields:
        must_have_text(fields["text"])
    given = plain_fields(**fields)
    new = {name: value for name, value in given.items() if stands.get(name) != value}
    if not new:
        raise NothingCorrected(number=number)
    return new
