"""The doctor asks what runs, and says what to set where a bus would not take our events."""

from __future__ import annotations

import asyncio
import re
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from libs.chassis.embedded.folders import DataFolder
from libs.chassis.embedded.nats import EmbeddedNats, binary, free_port
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.language import Languages
from libs.chassis.settings import HouseSettings
from libs.testkit.waiting import until
from services.house import doctor
from services.house.doctor import Finding, examine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def found(folder: DataFolder, bus_url: str | None = None) -> dict[str, Finding]:
    """Return what the doctor says of database and bus, by what it says."""
    url = SecretStr(bus_url) if bus_url else None
    findings = asyncio.run(examine(HouseSettings(data=folder.path, nats_url=url), folder))
    return {each.says: each for each in findings if each.subject in {"database", "bus"}}


@contextmanager
def bus_of_an_operator(folder: Path) -> Iterator[str]:
    """Run a NATS server with JetStream and nothing else said."""
    port = free_port()
    program = [str(binary()), "-js", "-sd", str(folder), "-a", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(program, stderr=subprocess.DEVNULL)
    try:
        asyncio.run(until(lambda: _listens(port)))
        yield f"nats://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def test_a_bus_that_takes_less_than_our_events_is_found_ill(tmp_path: Path) -> None:
    with bus_of_an_operator(tmp_path / "bus") as url:
        ill = found(DataFolder(tmp_path / "data"), url)["doctor-bus-payload-small"]
    assert not ill.well
    assert ill.facts == {"megabytes": "1.0", "wanted": "8"}


def test_where_nothing_runs_the_programs_are_looked_for(tmp_path: Path) -> None:
    assert found(DataFolder(tmp_path / "data")).keys() == {
        "doctor-database-embedded", "doctor-bus-embedded",
    }  # fmt: skip
    assert not (tmp_path / "data").exists()


def orders_in(findings: Mapping[str, Finding]) -> list[str]:
    """Return the sentences that ask for something, as English words it."""
    english = Languages.load().negotiate("en")
    said = [english.message(each.says, **each.facts) for each in findings.values()]
    return [each for each in said if re.search(r"must|needed|at most|at least|Set |Let ", each)]


def test_what_is_well_is_said_as_found_and_orders_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    well = {
        each.says: each
        for each in asyncio.run(examine(HouseSettings(data=folder.path), folder))
        if each.well
    }
    assert {each.subject for each in well.values()} == {
        "database", "bus", "disk", "clock", "fonts", "rights",
    }  # fmt: skip
    assert orders_in(well) == []


def test_a_clock_that_was_never_set_is_found_ill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "FIRST_SANE_YEAR", 9999)
    folder = DataFolder(tmp_path / "data")
    findings = asyncio.run(examine(HouseSettings(data=folder.path), folder))
    ill = {each.says: each for each in findings if not each.well}
    assert ill.keys() == {"doctor-clock-behind"}
    assert len(orders_in(ill)) == 1


@pytest.fixture
def held(tmp_path: Path) -> Iterator[DataFolder]:
    """Give a data folder that a house holds, without its servers."""
    folder = DataFolder(tmp_path / "data")
    folder.hold()
    yield folder
    folder.release()


def test_servers_of_a_running_house_are_asked(held: DataFolder) -> None:
    postgres, nats = EmbeddedPostgres(held.postgres), EmbeddedNats(held.nats)
    postgres.start()
    nats.start()
    try:
        findings = found(held)
    finally:
        nats.stop()
        postgres.stop()
    assert findings.keys() == {
        "doctor-database-version", "doctor-database-roles", "doctor-bus-answers",
        "doctor-bus-payload",
    }  # fmt: skip
    assert all(each.well for each in findings.values())
    assert orders_in(findings) == []


def test_servers_of_a_running_house_that_are_gone_are_found_ill(held: DataFolder) -> None:
    silent = found(held)
    assert silent.keys() == {"doctor-database-silent", "doctor-bus-silent"}
    nats = EmbeddedNats(held.nats)
    nats.start()
    nats.stop()
    assert found(held).keys() == silent.keys()
    assert not any(each.well for each in silent.values())
