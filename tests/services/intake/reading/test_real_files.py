"""Exact figures on the real files, by field."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from services.intake.adapters.reading import Defaults, SandboxedReading, read_source
from services.intake.adapters.reading.text import take_states
from services.intake.domain.source_row import NotUnderstood, SourceRow
from services.intake.profile.countries import is_iso3


def rows_in(path: Path, defaults: Defaults) -> list[SourceRow]:
    """Read a file of which every row must be understood."""
    found = list(read_source(path, filename=path.name, defaults=defaults))
    assert [row for row in found if isinstance(row, NotUnderstood)] == []
    return [row for row in found if isinstance(row, SourceRow)]


@pytest.mark.parametrize(
    ("cycle", "total", "supported", "noted", "themes", "session", "headings"),
    [(2, 163, 142, 21, 32, "20", 37), (4, 254, 217, 37, 43, "48", 53)],
)
def test_matrices_of_cycles_two_and_four(
    real: Path,
    cycle: int,
    total: int,
    supported: int,
    noted: int,
    themes: int,
    session: str,
    headings: int,
) -> None:
    rows = rows_in(real / "ohchr-matrix" / f"slovenia-upr-cycle{cycle}.docx", Defaults())
    assert len(rows) == total
    assert Counter(row.position for row in rows) == {"supported": supported, "noted": noted}
    assert len({row.main_theme for row in rows}) == themes
    assert {(row.state, row.cycle, row.session, row.mechanism) for row in rows} == {
        ("SVN", cycle, session, "UPR")
    }
    places = {row.row for row in rows}
    assert len(places) == total
    assert max(places) == 1 + headings + total
    assert len({row.paragraph for row in rows}) == total


@pytest.mark.parametrize("cycle", [2, 4])
def test_every_field_of_the_matrices(real: Path, cycle: int) -> None:
    rows = rows_in(real / "ohchr-matrix" / f"slovenia-upr-cycle{cycle}.docx", Defaults())
    for row in rows:
        assert row.paragraph is not None
        assert row.paragraph.startswith("115." if cycle == 2 else "140.")
        assert row.text[0].isupper()
        assert not row.text.endswith(";")
        assert take_states(row.text, verbatim=False) == ((), row.text)
        assert "Source of" not in row.text
        assert row.recommending_states
        assert all(is_iso3(state) for state in row.recommending_states)
        assert row.main_theme in row.themes
        assert row.position_source is not None
        assert row.symbol in {"A/HRC/28/15", "A/HRC/59/15"}
        assert bool(row.sdgs) is (cycle == 4)
        assert not any(label.startswith("-") for label in row.themes + row.groups + row.sdgs)
    assert sum(not row.groups for row in rows) == (1 if cycle == 2 else 0)


def test_brackets_of_the_matrices(real: Path) -> None:
    rows = rows_in(real / "ohchr-matrix" / "slovenia-upr-cycle4.docx", Defaults())
    named = {row.paragraph: row.recommending_states for row in rows}
    assert named["140.1"] == ("DZA", "CPV", "PRY", "SSD", "LKA", "TGO", "URY", "VEN")
    assert named["140.167"] == ("VEN",)
    assert named["140.7"] == ("MDV", "PRT")
    older = rows_in(real / "ohchr-matrix" / "slovenia-upr-cycle2.docx", Defaults())
    named = {row.paragraph: row.recommending_states for row in older}
    assert named["115.72"] == ("MKD",)
    assert named["115.103"] == ("IRN",)
    assert named["115.16"] == ("BEL", "FRA", "TUN", "SLE", "ARG")


def test_morocco(real: Path) -> None:
    rows = rows_in(real / "upr-info" / "morocco.json", Defaults())
    assert len(rows) == 161
    assert {row.state for row in rows} == {"MAR"}
    assert Counter(row.cycle for row in rows) == {1: 13, 2: 148}


def test_samples_of_the_index(real: Path) -> None:
    rows = rows_in(real / "uhri" / "samples.json", Defaults())
    assert [row.mechanism for row in rows] == ["CESCR"] * 10
    assert Counter(row.kind for row in rows) == {"recommendation": 5, "concern": 5}
    assert [row.paragraph for row in rows[:4]] == ["7", "17", "3", "6"]


def test_all_sessions_in_the_sandbox(real: Path) -> None:
    path = real / "upr-info" / "sessions-01-13.json.gz"
    began = time.monotonic()
    reading = SandboxedReading(path, path.name, Defaults(any_state=True))
    rows = [row for row in reading if isinstance(row, SourceRow)]
    assert time.monotonic() - began < 30
    assert len(rows) == 22_716
    assert Counter(row.position for row in rows) == {"supported": 16_821, "noted": 5_895}
    assert len({row.state for row in rows}) == 193
    assert len({row.annotation_id for row in rows}) == len(rows)
    assert all(row.paragraph for row in rows)
    assert 0 < reading.peak_memory_bytes <= 500 * 1024 * 1024


def test_one_state_of_all_sessions(real: Path) -> None:
    path = real / "upr-info" / "sessions-01-13.json.gz"
    found = list(read_source(path, filename=path.name, defaults=Defaults(state="MAR")))
    assert sum(isinstance(row, SourceRow) for row in found) == 161
    others = Counter(row.reason for row in found if isinstance(row, NotUnderstood))
    assert others == {"other-state": 22_716 - 161}
