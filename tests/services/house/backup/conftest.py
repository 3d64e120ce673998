"""One house with a country in it, and its backups: taken while it works, by the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.testkit.waiting import until_true
from services.house.demo.country import FOLDER
from tests.services.house.backup.kit import History, history, public_pages, told
from tests.stories.house import ANSWERS_WITHIN, DemoHouse, running_demo

FILE = FOLDER / "files" / "further-recommendations.csv"


@dataclass(frozen=True, slots=True)
class Kept:
    """A house that runs, its record as it was, and its backups."""

    house: DemoHouse
    folder: Path
    history: History
    pages: dict[str, str]
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
            Path(figures["backup"]),
            figures,
            Path(keys["backup"]),
        )


def _bring_in_a_file(house: DemoHouse) -> None:
    """Upload a source file and look at its preview; it is kept though it is never confirmed."""
    with httpx.Client(base_url=house.address, timeout=ANSWERS_WITHIN) as client:
        headers = house.bearer("salma.rahbi")
        sent = {"file": (FILE.name, FILE.read_bytes(), "text/csv")}
        path = "/api/intake/v1/imports"
        begun = client.post(path, files=sent, data={"any_state": "true"}, headers=headers)
        here = f"{path}/{begun.raise_for_status().json()['id']}"
        until_true(
            lambda: client.get(here, headers=headers).json()["state"] == "previewed",
            ANSWERS_WITHIN,
        )
