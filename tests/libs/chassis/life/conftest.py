from __future__ import annotations

from collections.abc import Iterator

import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.testkit import servers
from tests.libs.chassis.life.small_house import SmallHouse, small_house


@pytest.fixture(scope="module")
def house(
    postgres: EmbeddedPostgres, nats: EmbeddedNats, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallHouse]:
    """Give a house of directory, intake, tracking and portal."""
    folder = tmp_path_factory.mktemp("house")
    names = ("directory", "intake", "tracking", "portal")
    with servers.database(postgres) as url, small_house(folder, names, url, nats.url) as standing:
        yield standing
