"""What the tests of reading share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.intake.adapters.reading import Defaults, read_source
from services.intake.domain.source_row import NotUnderstood, SourceRow

Read = Callable[..., list[SourceRow | NotUnderstood]]


@pytest.fixture
def read() -> Read:
    """Read a whole file in this process."""

    def act(path: Path, **defaults: object) -> list[SourceRow | NotUnderstood]:
        return list(read_source(path, filename=path.name, defaults=Defaults(**defaults)))  # type: ignore[arg-type]

    return act


@pytest.fixture(scope="session")
def real() -> Path:
    """Give the folder of real files, which is not part of the project."""
    here = Path(__file__).resolve()
    root = next(parent for parent in here.parents if (parent / "pyproject.toml").exists())
    folder = root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real source files are not on this machine (looked in {folder})")
    return folder
