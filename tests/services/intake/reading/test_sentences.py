"""Every refusal, reason, repair and note has its sentence in Arabic and in English."""

from __future__ import annotations

from pathlib import Path

import pytest
from fluent.runtime import FluentBundle, FluentResource

from services.intake.adapters import template
from services.intake.adapters.reading.refusals import Reason, every_refusal
from services.intake.domain.defects import Note, Repair

PACKS = next(p for p in Path(__file__).resolve().parents if (p / "pyproject.toml").exists()) / (
    "libs/chassis/language/packs"
)
FACTS: dict[str, str | int] = {
    "limit": 7, "limit_mb": 7, "found": "F", "asked": "A", "name": "N", "member": "M", "part": "P",
    "cell": "C7", "after_records": 7, "columns": "C", "first": "F", "second": "S", "seconds": 8,
    "detail": "D", "row": 7, "last": 4, "column": "cycle", "written": "W",
}  # fmt: skip
MESSAGES = sorted(
    {f"refusal-{code}" for code in every_refusal()}
    | {f"refusal-{template.CellTooLong.code}", "refusal-unreadable-source"}
    | {f"refusal-{reason}" for reason in Reason}
    | {f"repair-{repair}" for repair in Repair}
    | {f"note-{note}" for note in Note}
)


def bundle(tag: str) -> FluentBundle:
    """Give the sentences of this room in one language."""
    found = FluentBundle([tag])
    text = (PACKS / tag / "intake_files.ftl").read_text(encoding="utf-8")
    found.add_resource(FluentResource(text))
    return found


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_sentences(tag: str) -> None:
    sentences = bundle(tag)
    for name in MESSAGES:
        assert sentences.has_message(name), name
        pattern = sentences.get_message(name).value
        assert pattern is not None, name
        text, errors = sentences.format_pattern(pattern, FACTS)
        assert errors == [], name
        assert str(text).endswith("."), name


def test_no_sentence_stands_without_its_code() -> None:
    for tag in ("en", "ar"):
        text = (PACKS / tag / "intake_files.ftl").read_text(encoding="utf-8")
        entries = {line.split(" = ")[0] for line in text.splitlines() if " = " in line}
        assert {e for e in entries if e.startswith(("refusal-", "repair-", "note-"))} == set(
            MESSAGES
        )
