"""The follow-up thread: what happened to a recommendation, told as a story."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from services.portal.domain.record import Body, Told, step
from services.portal.domain.words import difference
from services.portal.views.page_models import Step, ThreadEntry, VersionLink
from services.portal.views.page_parts import Difference, Segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from services.portal.api.wording import Wording

LATE_RECORDED = timedelta(days=2)
_SHOWN_FIELDS = (
    "paragraph",
    "symbol",
    "cycle",
    "session",
    "document_date",
    "recommending_states",
    "position",
    "position_source",
    "themes",
    "groups",
    "sdgs",
)
INNER_TOPICS = frozenset({"tracking.case.opened.v1"})


def message_id(topic: str) -> str:
    """Return the id of the sentence that tells of a topic."""
    return "told-" + topic.rsplit(".v", 1)[0].replace(".", "-")


class Story:
    """All that was told of a recommendation, with its record before and after each act."""

    def __init__(self, told: Sequence[Told], wording: Wording) -> None:
        """Tell ``told``, in its order, in the reader's words."""
        self._wording = wording
        self._acts: list[tuple[Told, Body | None, Body | None]] = []
        record: Body | None = None
        for event in told:
            after = step(record, event)
            self._acts.append((event, record, after))
            record = after
        self.record = record

    def thread(self) -> tuple[ThreadEntry, ...]:
        """Return the acts as the page tells them, the last standing first in "now"."""
        entries = [self._entry(number, *act) for number, act in enumerate(self._acts, start=1)]
        if entries:
            entries[-1] = replace(entries[-1], kind="now")
        return tuple(entries)

    def versions(self, base: str) -> tuple[VersionLink, ...]:
        """Return every version of the record, oldest first."""
        last = len(self._acts)
        return tuple(
            VersionLink(
                version=number,
                when=event.recorded_at,
                what=self._what(event),
                href=f"{base}?older={max(number - 1, 1)}&newer={number}",
                current=number == last,
            )
            for number, (event, _, __) in enumerate(self._acts, start=1)
        )

    def at_version(self, version: int) -> tuple[Told, Body] | None:
        """Return the act that made a version, and the record as it then stood."""
        if not 1 <= version <= len(self._acts):
            return None
        event, _, after = self._acts[version - 1]
        return (event, after) if after is not None else None

    def _what(self, event: Told) -> str:
        return what_happened(event.topic, event.body, self._wording)

    def _entry(
        self, number: int, event: Told, before: Body | None, after: Body | None
    ) -> ThreadEntry:
        gap = event.recorded_at - event.happened_at
        return ThreadEntry(
            kind="past",
            what=self._what(event),
            when_happened=event.happened_at.date(),
            who=self._wording.actor(event.actor),
            why=self._why(event),
            detail=self._detail(event),
            when_recorded=event.recorded_at,
            version=number,
            changes=tuple(differences(before, after, self._wording)) if before and after else (),
            late_recorded=gap > LATE_RECORDED,
        )

    def _why(self, event: Told) -> str:
        reason = event.body.get("reason")
        if reason:
            return str(reason)
        note = event.body.get("note") or {}
        return str(note.get(self._wording.language.tag) or next(iter(note.values()), ""))

    def _detail(self, event: Told) -> str:
        source = event.body.get("source")
        if isinstance(source, dict):
            return self._wording.message(
                "detail-source", row=source["row"], file=source["file"][:12]
            )
        if event.body.get("deadline"):
            day = self._wording.language.date(str(event.body["deadline"]))
            return self._wording.message("detail-deadline", day=day)
        return str(event.body.get("position_source") or "")


def what_happened(topic: str, body: Mapping[str, Any], wording: Wording) -> str:
    """Return one act as a sentence, its codes in words."""
    facts = {name: str(value) for name, value in body.items() if isinstance(value, (str, int))}
    if "position" in facts:
        facts["position"] = wording.position(facts["position"]).word
    if "lead" in facts:
        facts["lead"] = wording.institution(facts["lead"])
    if "status" in facts:
        facts["status"] = wording.status(facts["status"]).word
    if "language" in facts:
        facts["language"] = wording.language_name(facts["language"])
    return wording.message(message_id(topic), **facts)


def differences(before: Body, after: Body, wording: Wording) -> list[Difference]:
    """Return how the words of a record changed, field by field, word by word."""
    found = []
    for tag in dict.fromkeys([*before["texts"], *after["texts"]]):
        old, new = before["texts"].get(tag, ""), after["texts"].get(tag, "")
        if old and old != new:
            text = wording.text(new, tag)
            label = wording.message("field-text-in", language=wording.language_name(tag))
            found.append(_difference(label, old, new, tag, text.dir))
    for name in _SHOWN_FIELDS:
        old, new = _shown(before[name], wording), _shown(after[name], wording)
        if old != new and old:
            tag, direction = wording.language.tag, wording.language.direction
            label = wording.message(f"field-{name.replace('_', '-')}")
            found.append(_difference(label, old, new, tag, direction))
    return found


def _difference(label: str, old: str, new: str, tag: str, direction: Any) -> Difference:  # noqa: ANN401
    segments = tuple(Segment(piece.kind, piece.text) for piece in difference(old, new))
    return Difference(label, segments, tag, direction)


def _shown(value: object, wording: Wording) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return wording.term(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(each, wording) for each in value)
    return str(value)


def steps_of(record: Body, told: Sequence[Told], wording: Wording, today: date) -> tuple[Step, ...]:
    """Return the main steps of the follow-up: done, now, and what comes."""
    days = {event.topic: event.happened_at.date() for event in reversed(told)}
    received = Step(
        "past", wording.message("step-received"), days.get("intake.recommendation.received.v1")
    )
    steps = [received]
    if record["position"] in {"supported", "noted"}:
        day = days.get("intake.recommendation.position-recorded.v1", received.day)
        steps.append(Step("past", wording.position(record["position"]).word, day))
    if record["lead"]:
        steps.append(
            Step("past", wording.message("step-assigned"), days.get("tracking.case.assigned.v1"))
        )
    status = record["statuses"].get("state")
    if status:
        kind = "past" if status == "implemented" else "now"
        steps.append(
            Step(
                "past" if kind == "past" else "now",
                wording.status(status).word,
                days.get("tracking.case.assessed.v1"),
            )
        )
    elif steps:
        last = steps[-1]
        steps[-1] = Step("now", last.word, last.day)
    if record["deadline"] and status != "implemented":
        due = date.fromisoformat(record["deadline"])
        word = "step-due" if due >= today else "step-overdue"
        steps.append(Step("due", wording.message(word), due))
    return tuple(steps)
