from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from libs.chassis.embedded.account import binaries, reachable
from tests.libs.chassis.embedded.conditions import alive, until
from tests.libs.chassis.embedded.conftest import House

NOBODY = 65534
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"


def python_for_others() -> str:
    """A Python of our version that another user may run too, with our libraries."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED here: already an ordinary user, so every other test shows it")
    known = [shutil.which(VERSION, path=place) for place in ("/usr/local/bin", "/usr/bin")]
    candidates = [sys.executable, *(each for each in known if each)]
    for each in candidates:
        if reachable(Path(each).resolve()) and reachable(Path(each).absolute()):
            return each
    pytest.skip(f"NOT TESTED: no {VERSION} that an ordinary user may run; install one")


def open_to_others(place: Path) -> None:
    """Let another user reach a folder of this run; how deep it lies depends on the workers."""
    for each in (place, *place.parents):
        if each.is_relative_to(tempfile.gettempdir()) and each != Path(tempfile.gettempdir()):
            each.chmod(0o755)


def test_an_ordinary_user_runs_the_same_servers(house: House, tmp_path: Path) -> None:
    python = python_for_others()
    if not reachable(binaries() / "postgres") or not reachable(Path(__file__).parent):
        pytest.skip("NOT TESTED: this checkout is closed to other users; open its folders")
    open_to_others(tmp_path)
    own = tmp_path / "own"
    own.mkdir(mode=0o700)
    os.chown(own, NOBODY, NOBODY)
    process, told = house(
        own / "data", python=python, user=NOBODY, group=NOBODY, extra_groups=[], cwd=own
    )
    server = Path(f"/proc/{told['postgres']}/status").read_text()
    assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}\n" in server
    with psycopg.connect(told["url"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
    os.kill(told["postgres"], signal.SIGKILL)
    until(lambda: restarted(told["url"]))
    process.kill()
    process.wait(10)
    until(lambda: not alive(told["nats"]))
    until(lambda: not restarted(told["url"]))
    owners = {each.lstat().st_uid for each in own.rglob("*")}
    assert owners == {NOBODY}


def restarted(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    except psycopg.OperationalError:
        return False


def test_a_folder_of_another_user_is_refused_in_words(tmp_path: Path) -> None:
    python = python_for_others()
    open_to_others(tmp_path)
    line = (
        "import pathlib, sys\n"
        "from libs.chassis.embedded.folders import DataFolder, DataFolderClosed\n"
        "try: DataFolder(pathlib.Path(sys.argv[1])).hold()\n"
        "except DataFolderClosed as closed: print(closed.facts['cause'])\n"
    )
    told = subprocess.run(
        [python, "-c", line, str(tmp_path / "data")],
        cwd=Path(__file__).parents[4],
        check=True,
        capture_output=True,
        text=True,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
    )
    assert told.stdout == "Permission denied\n"
