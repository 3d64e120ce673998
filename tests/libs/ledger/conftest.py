from __future__ import annotations

from collections.abc import Iterator

import pytest

from libs.ledger.ledger import Ledger
from tests.libs.ledger.laying import lay, opened


@pytest.fixture
def url(database: str) -> str:
    """Give the run-time role's connection string to a ledger as it ships."""
    return lay(database)


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as ledger:
        yield ledger
