"""What the house's texts point at exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.tree import ROOT, plant

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md")
PATH = re.compile(
    r"`((?:services|libs|deploy|tests|docs)/[A-Za-z0-9_./-]*|[A-Z]+\.md|\.ci/run|pyproject\.toml)`"
)
TARGET = re.compile(r"`make ([a-z]+)")
TARGET_LINE = re.compile(r"^([a-z]+):", flags=re.MULTILINE)
RULES = 15


def pointing_nowhere(root: Path, text: str) -> list[str]:
    """Return the paths and make targets that a text names and the tree lacks."""
    targets = set(TARGET_LINE.findall((root / "Makefile").read_text(encoding="utf-8")))
    paths = [each for each in PATH.findall(text) if not (root / each).exists()]
    return paths + [each for each in TARGET.findall(text) if each not in targets]


@pytest.mark.parametrize("name", TEXTS)
def test_every_path_and_target_that_a_text_names_exists(name: str) -> None:
    assert pointing_nowhere(ROOT, (ROOT / name).read_text(encoding="utf-8")) == []


def test_a_text_that_points_nowhere_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"Makefile": "test: setup\n", "libs/ledger/act.py": ""})
    text = "See `libs/ledger/act.py`, `libs/gone.py`, `make test`, `make wishes` and `PLAN.md`."
    assert pointing_nowhere(tmp_path, text) == ["libs/gone.py", "PLAN.md", "wishes"]


def test_each_of_the_rules_names_its_check() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, RULES + 1))
    assert all("tests/" in check or "contract" in check for _, check in rows)
