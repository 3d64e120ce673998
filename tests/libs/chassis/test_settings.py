"""Secrets come from files, so that no list of processes shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic_settings import SettingsError

from libs.chassis import settings
from libs.chassis.settings import HouseSettings

URL = "postgresql://house:secret@db/dhakira"


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DHAKIRA_DATABASE_URL", "DHAKIRA_SECRETS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(settings, "SECRETS", tmp_path / "none")


def database_url() -> str | None:
    found = HouseSettings().database_url
    return None if found is None else found.get_secret_value()


def test_without_a_folder_nothing_is_read() -> None:
    assert database_url() is None


def test_a_setting_is_read_from_a_file_of_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dhakira_database_url").write_text(URL + "\n", encoding="utf-8")
    monkeypatch.setenv("DHAKIRA_SECRETS_DIR", str(tmp_path))
    assert database_url() == URL
    monkeypatch.setenv("DHAKIRA_DATABASE_URL", "postgresql://other")
    assert database_url() == "postgresql://other", "the variable goes before"


def test_the_folder_of_containers_is_read_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dhakira_database_url").write_text(URL, encoding="utf-8")
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    assert database_url() == URL


def test_a_folder_that_is_named_and_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DHAKIRA_SECRETS_DIR", str(tmp_path / "typo"))
    with pytest.raises(SettingsError, match="typo"):
        HouseSettings()
