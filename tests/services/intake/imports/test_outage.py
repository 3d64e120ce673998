"""A database that goes away stops no import: what was under way goes on when it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from libs.chassis import service
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.ledger import lasting, writer
from libs.ledger.lasting import Lasting
from libs.ledger.ledger import Ledger
from libs.testkit.waiting import until_true
from services.intake.adapters.reader import SandboxReader
from services.intake.commands import imports as commands
from services.intake.commands.imports import desk
from tests.libs.chassis.life.test_reaction import Outage
from tests.services.intake.imports.conftest import Intake, template_csv
from tests.services.intake.imports.test_interrupted import many_rows

READING = "reading of imports"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what a test would have to sit out; the order of things stays as it ships."""
    monkeypatch.setattr(writer, "DEADLINE_SECONDS", 2.0)
    monkeypatch.setitem(Ledger.env, "POSTGRES_CONNECT_TIMEOUT", "1")
    monkeypatch.setattr(lasting, "PAUSE", 0.01)
    monkeypatch.setattr(lasting, "MOST_FAILURES", 2)
    monkeypatch.setattr(service, "POOL_SECONDS", 1.0)
    monkeypatch.setattr(desk, "MOST_DEFECTS", 1)
    monkeypatch.setattr(lasting, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(lasting, "STEADY_SECONDS", 0.5)


def work_of(intake: Intake) -> Lasting:
    return next(each for each in intake.service.lasting if each.work == READING)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_file_is_read_when_the_database_is_back(
    intake: Intake, server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage(server, intake.url)
    reading = SandboxReader.read

    def read(*arguments: Any) -> Any:
        """The database goes away when the file is opened."""
        monkeypatch.setattr(SandboxReader, "read", reading)
        outage.begin()
        return reading(*arguments)

    monkeypatch.setattr(SandboxReader, "read", read)
    try:
        identity = intake.hand_in("few.csv", template_csv(*many_rows()[:3]), any_state="true")
        work = work_of(intake)
        until_true(lambda: work.failed > desk.MOST_DEFECTS, 120, "tried again and again")
        assert READING in intake.service.failing
    finally:
        outage.end()
    path = f"/imports/{identity}"
    until_true(lambda: intake.ask("GET", path).is_success, 60, "the house answers again")
    found = intake.reached(identity, "previewed", "failed")
    assert (found["state"], found["counts"]["new"]) == ("previewed", 3)
    until_true(lambda: READING not in intake.service.failing, 30, "it is well again")
    intake.confirmed(identity)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_file_that_was_just_handed_in_is_read_when_the_database_is_back(
    intake: Intake, server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage(server, intake.url)
    register = commands.register

    def registered(*arguments: Any) -> Any:
        """The database goes away as soon as it is recorded that the file was handed in."""
        receipt = register(*arguments)
        outage.begin()
        return receipt

    monkeypatch.setattr(commands, "register", registered)
    try:
        identity = intake.hand_in("few.csv", template_csv(*many_rows()[:3]), any_state="true")
    finally:
        outage.end()
    until_true(lambda: intake.ask("GET", f"/imports/{identity}").is_success, 60)
    assert intake.reached(identity, "previewed", "failed")["state"] == "previewed"


def test_a_file_that_is_a_defect_is_given_up_and_the_next_one_is_read(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[Any]:
        raise RuntimeError

    rows = template_csv(*many_rows()[:3])
    with monkeypatch.context() as patch:
        patch.setattr(SandboxReader, "read", broken)
        found = intake.previewed("few.csv", rows, any_state="true")
    assert (found["state"], found["refusal"]["code"]) == ("failed", "defect")
    assert intake.previewed("few.csv", rows, any_state="true")["state"] == "previewed"
