"""Faults of every kind under load: nothing acknowledged is lost, every effect is there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.house.running import SERVICES
from tests.faults.anatomy import anatomies
from tests.faults.campaign import campaign
from tests.faults.kinds import AT_POINTS
from tests.faults.load import WORK
from tests.faults.planted import ACKNOWLEDGED_FIRST, POSITION_FIRST

SEED = 20_261
FAULTS = 100
FEW = ("directory", "intake", "tracking", "portal")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_faults_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    report = campaign(tmp_path / "platform", SEED, FAULTS)
    assert report.verdict.well, f"seed {SEED}: {report.verdict.problems}"
    assert report.verdict.acknowledged > 0
    assert report.faults >= FAULTS, f"seed {SEED}: missed {report.missed}"
    assert set(AT_POINTS) <= set(report.happened), f"seed {SEED}: missed {report.missed}"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_acknowledgement_before_the_commit_is_found(tmp_path: Path) -> None:
    report = campaign(
        tmp_path / "platform",
        SEED,
        0,
        FEW,
        fault=ACKNOWLEDGED_FIRST,
        faults=["before a commit"] * 4,
        patience=5.0,
    )
    assert report.verdict.lost > 0, f"seed {SEED}"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_position_before_its_row_is_found(tmp_path: Path) -> None:
    report = campaign(
        tmp_path / "platform",
        SEED,
        0,
        FEW,
        fault=POSITION_FIRST,
        faults=["before rows"] * 4,
        patience=5.0,
    )
    assert any("rebuilt" in each for each in report.verdict.problems), f"seed {SEED}"


def test_every_service_that_keeps_a_ledger_is_asked_for_something() -> None:
    assert {name for name in SERVICES if anatomies()[name].keeps_a_ledger} == set(WORK)
