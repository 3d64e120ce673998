"""What all tests may ask for: real servers, one of each for a run, databases, a whole house."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.testkit import servers
from tests.stories.house import DemoHouse, running_demo


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with servers.postgres(tmp_path_factory.mktemp("database")) as server:
        yield server


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedNats]:
    with servers.nats(tmp_path_factory.mktemp("bus")) as server:
        yield server


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Give the superuser's connection string to an empty database."""
    with servers.database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHouse]:
    """Give a whole house with the demo country, loaded once for a run; tests add to it."""
    with running_demo(tmp_path_factory.mktemp("demo")) as house:
        yield house
