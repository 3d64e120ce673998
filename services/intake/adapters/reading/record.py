"""One record of the UHRI export, whichever file it came in, made a source row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from services.intake.adapters.mechanisms import mechanism_code
from services.intake.adapters.reading import limits
from services.intake.adapters.reading.dates import date_of, lies_ahead
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.kinds import Kind, kind_of_label, kind_of_text
from services.intake.adapters.reading.origin import cycle_doubts, cycle_written, session_number
from services.intake.adapters.reading.positions import position_doubt, position_of
from services.intake.adapters.reading.refusals import Reason
from services.intake.adapters.reading.survey import Item
from services.intake.adapters.reading.text import (
    bare_label,
    clean,
    language_of,
    take_number,
    take_states,
)
from services.intake.domain.defects import Note, Repair
from services.intake.domain.excerpt import EXCERPT_LENGTH, shown
from services.intake.domain.review import cycle_of_session
from services.intake.domain.source_row import Doubt, NotUnderstood, SourceRow
from services.intake.profile.countries import is_iso3, iso3

_UUID: Final = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_ISO2_LENGTH: Final = 2
_DIGITS: Final = re.compile(r"\d+")
_SYMBOL_BODIES: Final = (
    (re.compile(r"^(?:CERD|CCPR|CEDAW|CMW|CRPD|CED)/"), None),
    (re.compile(r"^CAT/(?:C/)?OP\b"), "SPT"),
    (re.compile(r"^CRC/C/OPSC\b"), "CRC-OP-SC"),
    (re.compile(r"^CRC/C/OPAC\b"), "CRC-OP-AC"),
    (re.compile(r"^(?:CAT|CRC)/"), None),
    (re.compile(r"^E/C\.12/"), "CESCR"),
    (re.compile(r"^A/HRC/WG\.6/"), "UPR"),
)


@dataclass(slots=True)
class Record:
    """The fields of one record; values verbatim, list marks included."""

    row: int
    annotation_id: str = ""
    kind: str = ""
    text: str = ""
    symbol: str = ""
    body: str = ""
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    published: str = ""
    cycle: str = ""
    sessions: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    recommending: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether nothing that carries meaning stands in it."""
        return not (self.text or self.annotation_id or self.symbol or self.body or self.countries)


class _Unclear(Exception):  # noqa: N818  a way out of the reading, never seen outside
    def __init__(self, reason: Reason, about: str = "", column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.about = about
        self.column = column


def item_of(record: Record, defaults: Defaults) -> Item:
    """Give a record for the survey of its file."""
    values = tuple(getattr(record, name) for name in Record.__slots__ if name != "row")
    states = [iso3(name) for name in labels(record.countries)] or [state_in_symbol(record.symbol)]
    known = tuple(state for state in states if state)
    identity = bare_label(record.annotation_id)
    return Item(record.row, identity, values, known, lambda: rows_of(record, defaults))


def rows_of(record: Record, defaults: Defaults) -> Iterator[SourceRow | NotUnderstood]:
    """Give the row of a record (one for each State that it concerns), or why there is none."""
    if record.is_empty:
        yield NotUnderstood(record.row, Reason.EMPTY_ROW)
        return
    try:
        repairs: list[str] = []
        states = _states(record, defaults, repairs)
        row = _row(record, defaults, repairs)
    except _Unclear as unclear:
        excerpt = shown(unclear.about or record.text, EXCERPT_LENGTH)
        yield NotUnderstood(record.row, unclear.reason, excerpt, unclear.column)
        return
    if len(states) > 1:
        several = Doubt(Note.SEVERAL_STATES, shown("; ".join(states), EXCERPT_LENGTH))
        row = replace(row, doubts=(*row.doubts, several))
    for state in states:
        yield replace(row, state=state)


def _row(record: Record, defaults: Defaults, repairs: list[str]) -> SourceRow:
    """Give all but the State."""
    mechanism = _mechanism(record, repairs)
    cleaned = clean(record.text)
    repairs.extend(cleaned.repairs)
    paragraph, text = take_number(cleaned.text)
    if not text:
        raise _Unclear(Reason.TEXT_MISSING, record.annotation_id or record.symbol)
    if len(cleaned.text) > limits.TEXT_CHARACTERS:
        raise _Unclear(Reason.TEXT_TOO_LONG)
    kind = _kind(record, mechanism, cleaned.text, repairs)
    doubts: list[Doubt] = []
    row = SourceRow(
        row=record.row, state="", mechanism=mechanism, text=text,
        language=language_of(text), kind=kind, paragraph=paragraph,
        annotation_id=bare_label(record.annotation_id) or None,
        symbol=bare_label(record.symbol) or None,
        document_date=_published(record, doubts), session=_session(record),
        themes=labels(record.themes), groups=labels(record.groups), sdgs=labels(record.sdgs),
    )  # fmt: skip
    row = _with_review(row, record, defaults, repairs, doubts)
    return replace(row, repairs=tuple(dict.fromkeys(repairs)), doubts=tuple(doubts))


def labels(values: tuple[str, ...]) -> tuple[str, ...]:
    """Give labels without list marks, each once, in order."""
    return tuple(dict.fromkeys(label for value in values if (label := bare_label(value))))


def _states(record: Record, defaults: Defaults, repairs: list[str]) -> list[str]:
    """Give the States concerned, alpha-3: as named, else from the symbol, else as asked."""
    written = labels(record.countries)
    found = [code for name in written if (code := iso3(name))]
    if written and len(found) < len(written):
        raise _Unclear(Reason.STATE_UNKNOWN, "; ".join(written))
    if any(len(name) == _ISO2_LENGTH for name in written):
        repairs.append(Repair.STATE_FROM_CODE)
    if not found:
        found = [_state_not_named(record, defaults, repairs)]
    if not defaults.any_state and defaults.state is not None:
        found = [state for state in found if state == defaults.state]
        if not found:
            raise _Unclear(Reason.OTHER_STATE, "; ".join(written) or record.symbol)
    return list(dict.fromkeys(found))


def _state_not_named(record: Record, defaults: Defaults, repairs: list[str]) -> str:
    derived = state_in_symbol(record.symbol)
    if derived:
        repairs.append(Repair.STATE_FROM_SYMBOL)
        return derived
    if defaults.state:
        repairs.append(Repair.STATE_FROM_REQUEST)
        return defaults.state
    raise _Unclear(Reason.STATE_MISSING)


def state_in_symbol(symbol: str) -> str | None:
    """Give the State in a document symbol such as CEDAW/C/MAR/CO/4, if exactly one stands there."""
    parts = re.split(r"[/\s]", symbol.strip())[1:]
    found = {part for part in parts if is_iso3(part)}
    return found.pop() if len(found) == 1 else None


def _mechanism(record: Record, repairs: list[str]) -> str:
    label = bare_label(record.body)
    if label:
        code = mechanism_code(label)
        if code != label and not code.startswith("OTHER:"):
            repairs.append(Repair.BODY_NAME_UNIFIED)
        return code
    derived = _body_of_symbol(bare_label(record.symbol))
    if derived is None:
        raise _Unclear(Reason.BODY_MISSING)
    repairs.append(Repair.BODY_FROM_SYMBOL)
    return derived


def _body_of_symbol(symbol: str) -> str | None:
    for pattern, code in _SYMBOL_BODIES:
        if pattern.match(symbol):
            return code or symbol.split("/", 1)[0]
    return None


def _kind(record: Record, mechanism: str, text: str, repairs: list[str]) -> Kind:
    label = bare_label(record.kind)
    if label and not _UUID.fullmatch(label):
        kind = kind_of_label(label)
        if kind is None:
            raise _Unclear(Reason.TYPE_UNKNOWN, label)
        return kind
    if mechanism == "UPR":
        repairs.append(Repair.TYPE_FROM_BODY)
        return "recommendation"
    kind = kind_of_text(text)
    if kind is None:
        raise _Unclear(Reason.TYPE_MISSING)
    repairs.append(Repair.TYPE_FROM_TEXT)
    return kind


def _published(record: Record, doubts: list[Doubt]) -> date | None:
    """Give the document's date; one that it cannot have is told and costs no recommendation."""
    written = bare_label(record.published)
    found = date_of(written)
    if found is not None and not lies_ahead(found):
        return found
    if written:
        note = Note.DATE_UNCLEAR if found is None else Note.DATE_IN_FUTURE
        doubts.append(Doubt(note, shown(written, EXCERPT_LENGTH)))
    return None


def _session(record: Record) -> str | None:
    written = labels(record.sessions)
    if not written:
        return None
    digits = _DIGITS.fullmatch(written[0])
    return session_number(written[0]) or (str(int(digits[0])) if digits else written[0])


def _with_review(
    row: SourceRow, record: Record, defaults: Defaults, repairs: list[str], doubts: list[Doubt]
) -> SourceRow:
    """Add what only the review knows: cycle, position and recommending States."""
    cycle = _cycle(record, row, defaults, repairs, doubts)
    written = labels(record.positions)
    positions = {position_of(position) for position in written}
    position = positions.pop() if len(positions) == 1 else None
    if position is None and row.mechanism == "UPR":
        doubts.append(position_doubt("; ".join(written)))
    states, text = _recommending(row, record, repairs)
    if not states and row.mechanism == "UPR" and row.kind == "recommendation":
        doubts.append(Doubt(Note.RECOMMENDING_STATES_MISSING))
    return replace(
        row, text=text, cycle=cycle, position=position, recommending_states=states,
        position_as_written="; ".join(written) or None,
    )  # fmt: skip


def _cycle(
    record: Record, row: SourceRow, defaults: Defaults, repairs: list[str], doubts: list[Doubt]
) -> int | None:
    """Give the cycle: as written, else from the session; a wrong one that nothing mends is told.

    Only the review has cycles: what stands there for another body costs no recommendation.
    """
    written = bare_label(record.cycle)
    cycle = cycle_written(written)
    if cycle is not None:
        doubts += cycle_doubts(cycle, row.session if row.mechanism == "UPR" else None)
        return cycle
    if row.mechanism != "UPR":
        doubts += [Doubt(Note.CYCLE_UNKNOWN, shown(written, EXCERPT_LENGTH))] if written else []
        return None
    held = cycle_of_session(row.session)
    if held is not None:
        repairs.append(Repair.CYCLE_FROM_SESSION)
    elif written:
        raise _Unclear(Reason.VALUE_UNKNOWN, written, "UprCycle")
    elif defaults.cycle is not None:
        repairs.append(Repair.CYCLE_FROM_REQUEST)
    return held or defaults.cycle


def _recommending(
    row: SourceRow, record: Record, repairs: list[str]
) -> tuple[tuple[str, ...], str]:
    """Give the recommending States, and the text without the bracket that repeats them."""
    listed = tuple(dict.fromkeys(iso3(name) or name for name in labels(record.recommending)))
    if row.mechanism != "UPR" or not row.text.rstrip(" ;.,\n").endswith(")"):
        return listed, row.text
    bracketed, text = take_states(row.text, verbatim=False)
    if not bracketed or not text:
        return listed, row.text
    if not listed:
        repairs.append(Repair.RECOMMENDING_STATES_FROM_TEXT)
        return bracketed, text
    return (listed, text) if set(bracketed) <= set(listed) else (listed, row.text)
