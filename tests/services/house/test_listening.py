"""A port that is taken is told in the reader's language, and nothing is started."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from libs.chassis.settings import HouseSettings
from services.house.listening import PortTaken, taken
from services.house.running import Front
from services.house.serving import HttpServer
from tests.services.house.test_demo import dhakira

if TYPE_CHECKING:
    from collections.abc import Iterator

ELSEWHERE = {
    "DHAKIRA_DATABASE_URL": "postgresql://127.0.0.1:1/none",
    "DHAKIRA_NATS_URL": "nats://127.0.0.1:1",
}
COMMANDS = {
    "the house": (["up"], {}, "Port {port} is taken; stop what runs there"),
    "a demo": (["demo"], {}, "Port {port} is taken; stop what runs there"),
    "one service": (["serve", "intake"], ELSEWHERE, "Port {port} is taken; stop what runs there"),
    "in Arabic": (["up"], {"LC_ALL": "ar_EG.UTF-8"}, "المنفذ {port} مشغول"),
}


@pytest.fixture
def port() -> Iterator[int]:
    """Give a port that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("case", COMMANDS)
def test_a_taken_port_is_told_before_anything_is_started(
    case: str, port: int, tmp_path: Path
) -> None:
    arguments, environment, said = COMMANDS[case]
    folder = tmp_path / "data"
    done = dhakira(*arguments, "--data", str(folder), "--port", str(port), environment=environment)
    assert done.returncode == 1, done.stdout + done.stderr
    told = done.stderr.translate({0x2068: None, 0x2069: None})
    assert told.startswith(said.format(port=port)), told
    assert "--port" in told
    assert len(told.splitlines()) == 1
    assert not folder.exists()


def test_an_address_that_is_not_ours_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = dhakira("up", "--data", str(folder), "--host", "192.0.2.1", "--port", "0")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "192.0.2.1" in done.stderr
    assert "--host" in done.stderr
    assert "Traceback" not in done.stderr
    assert not folder.exists()


def test_a_port_that_another_listens_on_meanwhile_is_told_as_taken() -> None:
    async def run() -> None:
        settings = HouseSettings(port=0)
        sockets = await taken(settings)
        with socket.create_server(sockets[0].getsockname()), pytest.raises(PortTaken):
            await HttpServer(Front(), settings).serve(sockets)
        for each in sockets:
            each.close()

    asyncio.run(run())


def test_who_calls_before_the_house_serves_is_turned_away() -> None:
    async def run() -> None:
        sockets = await taken(HouseSettings(port=0))
        try:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(*sockets[0].getsockname())
        finally:
            for each in sockets:
                each.close()

    asyncio.run(run())
