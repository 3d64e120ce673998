"""The follow-up thread: what happened to a recommendation, told as a story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from services.portal.domain.record import (
    RECEIVED,
    Body,
    Told,
    as_public,
    due_of,
    fold,
    is_late,
    is_public,
    since,
    step,
)
from services.portal.domain.words import compare
from services.portal.views.page_models import Step, ThreadEntry, VersionLink
from services.portal.views.page_parts import Difference, Direction, Segment

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
    "lead",
    "supporting",
    "deadline",
)
_ONE_WORD = frozenset({"position", "document_date", "lead", "deadline"})


def message_id(topic: str) -> str:
    """Return the id of the sentence that tells of a topic."""
    return "told-" + topic.rsplit(".v", 1)[0].replace(".", "-")


@dataclass(frozen=True, slots=True)
class Act:
    """One act, the version that it made, and the record before and after; None is not to be seen.

    Of what was done while a record was not public, everyone is told its receipt, that publication
    was taken back, and what its follow-up came to then.
    """

    version: int
    event: Told
    before: Body | None
    after: Body | None


class Story:
    """What was told of a recommendation, as far as the reader may know it."""

    def __init__(self, told: Sequence[Told], wording: Wording, *, everything: bool) -> None:
        """Tell ``told``, in its order, in the reader's words; also what was not public then."""
        _, public = as_public(told)
        of_everyone = {each.event_id for each in public}
        self._wording = wording
        self._acts: list[Act] = []
        record: Body | None = None
        seen: Body | None = None
        was_public = False
        for version, event in enumerate(told, start=1):
            record = step(record, event)
            before, seen = seen, record if everything or is_public(record) else None
            was_public = was_public or is_public(record)
            told_anyway = was_public and event.event_id in of_everyone
            if seen is not None or event.topic == RECEIVED or told_anyway:
                self._acts.append(Act(version, event, before, seen))

    def thread(self) -> tuple[ThreadEntry, ...]:
        """Return the acts as the page tells them, the last standing first in "now"."""
        entries = [self._entry(act) for act in self._acts]
        if entries:
            entries[-1] = replace(entries[-1], kind="now")
        return tuple(entries)

    def versions(self, base: str) -> tuple[VersionLink, ...]:
        """Return every version of the record that the reader may see, oldest first."""
        seen = [act for act in self._acts if act.after is not None]
        before = [seen[:1], *([each] for each in seen)]
        return tuple(
            VersionLink(
                version=act.version,
                when=act.event.recorded_at,
                what=self._what(act.event),
                href=f"{base}?older={older.version}&newer={act.version}",
                current=act is seen[-1],
            )
            for (older,), act in zip(before, seen, strict=False)
        )

    def at_version(self, version: int) -> tuple[Told, Body] | None:
        """Return the act that made a version, and the record as it then stood."""
        for act in self._acts:
            if act.version == version and act.after is not None:
                return act.event, act.after
        return None

    def _what(self, event: Told) -> str:
        return what_happened(event.topic, event.body, self._wording)

    def _entry(self, act: Act) -> ThreadEntry:
        event, before, after = act.event, act.before, act.after
        gap = event.recorded_at - event.happened_at
        return ThreadEntry(
            kind="past",
            what=self._what(event),
            when_happened=event.happened_at.date(),
            who=self._wording.actor(event.actor),
            why=self._why(event),
            detail=self._detail(event),
            when_recorded=event.recorded_at,
            version=act.version,
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
    return [each for each in every_difference(before, after, wording) if _had_words(each)]


def _had_words(difference: Difference) -> bool:
    return any(each.kind != "added" for each in difference.segments)


def every_difference(before: Body, after: Body, wording: Wording) -> list[Difference]:
    """Return the same with what was not there before, and with what the follow-up changed."""
    found = []
    for name, label in (("texts", "field-text-in"), ("summaries", "field-summary-in")):
        for tag in dict.fromkeys([*before[name], *after[name]]):
            old, new = before[name].get(tag, ""), after[name].get(tag, "")
            said = wording.message(label, language=wording.language_name(tag))
            found.append(compared(said, old, new, tag, wording.text("", tag).dir))
    tag, direction = wording.language.tag, wording.language.direction
    for name in _SHOWN_FIELDS:
        old, new = wording.said(name, before[name]), wording.said(name, after[name])
        label = wording.message(f"field-{name.replace('_', '-')}")
        made = exchanged if name in _ONE_WORD else compared
        found.append(made(label, old, new, tag, direction))
    for track in dict.fromkeys([*before["statuses"], *after["statuses"]]):
        old, new = (
            wording.status(each["statuses"][track]).word if track in each["statuses"] else ""
            for each in (before, after)
        )
        label = wording.message("field-status-by", who=wording.message(f"track-{track}"))
        found.append(exchanged(label, old, new, tag, direction))
    return [each for each in found if any(part.kind != "same" for part in each.segments)]


def exchanged(label: str, old: str, new: str, tag: str, direction: Direction) -> Difference:
    """Return how a field changed whose words say one thing together, such as a status or a day."""
    if old == new:
        return Difference(label, (Segment("same", old),), tag, direction)
    pieces = (Segment("removed", old), Segment("same", " "), Segment("added", new))
    kept = pieces if old and new else tuple(each for each in pieces if each.text.strip())
    return Difference(label, kept, tag, direction)


def compared(label: str, old: str, new: str, tag: str, direction: Direction) -> Difference:
    """Return how a field changed, as its page shows it."""
    found = compare(old, new)
    segments = tuple(Segment(piece.kind, piece.text) for piece in found.pieces)
    return Difference(label, segments, tag, direction, found.in_words)


def steps_of(told: Sequence[Told], wording: Wording, today: date) -> tuple[Step, ...]:
    """Return the main steps of the follow-up: done, now, and what comes; each since it stands."""
    record, days = fold(told), since(told)
    if record is None:
        return ()
    steps = [Step("past", wording.message("step-received"), days["number"])]
    if record["position"] in {"supported", "noted"}:
        steps.append(Step("past", wording.position(record["position"]).word, days["position"]))
    if record["lead"]:
        steps.append(Step("past", wording.message("step-assigned"), days["lead"]))
    status = record["statuses"].get("state")
    if status:
        steps.append(Step("past", wording.status(status).word, days["status"]))
    if status != "implemented":
        steps[-1] = replace(steps[-1], kind="now")
    due = due_of(record)
    if due is not None:
        word = "step-overdue" if is_late(record, today) else "step-due"
        steps.append(Step("due", wording.message(word), due))
    return tuple(steps)
