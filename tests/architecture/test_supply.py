"""What is installed is pinned, hashed and explained; where from is the installer's own affair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture import supply
from tests.architecture.anatomy import tracked
from tests.architecture.tree import ROOT, plant

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = '[project]\ndependencies = ["orjson>=3"]\n[dependency-groups]\ndev = ["ruff>=0.1"]\n'


def test_no_file_names_a_package_registry() -> None:
    assert supply.registries(ROOT, tracked(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url x",
        "https://" + "pypi.example/a",
        "http://mirror.example" + "/sim" + "ple/orjson",
    ],
)
def test_a_registry_is_caught(tmp_path: Path, line: str) -> None:
    plant(tmp_path, {"requirements.lock": f"a==1\n{line}\n"})
    assert supply.registries(tmp_path, ["requirements.lock"]) == ["requirements.lock:2"]


def test_every_requirement_is_pinned_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert supply.unpinned(lock) == []


def test_a_loose_requirement_is_caught() -> None:
    lock = "a==1 \\\n    --hash=sha256:ab\nb==1\nc>=1 \\\n    --hash=sha256:ab\n"
    assert supply.unpinned(lock) == ["b==1", "c>=1"]


def test_the_lock_pins_everything_that_is_asked_for() -> None:
    assert supply.unlocked(ROOT) == []


def test_a_dependency_that_the_lock_lacks_is_caught(tmp_path: Path) -> None:
    plant(
        tmp_path, {"pyproject.toml": PROJECT, "requirements.lock": "ruff==0.1 --hash=sha256:ab\n"}
    )
    assert supply.unlocked(tmp_path) == ["orjson"]


def test_every_dependency_has_its_reason() -> None:
    assert supply.undecided(ROOT) == []


def test_a_dependency_without_a_reason_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"pyproject.toml": PROJECT, "DECISIONS.md": "| `ruff` | MIT | lint |"})
    assert supply.undecided(tmp_path) == ["orjson"]


def test_everything_that_ships_is_used_and_everything_that_is_used_is_declared() -> None:
    assert supply.unused(ROOT) == []
    assert supply.undeclared(ROOT) == []


def test_a_dependency_that_nothing_imports_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"pyproject.toml": PROJECT, "services/a.py": "import json\n"})
    assert supply.unused(tmp_path) == ["orjson"]


def test_an_import_that_is_not_declared_is_caught(tmp_path: Path) -> None:
    code = "import orjson\nfrom anyio import to_thread\n"
    files = {"services/a.py": code, "tests/b.py": "import orjson, ruff, pytest\n"}
    plant(tmp_path, {"pyproject.toml": PROJECT, **files})
    assert supply.undeclared(tmp_path) == ["anyio", "pytest"]
