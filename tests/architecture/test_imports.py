"""Who may know whom; each import contract catches a planted violation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture import imports
from tests.architecture.tree import ROOT, plant, services
from tests.contracts.goldens import PUBLISHED, files

if TYPE_CHECKING:
    from pathlib import Path

STRANGERS = "Services are strangers: none imports another"
INWARD = "Inside a service, knowledge points inward, and there are no rooms but these"
DOMAIN = "The domain knows no framework, no process and no published words"
ENTRANCE = "Only an entrance opens the house"
STACK = "Libraries stack, and there are no others"
LIBRARIES = "Libraries know no service"
EDGE = "HTTP stays at the edge of a service"
BUS = "The bus is the chassis's affair"
TESTKIT = "The test kit never ships"
DEPLOY = "Nothing that runs imports what deploys it"


def test_the_tree_keeps_every_import_contract() -> None:
    done = imports.lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("contract", "file", "text"),
    [
        (STRANGERS, "services/visits/planted.py", "import services.intake.service"),
        (STRANGERS, "services/intake/domain/planted.py", "import services.tracking.domain.case"),
        (INWARD, "services/tracking/domain/planted.py", "import services.tracking.commands"),
        (INWARD, "services/tracking/settings.py", "import services.tracking.domain.case"),
        (INWARD, "services/tracking/views.py", "import services.tracking.commands"),
        (INWARD, "services/tracking/projections.py", "import services.tracking.policies"),
        (INWARD, "services/tracking/commands.py", "import services.tracking.api"),
        (INWARD, "services/tracking/handlers.py", "A = 1"),
        (DOMAIN, "services/tracking/domain/planted.py", "import pydantic"),
        (DOMAIN, "services/tracking/domain/planted.py", "import libs.contracts.tracking"),
        (DOMAIN, "services/tracking/domain/planted.py", "import libs.ledger.act"),
        (ENTRANCE, "services/tracking/service.py", "import services.house.running"),
        (STACK, "libs/kernel/planted.py", "import libs.contracts.contract"),
        (STACK, "libs/ledger/planted.py", "import libs.chassis.http"),
        (STACK, "libs/verifier/planted.py", "import libs.kernel.words"),
        (STACK, "libs/shared/__init__.py", "A = 1"),
        (LIBRARIES, "libs/chassis/planted.py", "import services.tracking.service"),
        (EDGE, "services/tracking/commands.py", "import fastapi"),
        (EDGE, "services/tracking/views.py", "import starlette.requests"),
        (BUS, "services/tracking/projections.py", "import nats"),
        (BUS, "services/tracking/policies.py", "import faststream.nats"),
        (TESTKIT, "libs/chassis/planted.py", "import libs.testkit"),
        (DEPLOY, "services/house/planted.py", "import deploy.documents"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, contract: str, file: str, text: str) -> None:
    tree = imports.copy_of_the_tree(tmp_path)
    plant(tree, {"libs/verifier/__init__.py": "", file: text + "\n"})
    done = imports.lint(tree)
    assert f"{contract} BROKEN" in done.stdout.splitlines()
    assert file.removesuffix("/__init__.py").removesuffix(".py").split("/")[-1] in done.stdout


def test_every_service_stands_under_the_import_contracts() -> None:
    assert imports.unlisted_services(ROOT) == []


def test_a_service_that_no_contract_lists_is_caught(tmp_path: Path) -> None:
    tree = imports.copy_of_the_tree(tmp_path)
    plant(tree, {"services/archive/__init__.py": ""})
    assert imports.unlisted_services(tree) == ["services.archive"]


def test_the_domain_imports_nothing_but_its_own_words() -> None:
    assert imports.strange_imports_of_the_domain(ROOT) == []


@pytest.mark.parametrize(
    "line",
    ["import orjson", "from eventsourcing.application import Application", "import httpx"],
)
def test_a_tool_in_the_domain_is_caught(tmp_path: Path, line: str) -> None:
    plant(
        tmp_path,
        {
            "services/tracking/__init__.py": "",
            "services/tracking/domain/case.py": (
                "from datetime import date\nfrom eventsourcing.domain import event\n"
                f"from libs.kernel.words import Term\n{line}\n"
            ),
        },
    )
    found = imports.strange_imports_of_the_domain(tmp_path)
    assert [each.split(":")[1][0] for each in found] == ["4"]


def test_the_path_is_the_import() -> None:
    assert imports.relative_to_parents(ROOT) == []


def test_a_relative_import_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"libs/ledger/a.py": "from .act import Act\n"})
    assert imports.relative_to_parents(tmp_path) == ["libs/ledger/a.py:1 imports .act"]


@pytest.mark.parametrize("service", services(ROOT))
def test_each_service_starts_without_strangers(service: str) -> None:
    assert imports.strangers_of(service) == []


@pytest.mark.parametrize("service", services(ROOT))
def test_each_service_alone_knows_every_contract(service: str) -> None:
    topics = [path.stem for path in files(PUBLISHED)]
    assert imports.contracts_unknown_to(service, topics) == []


def test_a_topic_without_a_contract_is_caught() -> None:
    topic = "tracking.case.dreamt.v1"
    assert imports.contracts_unknown_to("tracking", [topic]) == [topic]
