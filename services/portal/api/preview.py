"""An import as its page shows it: its state, and the rows of its preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.portal.api.telling import compared
from services.portal.views.page_parts import Difference, Link, Tag
from services.portal.views.work_models import SourceRow

if TYPE_CHECKING:
    from services.portal.api.reading import Reader
    from services.portal.api.wording import Wording


STATE_TAGS: dict[str, Any] = {
    "reading": "going",
    "previewed": "waiting",
    "idle": "none",
    "failed": "late",
    "confirming": "going",
    "confirmed": "done",
    "undoing": "going",
    "undone": "noted",
}


CONFLICT = "conflict"
WITHDRAWN = "withdrawn-by-hand"
ANSWER = frozenset({"position", "position_as_written", "position_source"})
"""The fields that are mended by recording the State's answer, and not by a correction."""


def state_tag(wording: Wording, found: dict[str, Any]) -> Tag:
    """Return an import's state as a tag; a preview of nothing new waits for nobody."""
    state = found["state"]
    if state == "previewed" and not would_do(found["counts"]):
        state = "idle"
    return Tag(STATE_TAGS.get(state, "none"), wording.message(f"import-state-{state}"))


def would_do(counts: dict[str, int]) -> int:
    """Return how many rows confirming an import would record."""
    return counts["new"] + counts["changed"]


def shown_row(each: dict[str, Any], wording: Wording, reader: Reader) -> SourceRow:
    """Return a row: what it says, why it was not understood, what it would change."""
    stated = each["stated"] | each["stated"].get("fields", {})
    text = stated.get("text") or stated.get("excerpt") or ""
    language = stated.get("language", wording.language.tag)
    record = None
    if each["number"]:
        record = Link(
            each["number"], f"/{reader.language.tag}/recommendations/{each['number']}", ltr=True
        )
    changes = tuple(
        _change(name, each["differences"][name], wording, language) for name in each["differences"]
    )
    return SourceRow(
        row=each["row"],
        text=wording.text(text, language) if text else None,
        reason=each["reason_text"],
        record=record,
        differences=changes,
        repairs=tuple(wording.message(f"repair-{code}") for code in stated.get("repairs", ())
                      if wording.language.has(f"repair-{code}")),
        doubts=tuple(doubt["text"] for doubt in each["doubts"]),
        facts=_facts(stated, wording),
        ways=_ways(each, wording, record) if record and each["kind"] == CONFLICT else (),
    )  # fmt: skip


def _ways(row: dict[str, Any], wording: Wording, record: Link) -> tuple[Link, ...]:
    """Return the acts by which a person settles a conflict with a record."""
    acts = {"position" if name in ANSWER else "correct" for name in row["differences"]}
    acts = {"reinstate"} if row["reason"] == WITHDRAWN else acts
    return tuple(
        Link(wording.message(f"title-{act}", number=record.word), f"{record.href}/{act}")
        for act in sorted(acts)
    )


def _facts(stated: dict[str, Any], wording: Wording) -> tuple[tuple[str, str], ...]:
    facts = [("field-paragraph", stated.get("paragraph")), ("field-symbol", stated.get("symbol"))]
    if stated.get("position"):
        facts.append(("field-position", wording.position(stated["position"]).word))
    states = ", ".join(wording.state(code) for code in stated.get("recommending_states") or ())
    facts.append(("field-recommending-states", states))
    facts.append(("field-note", stated.get("note")))
    return tuple((wording.message(name), str(value)) for name, value in facts if value)


def _change(name: str, change: dict[str, Any], wording: Wording, language: str) -> Difference:
    label = wording.message("form-text" if name == "text" else f"field-{name.replace('_', '-')}")
    before, after = (wording.said(name, change[each]) for each in ("before", "after"))
    return compared(label, before, after, language, wording.text("", language).dir)
