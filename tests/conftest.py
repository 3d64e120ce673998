"""What all tests may ask for: real servers, one of each for a run, databases, a whole house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import hypothesis
import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.testkit import servers
from tests.stories.house import DemoHouse, running_demo
from tests.web.kit.pseudo import write_pseudo_pack

# How quickly values are made up depends on what else the machine does.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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
    """Give a whole house with the demo country, loaded once for a run; tests add to it.

    It speaks a third language, which a pack brings and no code knows.
    """
    packs = tmp_path_factory.mktemp("packs")
    write_pseudo_pack(packs)
    with ExitStack() as standing:
        with pytest.MonkeyPatch.context() as patch:  # for this house alone: it has read it by then
            patch.setenv("DHAKIRA_LANGUAGE_PACKS", json.dumps([str(packs)]))
            house = standing.enter_context(running_demo(tmp_path_factory.mktemp("demo")))
        yield house
