"""Rows of our own template, made source rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from libs.kernel.words import Position
from services.intake.adapters.mechanisms import mechanism_code
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.dates import date_of, lies_ahead
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.kinds import Kind, kind_of_label
from services.intake.adapters.reading.origin import cycle_doubts, cycle_written, session_number
from services.intake.adapters.reading.positions import position_of
from services.intake.adapters.reading.record import state_in_symbol
from services.intake.adapters.reading.refusals import Reason
from services.intake.adapters.reading.survey import Item
from services.intake.adapters.reading.text import Cleaned, clean, language_of
from services.intake.adapters.template import LESS_THAN, values_of
from services.intake.domain.defects import Repair
from services.intake.domain.excerpt import EXCERPT_LENGTH, shown
from services.intake.domain.review import cycle_of_session
from services.intake.domain.source_row import NotUnderstood, SourceRow
from services.intake.profile.countries import iso3, split_names
from services.intake.profile.languages import is_language, language_for
from services.intake.profile.states import may_be_own, state_named

_HELD: Final = "\ufdd0"
"""No character of any text (Unicode, noncharacters)."""
_YES: Final = frozenset(["yes", "true", "1", "نعم", "oui", "sí", "si"])
_NO: Final = frozenset(["no", "false", "0", "لا", "non"])


class _Unknown(Exception):  # noqa: N818  a way out of the reading, never seen outside
    def __init__(self, reason: Reason, about: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.about = about
        self.column = column


def template_item(number: int, cells: dict[str, str], defaults: Defaults) -> Item:
    """Give one row of the template for the survey of its file."""
    written = cells.get("state", "").strip()
    state = _state_in(written, defaults) if written else state_in_symbol(cells.get("symbol", ""))
    content = tuple(sorted(cells.items()))

    def rows() -> Iterator[SourceRow | NotUnderstood]:
        try:
            yield _row(number, cells, defaults)
        except _Unknown as unknown:
            excerpt = shown(unknown.about, EXCERPT_LENGTH)
            yield NotUnderstood(number, unknown.reason, excerpt, unknown.column)

    identity = cells.get("annotation_id", "").strip()
    if identity and state:
        # One identifier of the index may concern several States, each in a row of its own.
        identity = f"{identity} {state}"
    return Item(number, identity, content, (state,) if state else (), rows)


def _row(number: int, cells: dict[str, str], defaults: Defaults) -> SourceRow:
    repairs: list[str] = []
    one = {name: _cleaned(cell) for name, cell in cells.items()}
    text = one["text"]
    if not text.text:
        raise _Unknown(Reason.TEXT_MISSING, " | ".join(filter(None, cells.values())))
    if len(text.text) > limits.TEXT_CHARACTERS:
        raise _Unknown(Reason.TEXT_TOO_LONG, text.text)
    plain = {name: " ".join(cell.text.split()) or None for name, cell in one.items()}
    if not plain.get("mechanism"):
        raise _Unknown(Reason.BODY_MISSING, text.text)
    state = _state(plain, defaults, repairs)
    mechanism = mechanism_code(str(plain["mechanism"]))
    cycle = _cycle(plain, mechanism, defaults, repairs)
    states = _recommending(cells.get("recommending_states", ""), repairs)
    return SourceRow(
        row=number, state=state, mechanism=mechanism, text=text.text,
        language=_language(plain, text.text, repairs), kind=_kind(plain),
        paragraph=plain.get("paragraph"), annotation_id=plain.get("annotation_id"),
        symbol=plain.get("symbol"), cycle=cycle, session=plain.get("session"),
        document_date=_date(plain), recommending_states=states,
        position=_position(plain), position_source=plain.get("position_source"),
        position_as_written=plain.get("position_as_written"), main_theme=plain.get("main_theme"),
        themes=values_of(cells.get("themes", "")), groups=values_of(cells.get("groups", "")),
        sdgs=values_of(cells.get("sdgs", "")), note=plain.get("note"),
        repairs=(*repairs, *text.repairs), official=_official(plain),
        doubts=cycle_doubts(cycle, _review_session(plain, mechanism)),
    )  # fmt: skip


def _cleaned(cell: str) -> Cleaned:
    """Give the plain text of a cell, in which what stands for a sign is no markup."""
    found = clean(cell.replace(LESS_THAN, _HELD))
    return Cleaned(found.text.replace(_HELD, "<"), found.repairs)


def _state(plain: dict[str, str | None], defaults: Defaults, repairs: list[str]) -> str:
    written = plain.get("state")
    found = _state_in(written, defaults) if written else state_in_symbol(plain.get("symbol") or "")
    if written and not found:
        raise _Unknown(Reason.STATE_UNKNOWN, written, "state")
    if written and found != written and not iso3(written):
        repairs.append(Repair.STATE_RECOGNISED)
    elif not written and found:
        repairs.append(Repair.STATE_FROM_SYMBOL)
    elif not found and defaults.state:
        repairs.append(Repair.STATE_FROM_REQUEST)
    state = found or defaults.state
    if not state:
        raise _Unknown(Reason.STATE_MISSING, plain["text"] or "")
    if state != defaults.state and defaults.state and not defaults.any_state:
        raise _Unknown(Reason.OTHER_STATE, state)
    return state


def _state_in(written: str, defaults: Defaults) -> str | None:
    """Give the State that is written; a country may keep its register under a code of its own."""
    written = " ".join(written.split())
    own = written == defaults.state or may_be_own(written)
    return written if own else iso3(written) or state_named(written)


def _recommending(cell: str, repairs: list[str]) -> tuple[str, ...]:
    """Give the recommending States, as codes where known; lists on one line are taken apart."""
    found: list[str] = []
    for value in values_of(cell):
        names = [] if iso3(value) else split_names(value.replace("،", ","))
        if len(names) > 1 and all(map(iso3, names)):
            repairs.append(Repair.VALUES_TAKEN_APART)
            found += names
        else:
            found.append(value)
    return tuple(dict.fromkeys(iso3(name) or name for name in found))


def _language(plain: dict[str, str | None], text: str, repairs: list[str]) -> str:
    """Give the language: as written, else as the script tells it."""
    written = plain.get("language")
    if not written or is_language(written):
        return written or language_of(text)
    found = language_for(written)
    if found is None:
        raise _Unknown(Reason.VALUE_UNKNOWN, written, "language")
    repairs.append(Repair.LANGUAGE_RECOGNISED)
    return found


def _cycle(
    plain: dict[str, str | None], mechanism: str, defaults: Defaults, repairs: list[str]
) -> int | None:
    """Give the cycle: as written; a wrong one that the session does not mend is not understood."""
    written = plain.get("cycle")
    if written:
        cycle = cycle_written(written)
        if cycle is not None:
            return cycle
        held = cycle_of_session(_review_session(plain, mechanism))
        if held is None:
            raise _Unknown(Reason.VALUE_UNKNOWN, written, "cycle")
        repairs.append(Repair.CYCLE_FROM_SESSION)
        return held
    if mechanism == "UPR" and defaults.cycle:
        repairs.append(Repair.CYCLE_FROM_REQUEST)
        return defaults.cycle
    return None


def _review_session(plain: dict[str, str | None], mechanism: str) -> str | None:
    """Give the session of the review that is written ("48", "48th"); other bodies count theirs."""
    written = plain.get("session") or ""
    return session_number(f"{written} session") if mechanism == "UPR" else None


def _kind(plain: dict[str, str | None]) -> Kind:
    """Give the kind; a template's empty cell means a recommendation."""
    written = plain.get("kind")
    kind = kind_of_label(written) if written else "recommendation"
    if kind is None:
        raise _Unknown(Reason.VALUE_UNKNOWN, written or "", "kind")
    return kind


def _position(plain: dict[str, str | None]) -> Position | None:
    written = plain.get("position")
    position = position_of(written) if written else None
    if written and position is None:
        raise _Unknown(Reason.VALUE_UNKNOWN, written, "position")
    return position


def _date(plain: dict[str, str | None]) -> date | None:
    written = plain.get("document_date")
    found = date_of(written) if written else None
    if written and found is None:
        raise _Unknown(Reason.VALUE_UNKNOWN, written, "document_date")
    if written and found and lies_ahead(found):
        raise _Unknown(Reason.DOCUMENT_DATE_IN_FUTURE, written, "document_date")
    return found


def _official(plain: dict[str, str | None]) -> bool | None:
    """Say whether the UN has published the text; nothing where the cell is empty."""
    written = plain.get("official")
    if not written:
        return None
    if written.casefold() not in _YES | _NO:
        raise _Unknown(Reason.VALUE_UNKNOWN, written, "official")
    return written.casefold() in _YES
