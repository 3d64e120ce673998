"""Every hostile file ends in a named refusal or a safe reading, and a good one is read after it."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from libs.kernel.refusal import Refusal
from services.intake.adapters.reading import Defaults, SandboxedReading
from services.intake.domain.source_row import SourceRow

from . import documents
from .hostile import KINDS, Hostile

SECONDS = 10
"""Of a processor, this process and the reading one together: other work does not count."""
BYTES = 500 * 1024 * 1024


def end_of(reading: SandboxedReading) -> str | int:
    """Give the code of the refusal or the number of rows understood."""
    try:
        return sum(isinstance(row, SourceRow) for row in reading)
    except Refusal as refusal:
        return refusal.code


def worked() -> float:
    """Return the processor time of this process and of its children that have ended, in seconds."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


@pytest.mark.parametrize("hostile", KINDS, ids=lambda hostile: hostile.kind)
def test_hostile_file(hostile: Hostile, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    hostile.make(path)
    reading = SandboxedReading(path, hostile.name, Defaults())
    before = worked()
    end = end_of(reading)
    took = worked() - before
    assert end == hostile.expected
    assert took < SECONDS
    assert reading.peak_memory_bytes < BYTES
    good = documents.json_file(tmp_path / "good.json", [documents.review_record()])
    assert end_of(SandboxedReading(good, good.name, Defaults())) == 1


def test_there_are_at_least_forty_kinds() -> None:
    assert len({hostile.kind for hostile in KINDS}) == len(KINDS) >= 40
