"""A record that was restored is the record: every row, file and page; and keys lie apart."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest

from libs.testkit.waiting import until_true
from services.house.running import SERVICES
from tests.services.house.backup.conftest import SECRETARY, Kept, imports
from tests.services.house.backup.kit import (
    files_in,
    history,
    history_of,
    public_pages,
    told,
    up,
)
from tests.stories.house import ANSWERS_WITHIN

pytestmark = pytest.mark.timeout(400)


def test_a_backup_tells_counts_and_positions(kept: Kept) -> None:
    ledgers = kept.figures["ledgers"]
    assert set(ledgers) == set(SERVICES)
    for service in SERVICES:
        events = kept.history[service, "{0}_events"]
        assert ledgers[service]["position"] == ledgers[service]["events"] == len(events)
        assert ledgers[service]["leaves"] == len(events)
    assert kept.figures["files"] == 1
    assert ledgers["directory"]["vault"] > 0


def test_an_empty_folder_gets_the_same_record_and_shows_the_same_pages(
    kept: Kept, tmp_path: Path
) -> None:
    folder = tmp_path / "restored"
    figures = told("restore", "--from", kept.record, "--data", folder)
    assert figures["ledgers"] == kept.figures["ledgers"]
    told("restore", "keys", "--from", kept.keys, "--data", folder)
    assert history_of(folder) == kept.history
    assert files_in(folder / "files") == files_in(kept.folder / "files") != {}
    assert files_in(folder / "keys") == files_in(kept.folder / "keys") != {}
    with up(folder) as address:
        with suppress(AssertionError):
            until_true(lambda: not _others(kept.pages, address), ANSWERS_WITHIN)
        assert _others(kept.pages, address) == {}
        headers = kept.house.bearer(SECRETARY)
        until_true(lambda: imports(address, headers)[0]["state"] == "previewed", ANSWERS_WITHIN)
        confirmed = {**kept.imports[1], "rows_kept": False}
        assert imports(address, headers) == [kept.imports[0], confirmed]
    assert len(kept.pages) > 120


def _others(pages: dict[str, str], address: str) -> dict[str, tuple[str, str]]:
    """Return the pages that are not as they were: each as it was, and as it is."""
    found = public_pages(address)
    told = ((path, page, found.get(path, "")) for path, page in pages.items())
    return {path: (was, now) for path, was, now in told if was != now}


def test_an_empty_database_by_url_gets_the_same_record(
    kept: Kept, tmp_path: Path, database: str
) -> None:
    told(
        *("restore", "--from", kept.record, "--data", tmp_path / "data"),
        environment={"DHAKIRA_DATABASE_URL": database},
    )
    assert history(database) == kept.history
    assert files_in(tmp_path / "data" / "files") == files_in(kept.folder / "files")
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_backup_of_what_was_restored_is_the_same_backup(kept: Kept, tmp_path: Path) -> None:
    """The house is stopped here: the backup starts its database meanwhile."""
    folder = tmp_path / "restored"
    told("restore", "--from", kept.record, "--data", folder)
    again = told("backup", "--data", folder, "--to", tmp_path / "records")
    assert _parts(Path(again["backup"])) == _parts(kept.record)


def _parts(backup: Path) -> dict[str, bytes]:
    return {
        path: gzip.decompress(content) if path.endswith(".gz") else content
        for path, content in files_in(backup).items()
        if path.startswith(("ledgers/", "files/"))
    }


def test_no_key_and_nothing_that_keys_open_is_in_the_record(kept: Kept) -> None:
    keys = files_in(kept.folder / "keys")
    secrets = [each for name, each in keys.items() if name != "bootstrap-token.sha256"]
    held = b"".join(
        gzip.decompress(each) if name.endswith(".gz") else each
        for name, each in files_in(kept.record).items()
    )
    assert len(secrets) > 3
    for each in secrets:
        assert each not in held
        assert each.hex().encode() not in held


def test_configuration_is_kept_without_secrets(kept: Kept, database: str, tmp_path: Path) -> None:
    told(
        *("restore", "--from", kept.record, "--data", tmp_path / "data"),
        environment={"DHAKIRA_DATABASE_URL": database},
    )
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "themes.toml").write_text("[themes]\n")
    environment = {
        "DHAKIRA_DATABASE_URL": database,
        "DHAKIRA_PROFILE": str(profile),
        "DHAKIRA_CUSTODIAN": "REGISTRY",
        "DHAKIRA_PORTAL_STATE": "XDM",
    }
    figures = told(
        *("backup", "--data", tmp_path / "data", "--to", tmp_path / "records"),
        environment=environment,
    )
    kept_here = Path(figures["backup"]) / "configuration"
    lines = (kept_here / "settings.env").read_text(encoding="utf-8").splitlines()
    assert {"DHAKIRA_CUSTODIAN=REGISTRY", "DHAKIRA_PORTAL_STATE=XDM"} <= set(lines)
    assert not any("DATABASE" in each or "postgres" in each for each in lines)
    assert (kept_here / "profile" / "themes.toml").read_text(encoding="utf-8") == "[themes]\n"


def test_a_manifest_names_every_file_of_its_backup(kept: Kept) -> None:
    manifest = json.loads((kept.record / "manifest.json").read_bytes())
    named = {
        rows["file"]["path"]
        for ledger in manifest["ledgers"].values()
        for rows in ledger["tables"].values()
    }
    named |= {part["path"] for part in (*manifest["files"], *manifest["configuration"])}
    assert named == set(files_in(kept.record)) - {"manifest.json"}
