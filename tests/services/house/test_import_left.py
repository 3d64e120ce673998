"""An import that the platform took before it fell silent is told as such, with its number."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from services.house.demo.loading import password_of
from tests.services.house.test_demo import dhakira
from tests.stories.house import DemoHouse
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    import subprocess

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
ROWS = "state,mechanism,text\nXDM,UPR,Count the lanterns of a silent harbour\n"
CASES = {
    "confirmed": (
        "/confirmation HTTP",
        "confirming",
        "goes on by itself when the platform is back",
    ),
    "looked at": ("GET /api/intake/v1/imports/", None, "not known to be confirmed"),
}


@dataclass
class Silenced:
    """Stands before a house; from the request on that holds ``word`` nobody answers any more.

    A confirmation is still accepted, and the house does not hear of it.
    """

    house: str
    word: bytes

    async def serve(self) -> asyncio.Server:
        self.server = await asyncio.start_server(self._visited, "127.0.0.1", 0)
        return self.server

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = urlsplit(self.house)
        from_house, to_house = await asyncio.open_connection(behind.hostname, behind.port)
        answers = asyncio.create_task(_poured(from_house, writer))
        while sent := await reader.read(1 << 16):
            if self.word in sent:
                self.server.close()
                writer.write(ACCEPTED if b"/confirmation" in self.word else b"")
                break
            to_house.write(sent)
        writer.close()
        to_house.close()
        answers.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await answers


async def _poured(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while got := await reader.read(1 << 16):
        writer.write(got)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_what_stands_of_an_import_is_told_where_the_platform_falls_silent(
    case: str, form: tuple[str, ...], demo_house: DemoHouse, tmp_path: Path
) -> None:
    word, state, said = CASES[case]
    file = tmp_path / "silent.csv"
    file.write_text(ROWS, encoding="utf-8")

    async def run() -> subprocess.CompletedProcess[str]:
        server = await Silenced(demo_house.address, word.encode()).serve()
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        options = ("--url", url, "--sign-in", SECRETARY, *form)
        environment = {"DHAKIRA_PASSWORD": password_of(SECRETARY)}
        return await asyncio.to_thread(
            dhakira, "import", str(file), *options, environment=environment
        )

    done = asyncio.run(run())
    assert done.returncode == 1, done.stdout + done.stderr
    told = done.stderr.replace("\n", " ").translate({0x2068: None, 0x2069: None})
    assert said in told
    assert "dhakira up" not in told
    if form:
        figures = json.loads(done.stdout)
        assert figures["state"] == state
        assert f"Import {figures['import']} was handed in" in told
    else:
        assert done.stdout == ""
