"""Whatever kills backup and restore, nothing half is left: at named points, and at any time."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from libs.chassis.embedded.folders import DataFolder, RestoreUnfinished
from tests.services.house.backup.conftest import Kept
from tests.services.house.backup.forking import begun
from tests.services.house.backup.kit import (
    PATIENCE,
    files_in,
    history,
    history_of,
    refused,
    told,
)

pytestmark = pytest.mark.timeout(400)
HOUSE = "services.house.backup"
BACKUP_POINTS = (
    f"{HOUSE}.taking:_ledgers:before:1",
    f"{HOUSE}.taking:_table:after:6",
    f"{HOUSE}.taking:_files:before:1",
    f"{HOUSE}.taking:_configuration:after:1",
    f"{HOUSE}.durable:put:after:1",
    f"{HOUSE}.durable:sync_tree:after:1",
)
RESTORE_POINTS = (
    f"{HOUSE}.restoring:_begin:before:1",
    f"{HOUSE}.restoring:_begin:after:1",
    "libs.ledger.schema:_text:before:2",
    "libs.ledger.copies:rows_in:after:5",
    f"{HOUSE}.restoring:_compare:after:8",
    f"{HOUSE}.restoring:_put_files:before:1",
    f"{HOUSE}.durable:copied:after:1",
    f"{HOUSE}.restoring:_put_files:after:1",
)
SEED = int(os.environ.get("SEED", "20261126"))
MOMENTS = 6


def killed(
    point: str | float, *arguments: object, environment: dict[str, str] | None = None
) -> bool:
    """Run a command until it is killed: at a named point, or after so many seconds.

    Tell whether it was killed before it was done.
    """
    named, moment = (point, PATIENCE) if isinstance(point, str) else ("", point)
    with begun(*arguments, environment=environment, point=named) as command:
        if not command.wait(moment):
            command.kill()
        return command.done(PATIENCE).returncode == -signal.SIGKILL


def _moments(longest: float) -> list[float]:
    chance = random.Random(SEED)
    return [chance.uniform(0.3 * longest, longest) for _ in range(MOMENTS)]


def _took(*arguments: object) -> float:
    began = time.monotonic()
    told(*arguments)
    return time.monotonic() - began


def _no_half_backup(records: Path) -> None:
    """Every backup that can be seen is whole."""
    for each in records.glob("*"):
        if not each.name.startswith("."):
            told("restore", "--check", "--from", each)


@pytest.mark.parametrize("point", BACKUP_POINTS)
def test_a_backup_killed_at_a_point_leaves_none_and_the_next_is_whole(
    kept: Kept, tmp_path: Path, point: str
) -> None:
    records = tmp_path / "records"
    assert killed(point, "backup", "--data", kept.folder, "--to", records)
    assert [each for each in records.glob("*") if not each.name.startswith(".")] == []
    figures = told("backup", "--data", kept.folder, "--to", records)
    assert list(records.iterdir()) == [Path(figures["backup"])]
    _no_half_backup(records)


@pytest.mark.slow
def test_a_backup_killed_at_any_time_leaves_only_whole_ones(kept: Kept, tmp_path: Path) -> None:
    records = tmp_path / "records"
    command = ("backup", "--data", kept.folder, "--to", records)
    for moment in _moments(_took(*command)):
        killed(moment, *command)
        _no_half_backup(records)
    told(*command)
    assert not any(each.name.startswith(".") for each in records.iterdir()), f"SEED={SEED}"


def _clearly_unfinished_or_empty(folder: Path) -> None:
    if (folder / "restoring").exists():
        with pytest.raises(RestoreUnfinished):
            DataFolder(folder).hold()
    elif folder.exists():
        assert not (folder / "postgres").exists()
        assert files_in(folder / "files") == {}


def _done(folder: Path) -> bool:
    """Whether the restore had ended, and only its process had not; the caller compares it all."""
    return (folder / "postgres").exists() and not (folder / "restoring").exists()


@pytest.mark.slow
@pytest.mark.parametrize("point", RESTORE_POINTS)
def test_a_restore_killed_at_a_point_is_repeated(kept: Kept, tmp_path: Path, point: str) -> None:
    folder = tmp_path / "data"
    command = ("restore", "--from", kept.record, "--data", folder)
    assert killed(point, *command)
    _clearly_unfinished_or_empty(folder)
    told(*command)
    assert history_of(folder) == kept.history
    assert files_in(folder / "files") == files_in(kept.folder / "files")
    DataFolder(folder).hold()


@pytest.mark.slow
@pytest.mark.parametrize("point", RESTORE_POINTS)
def test_a_restore_to_a_server_killed_at_a_point_is_repeated(
    kept: Kept, tmp_path: Path, database: str, point: str
) -> None:
    folder, environment = tmp_path / "data", {"DHAKIRA_DATABASE_URL": database}
    command = ("restore", "--from", kept.record, "--data", folder)
    assert killed(point, *command, environment=environment)
    _clearly_unfinished_or_empty(folder)
    told(*command, environment=environment)
    assert history(database) == kept.history
    assert files_in(folder / "files") == files_in(kept.folder / "files")


@pytest.mark.slow
def test_a_restore_killed_at_any_time_is_repeated(kept: Kept, tmp_path: Path) -> None:
    longest = _took("restore", "--from", kept.record, "--data", tmp_path / "first")
    folder = tmp_path / "data"
    command = ("restore", "--from", kept.record, "--data", folder)
    for moment in _moments(longest):
        if killed(moment, *command) and not _done(folder):
            _clearly_unfinished_or_empty(folder)
    if not _done(folder):
        told(*command)
    assert history_of(folder) == kept.history, f"SEED={SEED}"


def test_no_house_starts_on_a_restore_that_was_broken_off(kept: Kept, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    point = "libs.ledger.copies:rows_in:after:5"
    assert killed(point, "restore", "--from", kept.record, "--data", folder)
    said = refused("up", "--data", folder, "--port", "0")
    assert "broken off" in said
    assert str(folder) in said
    assert "broken off" in refused("backup", "--data", folder, "--to", tmp_path / "records")


@pytest.mark.parametrize("when", ["before", "after"])
def test_keys_whose_restore_was_killed_are_all_there_or_none(
    kept: Kept, tmp_path: Path, when: str
) -> None:
    folder = tmp_path / "data"
    command = ("restore", "keys", "--from", kept.keys, "--data", folder)
    assert killed(f"{HOUSE}.durable:sync_tree:{when}:1", *command)
    assert files_in(folder / "keys") == {}
    told(*command)
    assert files_in(folder / "keys") == files_in(kept.folder / "keys")
    told("restore", "--from", kept.record, "--data", folder)
    assert history_of(folder) == kept.history


def test_a_backup_of_keys_that_was_killed_leaves_none(kept: Kept, tmp_path: Path) -> None:
    command = ("backup", "keys", "--data", kept.folder, "--to", tmp_path)
    assert killed(f"{HOUSE}.durable:sync_tree:after:1", *command)
    assert [each for each in tmp_path.iterdir() if not each.name.startswith(".")] == []
    figures = told(*command)
    assert list(tmp_path.iterdir()) == [Path(figures["backup"])]
