"""Who comes to the demo's house: somebody who reads, and somebody who keeps the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.house import DemoHouse, Person


@pytest.fixture
def reader(demo_house: DemoHouse) -> Iterator[Person]:
    """Give somebody who reads without signing in."""
    with demo_house.reader() as person:
        yield person


@pytest.fixture
def secretary(demo_house: DemoHouse) -> Iterator[Person]:
    """Give somebody of the secretariat, signed in on the page."""
    with demo_house.signed_in(SECRETARY) as person:
        yield person
