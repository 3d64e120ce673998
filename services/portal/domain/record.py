"""One recommendation as the record shows it: the fold of everything that was ever told of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final, Literal

Body = dict[str, Any]
Basis = Literal["recorded", "happened"]
BASES: Final[tuple[Basis, ...]] = ("recorded", "happened")

RECEIVED = "intake.recommendation.received.v1"
ABOUT_RECOMMENDATIONS = "intake.recommendation."
ABOUT_CASES = "tracking.case."


@dataclass(frozen=True, slots=True)
class Told:
    """One event about a recommendation, from whichever service told it."""

    event_id: str
    topic: str
    source: str
    sequence: int
    version: int
    happened_at: datetime
    recorded_at: datetime
    actor: str
    body: Mapping[str, Any]


def fold(told: Iterable[Told], start: Body | None = None) -> Body | None:
    """Return the record that these events make, in their order; None before it was received."""
    record = start
    for event in told:
        record = step(record, event)
    return record


def as_at(told: Iterable[Told], until: datetime, basis: Basis) -> tuple[Body | None, list[Told]]:
    """Return the record as it stood at a moment, and the events that had made it.

    By ``recorded``: what the record said then. By ``happened``: what had taken place by then as we
    know it today, whenever it was written down (design §3, two dates).
    """
    if basis == "recorded":
        known = [event for moment, event in _settled(told) if moment <= until]
    else:
        known = [event for moment, event in _by_happening(told) if moment <= until]
    return fold(known), known


def end_of(day: date) -> datetime:
    """Return the last moment of a day: a record as at that day is as it stood then."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def is_public(record: Mapping[str, Any] | None) -> bool:
    """Tell whether everyone may read a record as it stands; a withdrawn one keeps its page."""
    return record is not None and bool(record["published"])


def as_public(told: Iterable[Told]) -> tuple[Body | None, list[Told]]:
    """Return a record as everyone may read it, and of which acts; None if it never was public.

    Once public it stays so: where publication was taken back it stands as it was last published,
    marked, with what its follow-up came to; what else was done to it since is not told.
    """
    record: Body | None = None
    shown: Body | None = None
    known: list[Told] = []
    for event in told:
        was_public, record = is_public(record), step(record, event)
        if is_public(record):
            shown = record
        elif shown is not None and event.topic.startswith(ABOUT_CASES):
            shown = step(shown, event)
        elif shown is not None and not was_public:
            continue
        known.append(event)
    if record is None or shown is None:
        return None, known
    return {**shown, "published": record["published"], "version": record["version"]}, known


def first_day(told: Iterable[Told], *, everything: bool) -> date | None:
    """Return the first day at whose end there is a record by either date; None if there is none.

    With ``everything`` it need not have been public, as those who keep the register read it.
    """
    told = list(told)
    moments = (moment for event in told for moment in (event.recorded_at, event.happened_at))
    days = sorted({moment.date() for moment in moments})

    def stands(day: date) -> bool:
        known = (as_at(told, end_of(day), basis) for basis in BASES)
        return any((record if everything else as_public(by)[0]) is not None for record, by in known)

    # What once stood stands at the end of every later day.
    place = bisect_left(days, True, key=stands)  # noqa: FBT003  what is looked for
    return days[place] if place < len(days) else None


def is_shown(record: Mapping[str, Any]) -> bool:
    """Tell whether lists, figures and searches show a record to everyone."""
    return is_public(record) and not record["withdrawn"]


def as_recorded(told: Iterable[Told]) -> list[Told]:
    """Return events as they were written down.

    Within a source the ledger's sequence decides and never the hour in an event: that was fixed
    when its act was framed, and an act that was tried again may be written after a younger one.
    """
    return [event for _, event in _settled(told)]


def _settled(told: Iterable[Told]) -> list[tuple[datetime, Told]]:
    """Return events as they were written down, with the earliest moment at which each can stand.

    No event stands before one of a smaller sequence in its ledger. Across sources these moments
    decide, then the source's name; nothing stands before the recommendation's receipt.
    """
    settled: list[tuple[datetime, Told]] = []
    latest: dict[str, datetime] = {}
    for event in sorted(told, key=lambda each: each.sequence):
        moment = max(event.recorded_at, latest.get(event.source, event.recorded_at))
        latest[event.source] = moment
        settled.append((moment, event))
    return sorted(
        settled,
        key=lambda each: (each[1].topic != RECEIVED, each[0], each[1].source, each[1].sequence),
    )


def _by_happening(told: Iterable[Told]) -> list[tuple[datetime, Told]]:
    """Return events as they took place, with that moment; what nobody dated did when it settled."""
    placed = [
        (moment if event.happened_at == event.recorded_at else event.happened_at, moment, event)
        for moment, event in _settled(told)
    ]
    placed.sort(
        key=lambda each: (
            each[2].topic != RECEIVED, each[0], each[1], each[2].source, each[2].sequence
        )
    )  # fmt: skip
    return [(happened, event) for happened, _, event in placed]


def step(record: Body | None, event: Told) -> Body | None:
    """Return the record after one more event; what no rule knows changes nothing."""
    if event.topic == RECEIVED:
        return _received(event)
    change = _CHANGES.get(event.topic)
    if record is None or change is None:
        return record
    changed = {**record, **change(record, event.body)}
    return {
        **changed,
        "version": record["version"] + 1,
        "changed_at": event.recorded_at.isoformat(),
    }


def _received(event: Told) -> Body:
    body = event.body
    return {
        "number": body["number"],
        "state": body["state"],
        "mechanism": body["mechanism"],
        "kind": body.get("kind", "recommendation"),
        "official": body["official"],
        "language": body["language"],
        "texts": {body["language"]: body["text"]},
        "origins": {body["language"]: "official" if body["official"] else "provisional"},
        "summaries": {},
        "paragraph": body.get("paragraph"),
        "symbol": body.get("symbol"),
        "cycle": body.get("cycle"),
        "session": body.get("session"),
        "document_date": body.get("document_date"),
        "annotation_id": body.get("annotation_id"),
        "recommending_states": list(body.get("recommending_states", ())),
        "position": body.get("position"),
        "position_as_written": body.get("position_as_written"),
        "position_source": body.get("position_source"),
        "main_theme": body.get("main_theme"),
        "themes": list(body.get("themes", ())),
        "groups": list(body.get("groups", ())),
        "sdgs": list(body.get("sdgs", ())),
        "source": body.get("source"),
        "links": [],
        "published": False,
        "withdrawn": False,
        "case": False,
        "lead": None,
        "supporting": [],
        "deadline": None,
        "statuses": {},
        "closed": False,
        "version": 1,
        "changed_at": event.recorded_at.isoformat(),
    }


def _with_text(record: Body, text: str) -> Body:
    return {"texts": {**record["texts"], record["language"]: text}}


def _confirmed(record: Body, body: Mapping[str, Any]) -> Body:
    given = ("symbol", "paragraph", "document_date", "annotation_id", "source")
    official = {name: body[name] for name in given if body.get(name) is not None}
    origins = {**record["origins"], record["language"]: "official"}
    return {**_with_text(record, body["text"]), **official, "origins": origins, "official": True}


def _confirmation_withdrawn(record: Body, body: Mapping[str, Any]) -> Body:
    origins = {**record["origins"], record["language"]: "provisional"}
    stands = {"source": body.get("source"), "published": body.get("published", False)}
    return {**stands, "origins": origins, "official": False}


def _corrected(record: Body, body: Mapping[str, Any]) -> Body:
    fields = dict(body["fields"])
    text = fields.pop("text", None)
    return {**fields, **(_with_text(record, text) if text is not None else {})}


def _translated(record: Body, body: Mapping[str, Any]) -> Body:
    language = body["language"]
    return {
        "texts": {**record["texts"], language: body["text"]},
        "origins": {**record["origins"], language: body["origin"]},
    }


def _summarised(record: Body, body: Mapping[str, Any]) -> Body:
    return {"summaries": {**record["summaries"], body["language"]: body["summary"]}}


def _classified(_: Body, body: Mapping[str, Any]) -> Body:
    return {
        "main_theme": body.get("main_theme"),
        "themes": list(body.get("themes", ())),
        "groups": list(body.get("groups", ())),
        "sdgs": list(body.get("sdgs", ())),
    }


def _position(_: Body, body: Mapping[str, Any]) -> Body:
    return {
        "position": body["position"],
        "position_as_written": body.get("nuance"),
        "position_source": body.get("position_source"),
    }


def _linked(record: Body, body: Mapping[str, Any]) -> Body:
    link = {"relation": body["relation"], "other": body["other"], "number": body["other_number"]}
    return {"links": [*record["links"], link]}


def _assigned(_: Body, body: Mapping[str, Any]) -> Body:
    return {
        "lead": body["lead"],
        "supporting": list(body.get("supporting", ())),
        "deadline": body.get("deadline"),
    }


def _assessed(record: Body, body: Mapping[str, Any]) -> Body:
    return {"statuses": {**record["statuses"], body["track"]: body["status"]}}


_CHANGES: dict[str, Callable[[Body, Mapping[str, Any]], Body]] = {
    "intake.recommendation.confirmed.v1": _confirmed,
    "intake.recommendation.confirmation-withdrawn.v1": _confirmation_withdrawn,
    "intake.recommendation.corrected.v1": _corrected,
    "intake.recommendation.translated.v1": _translated,
    "intake.recommendation.summarised.v1": _summarised,
    "intake.recommendation.classified.v1": _classified,
    "intake.recommendation.position-recorded.v1": _position,
    "intake.recommendation.linked.v1": _linked,
    "intake.recommendation.published.v1": lambda _, __: {"published": True},
    "intake.recommendation.withdrawn.v1": lambda _, __: {"withdrawn": True},
    "intake.recommendation.reinstated.v1": lambda _, __: {"withdrawn": False},
    "tracking.case.opened.v1": lambda _, __: {"case": True},
    "tracking.case.assigned.v1": _assigned,
    "tracking.case.assessed.v1": _assessed,
    "tracking.case.closed.v1": lambda _, __: {"closed": True},
    "tracking.case.reopened.v1": lambda _, __: {"closed": False},
}

SETTLED = frozenset({"implemented", "no-longer-applicable"})
NOT_STARTED = "not-started"
NO_INFORMATION = "no-information"


def status_of(record: Mapping[str, Any]) -> str:
    """Return the follow-up status of lists and figures: what the State last said, if anything."""
    said = record["statuses"].get("state")
    if said:
        return str(said)
    return NOT_STARTED if record["lead"] else NO_INFORMATION


_STEPS: dict[str, Callable[[Body], object]] = {
    "number": lambda record: record["number"],
    "position": lambda record: record["position"],
    "lead": lambda record: record["lead"],
    "status": lambda record: record["statuses"].get("state"),
}


def since(told: Iterable[Told]) -> dict[str, date]:
    """Return the day since when each main step stands as the last of these events left it.

    Steps are ``number`` (its receipt), ``position``, ``lead`` and ``status`` (the State's own).
    """
    days: dict[str, date] = {}
    record: Body | None = None
    for event in told:
        before, record = record, step(record, event)
        if record is None:
            continue
        for name, value in _STEPS.items():
            if before is None or value(before) != value(record):
                days[name] = event.happened_at.date()
    return days


def due_of(record: Mapping[str, Any]) -> date | None:
    """Return the day by which something must still be done; None where nothing is due."""
    over = record["closed"] or record["withdrawn"] or status_of(record) in SETTLED
    return None if over or not record["deadline"] else date.fromisoformat(record["deadline"])


def is_late(record: Mapping[str, Any], today: date) -> bool:
    """Tell whether a record's day has passed and something is still due."""
    due = due_of(record)
    return due is not None and due < today
