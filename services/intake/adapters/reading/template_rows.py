"""Rows of our own template, made source rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from libs.kernel.words import Position
from services.intake.adapters.countries import iso3
from services.intake.adapters.mechanisms import mechanism_code
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.dates import date_of
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.kinds import Kind, kind_of_label
from services.intake.adapters.reading.positions import position_of
from services.intake.adapters.reading.record import state_in_symbol
from services.intake.adapters.reading.refusals import EXCERPT_LENGTH, Reason, Repair
from services.intake.adapters.reading.shown import shown
from services.intake.adapters.reading.survey import Item
from services.intake.adapters.reading.text import clean, language_of
from services.intake.adapters.template import values_of
from services.intake.domain.source_row import NotUnderstood, SourceRow


class _Unknown(Exception):  # noqa: N818  a way out of the reading, never seen outside
    def __init__(self, reason: Reason, about: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.about = about


def template_item(number: int, cells: dict[str, str], defaults: Defaults) -> Item:
    """Give one row of the template for the survey of its file."""
    state = iso3(cells.get("state", "")) or state_in_symbol(cells.get("symbol", ""))
    content = tuple(sorted(cells.items()))

    def rows() -> Iterator[SourceRow | NotUnderstood]:
        try:
            yield _row(number, cells, defaults)
        except _Unknown as unknown:
            excerpt = shown(unknown.about, EXCERPT_LENGTH)
            yield NotUnderstood(number, unknown.reason, excerpt)

    identity = cells.get("annotation_id", "").strip()
    return Item(number, identity, content, (state,) if state else (), rows)


def _row(number: int, cells: dict[str, str], defaults: Defaults) -> SourceRow:
    repairs: list[str] = []
    one = {name: clean(cell) for name, cell in cells.items()}
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
    states = [iso3(n) or n for n in values_of(cells.get("recommending_states", ""))]
    return SourceRow(
        row=number, state=state, mechanism=mechanism, text=text.text,
        language=plain.get("language") or language_of(text.text), kind=_kind(plain),
        paragraph=plain.get("paragraph"), annotation_id=plain.get("annotation_id"),
        symbol=plain.get("symbol"), cycle=cycle, session=plain.get("session"),
        document_date=_date(plain), recommending_states=tuple(dict.fromkeys(states)),
        position=_position(plain), position_source=plain.get("position_source"),
        position_as_written=plain.get("position_as_written"), main_theme=plain.get("main_theme"),
        themes=values_of(cells.get("themes", "")), groups=values_of(cells.get("groups", "")),
        sdgs=values_of(cells.get("sdgs", "")), note=plain.get("note"),
        repairs=(*repairs, *text.repairs),
    )  # fmt: skip


def _state(plain: dict[str, str | None], defaults: Defaults, repairs: list[str]) -> str:
    written = plain.get("state")
    found = iso3(written) if written else state_in_symbol(plain.get("symbol") or "")
    if written and not found:
        raise _Unknown(Reason.STATE_UNKNOWN, written)
    if not written and found:
        repairs.append(Repair.STATE_FROM_SYMBOL)
    elif not found and defaults.state:
        repairs.append(Repair.STATE_FROM_REQUEST)
    state = found or defaults.state
    if not state:
        raise _Unknown(Reason.STATE_MISSING, plain["text"] or "")
    if state != defaults.state and defaults.state and not defaults.any_state:
        raise _Unknown(Reason.OTHER_STATE, state)
    return state


def _cycle(
    plain: dict[str, str | None], mechanism: str, defaults: Defaults, repairs: list[str]
) -> int | None:
    written = plain.get("cycle")
    if written:
        if not written.isdecimal() or len(written) > 2:  # noqa: PLR2004
            raise _Unknown(Reason.VALUE_UNKNOWN, f"cycle: {written}")
        return int(written)
    if mechanism == "UPR" and defaults.cycle:
        repairs.append(Repair.CYCLE_FROM_REQUEST)
        return defaults.cycle
    return None


def _kind(plain: dict[str, str | None]) -> Kind:
    """Give the kind; a template's empty cell means a recommendation."""
    written = plain.get("kind")
    kind = kind_of_label(written) if written else "recommendation"
    if kind is None:
        raise _Unknown(Reason.VALUE_UNKNOWN, f"kind: {written}")
    return kind


def _position(plain: dict[str, str | None]) -> Position | None:
    written = plain.get("position")
    position = position_of(written) if written else None
    if written and position is None:
        raise _Unknown(Reason.VALUE_UNKNOWN, f"position: {written}")
    return position


def _date(plain: dict[str, str | None]) -> date | None:
    written = plain.get("document_date")
    found = date_of(written) if written else None
    if written and found is None:
        raise _Unknown(Reason.VALUE_UNKNOWN, f"document_date: {written}")
    return found
