"""One house with a country in it, and its backups: taken while it works, by the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.testkit.waiting import until_true
from tests.services.house.backup.kit import History, history, public_pages, told
from tests.stories.desk import template_of
from tests.stories.house import ANSWERS_WITHIN, DemoHouse, running_demo

IMPORTS = "/api/intake/v1/imports"
SECRETARY = "salma.rahbi"
FILE = template_of("backup", ["Keep two copies of the register, in two towns"])


@dataclass(frozen=True, slots=True)
class Kept:
    """A house that runs, its record as it was, and its backups."""

    house: DemoHouse
    folder: Path
    history: History
    pages: dict[str, str]
    imports: list[dict[str, Any]]
    record: Path
    figures: dict[str, Any]
    keys: Path


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    base = tmp_path_factory.mktemp("kept")
    folder = base / "data"
    with running_demo(folder) as house:
        _bring_in_a_file(house)
        house.settle()
        figures = told("backup", "--data", folder, "--to", base / "records")
        keys = told("backup", "keys", "--data", folder, "--to", base / "keys")
        yield Kept(
            house,
            folder,
            history(house.running.url_of("directory").replace("directory_run", "postgres")),
            public_pages(house.address),
            imports(house.address, house.bearer(SECRETARY)),
            Path(figures["backup"]),
            figures,
            Path(keys["backup"]),
        )


def imports(address: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """Return every import as somebody of the secretariat reads it."""
    with httpx.Client(base_url=address, timeout=ANSWERS_WITHIN, headers=headers) as client:
        found: list[dict[str, Any]] = client.get(IMPORTS).raise_for_status().json()
    return found


def _bring_in_a_file(house: DemoHouse) -> None:
    """Bring a source file in, and look at it again; the second preview is never confirmed."""
    headers = house.bearer(SECRETARY)
    with httpx.Client(base_url=house.address, timeout=ANSWERS_WITHIN, headers=headers) as client:
        client.post(f"{_previewed(client)}/confirmation").raise_for_status()
        until_true(lambda: _states(client)[0] == "confirmed", ANSWERS_WITHIN)
        _previewed(client)


def _previewed(client: httpx.Client) -> str:
    sent = {"file": ("backup.csv", FILE, "text/csv")}
    begun = client.post(IMPORTS, files=sent, data={"state": "XDM"}).raise_for_status()
    until_true(lambda: _states(client)[0] == "previewed", ANSWERS_WITHIN)
    return f"{IMPORTS}/{begun.json()['id']}"


def _states(client: httpx.Client) -> list[str]:
    """Return the states of all imports, the newest first."""
    return [each["state"] for each in client.get(IMPORTS).raise_for_status().json()]
