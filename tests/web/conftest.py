"""One browser for all tests of pages in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.kit.browser import Chromium

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Give a running Chromium; each check opens a fresh context in it.

    Without one the tests fail and say how to get it: they are never passed over.
    """
    with Chromium() as running:
        yield running
