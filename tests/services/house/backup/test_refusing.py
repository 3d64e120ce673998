"""What is damaged, foreign or in the way is refused, and nothing is touched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from services.house.backup.manifest import Manifest, now
from tests.services.house.backup.conftest import Kept
from tests.services.house.backup.kit import files_in, refused, told

pytestmark = pytest.mark.timeout(400)
Damage = Callable[[Path], object]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _file(record: Path) -> Path:
    return next(each for each in (record / "files").rglob("*") if each.is_file())


def _sealed(record: Path, **changes: object) -> None:
    """Write a manifest that says something else, with a right checksum."""
    manifest = Manifest.read(record, "record")
    (record / "manifest.json").write_bytes(manifest.model_copy(update=changes).sealed())


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a flipped bit in events": (
        lambda record: _flip(record / "ledgers/intake/events.copy.gz"),
        "ledgers/intake/events.copy.gz",
    ),
    "a flipped bit in leaves": (
        lambda record: _flip(record / "ledgers/tracking/leaves.copy.gz"),
        "ledgers/tracking/leaves.copy.gz",
    ),
    "a missing vault": (
        lambda record: (record / "ledgers/directory/vault.copy.gz").unlink(),
        "ledgers/directory/vault.copy.gz",
    ),
    "a flipped bit in a file": (lambda record: _flip(_file(record)), "files/"),
    "a flipped bit in the manifest": (lambda record: _flip(record / "manifest.json"), "whole"),
    "no manifest": (lambda record: (record / "manifest.json").unlink(), "whole"),
    "a manifest of a newer form": (lambda record: _sealed(record, format=2), "newer platform"),
    "keys instead of a record": (lambda record: _sealed(record, kind="keys"), "whole"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_nothing_is_made(
    kept: Kept, tmp_path: Path, damage: str
) -> None:
    record = tmp_path / "record"
    shutil.copytree(kept.record, record)
    harm, word = DAMAGES[damage]
    harm(record)
    for command in (("--check",), ("--data", tmp_path / "data")):
        assert word in refused("restore", "--from", record, *command)
    assert not (tmp_path / "data").exists()


def test_rows_that_are_others_than_the_manifest_says_never_come_in(
    kept: Kept, tmp_path: Path, database: str
) -> None:
    """The file is as told, but the rows read back are not: the transaction is taken back."""
    record = tmp_path / "record"
    shutil.copytree(kept.record, record)
    manifest = json.loads((record / "manifest.json").read_bytes())
    del manifest["sha256"]
    manifest["ledgers"]["tracking"]["tables"]["leaves"]["sha256"] = "0" * 64
    (record / "manifest.json").write_bytes(Manifest.model_validate(manifest).sealed())
    environment = {"DHAKIRA_DATABASE_URL": database}
    said = refused(
        "restore", "--from", record, "--data", tmp_path / "data", environment=environment
    )
    assert "tracking" in said
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT to_regnamespace('tracking')").fetchone()
    assert row == (None,)


def test_what_stands_is_never_touched(kept: Kept, tmp_path: Path, database: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    assert "letter.txt" in refused("restore", "--from", kept.record, "--data", folder)
    assert files_in(folder) == {"letter.txt": b"mine"}
    assert str(kept.folder) in refused("restore", "--from", kept.record, "--data", kept.folder)
    environment = {"DHAKIRA_DATABASE_URL": database}
    command = ("restore", "--from", kept.record, "--data")
    told(*command, tmp_path / "one", environment=environment)
    assert "PostgreSQL" in refused(*command, tmp_path / "two", environment=environment)
    keys = ("restore", "keys", "--from", kept.keys, "--data", tmp_path / "three")
    told(*keys)
    assert "keys" in refused(*keys)


def test_a_bus_that_is_ahead_of_the_record_is_refused(
    kept: Kept, tmp_path: Path, nats: EmbeddedNats
) -> None:
    bus = kept.house.house.servers.bus
    said = refused(
        *("restore", "--from", kept.record, "--data", tmp_path / "data"),
        environment={"DHAKIRA_NATS_URL": bus},
    )
    assert "EVT_NATIONAL_" in said
    told(
        *("restore", "--from", kept.record, "--data", tmp_path / "data"),
        environment={"DHAKIRA_NATS_URL": nats.url},
    )


def test_a_house_of_another_origin_does_not_take_the_record(kept: Kept, tmp_path: Path) -> None:
    said = refused(
        *("restore", "--from", kept.record, "--data", tmp_path / "data"),
        environment={"DHAKIRA_ORIGIN": "north"},
    )
    assert "north" in said
    assert not (tmp_path / "data").exists()


def test_a_record_that_is_not_whole_is_not_backed_up(
    kept: Kept, tmp_path: Path, database: str
) -> None:
    folder, environment = tmp_path / "data", {"DHAKIRA_DATABASE_URL": database}
    told("restore", "--from", kept.record, "--data", folder, environment=environment)
    backup = ("backup", "--data", folder, "--to", tmp_path / "records")
    file = _file(folder)
    whole = file.read_bytes()
    _flip(file)
    assert file.name in refused(*backup, environment=environment)
    file.write_bytes(whole)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE intake.leaves DISABLE TRIGGER keep")
        connection.execute("DELETE FROM intake.leaves WHERE idx = 7")
    assert "intake" in refused(*backup, environment=environment)
    assert list((tmp_path / "records").iterdir()) == []


def test_where_nothing_was_recorded_nothing_is_backed_up(tmp_path: Path, database: str) -> None:
    assert str(tmp_path) in refused("backup", "--data", tmp_path, "--to", tmp_path / "records")
    assert "nothing" in refused(
        *("backup", "--data", tmp_path, "--to", tmp_path / "records"),
        environment={"DHAKIRA_DATABASE_URL": database},
    )
    assert "nothing" in refused("backup", "keys", "--data", tmp_path / "x", "--to", tmp_path / "k")


def test_a_place_that_cannot_be_written_is_told(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "file" in refused("backup", "--data", kept.folder, "--to", tmp_path / "file")


def test_keys_and_record_do_not_share_a_place(kept: Kept) -> None:
    data = ("--data", kept.folder, "--to")
    assert "same place" in refused("backup", "keys", *data, kept.record.parent)
    assert "same place" in refused("backup", *data, kept.keys.parent)
    assert "same place" in refused("backup", "keys", *data, kept.folder / "backups")


def test_keys_whose_time_is_over_are_deleted_by_the_next_backup(kept: Kept, tmp_path: Path) -> None:
    first = told("backup", "keys", "--data", kept.folder, "--to", tmp_path)
    assert first["delete_after"] > (now() + timedelta(days=29)).isoformat()
    old, young = Path(first["backup"]), tmp_path / "keys-young"
    shutil.copytree(old, young)
    manifest = Manifest.read(old, "keys")
    over = manifest.model_copy(update={"delete_after": now() - timedelta(days=1)})
    (old / "manifest.json").write_bytes(over.sealed())
    second = told("backup", "keys", "--data", kept.folder, "--to", tmp_path)
    assert second["deleted"] == [old.name]
    assert not old.exists()
    assert young.exists()
