from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import psycopg
import pytest

from libs.chassis.embedded import child as wrapper
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.embedded.process import Child, Command, ServerDidNotStart
from tests.libs.chassis.embedded.conditions import alive, family, until
from tests.libs.chassis.embedded.conftest import House


def command(folder: Path, *arguments: str) -> Command:
    return Command("made up", arguments, folder, folder / "log", os.geteuid(), os.getegid())


def nothing() -> None: ...


def pids(told: dict[str, int]) -> list[int]:
    return [*family(told["postgres"]), *family(told["nats"])]


def test_servers_die_with_a_house_that_is_killed(house: House) -> None:
    process, told = house()
    children = pids(told)
    assert len(children) > 2
    process.kill()
    process.wait(10)
    until(lambda: not any(alive(pid) for pid in children), 10)


def test_servers_die_with_a_house_that_ends_without_stopping_them(
    house: House, tmp_path: Path
) -> None:
    process, told = house(tmp_path / "data", "leave")
    process.wait(10)
    until(lambda: not alive(told["postgres"]) and not alive(told["nats"]), 10)


def test_what_a_killed_house_wrote_is_there_for_the_next_one_at_once(house: House) -> None:
    process, told = house()
    with psycopg.connect(str(told["url"]), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'acknowledged' AS word")
    process.kill()
    process.wait(10)
    _, again = house()
    with psycopg.connect(str(again["url"])) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("acknowledged",)


def test_a_second_house_on_the_folder_is_refused_and_the_first_goes_on(house: House) -> None:
    process, told = house()
    second, nothing_told = house(stderr=subprocess.PIPE)
    assert nothing_told == {}
    _, said = second.communicate(timeout=10)
    assert f"'pid': '{process.pid}'" in said
    assert all(alive(pid) for pid in pids(told))


def test_servers_outlive_the_thread_that_asked_for_them(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path / "nats")
    asking = threading.Thread(target=server.start)
    asking.start()
    asking.join()
    first = server.pid
    assert first is not None
    # A server that had died with the asking thread would be gone or another one by the time a
    # server that started later is up and stopped again.
    other = EmbeddedNats(tmp_path / "other")
    other.start()
    other.stop()
    assert (server.pid, server.state().restarts) == (first, 0)
    server.stop()


def test_the_terminal_does_not_reach_the_servers(
    nats: EmbeddedNats, postgres: EmbeddedPostgres
) -> None:
    for pid in (nats.pid, postgres.pid):
        assert pid is not None
        assert os.getsid(pid) != os.getsid(0)


def test_secrets_of_the_house_are_not_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DHAKIRA_SESSION_SECRET", "open sesame")
    server = EmbeddedNats(tmp_path / "nats")
    server.start()
    assert "DHAKIRA_SESSION_SECRET" not in psutil.Process(server.pid).environ()
    server.stop()


def test_a_child_whose_parent_died_before_it_looked_never_becomes_a_server(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    asked = ["1", str(int(signal.SIGTERM)), str(os.geteuid()), str(os.getegid()), "--"]
    line = [sys.executable, str(wrapper.__file__), *asked, "/bin/touch", str(mark)]
    assert subprocess.run(line, check=False).returncode == 1
    assert not mark.exists()
    line[2] = str(os.getpid())
    assert subprocess.run(line, check=False).returncode == 0
    assert mark.exists()


def test_state_tells_starting_up_and_down(tmp_path: Path) -> None:
    ready = threading.Event()
    server = Child(command(tmp_path, "/bin/sleep", "600"), nothing, ready.is_set)
    asking = threading.Thread(target=server.start)
    asking.start()
    until(lambda: server.state().phase == "starting")
    assert server.state().restarts == 0
    ready.set()
    asking.join()
    first = server.state()
    assert (first.phase, first.restarts) == ("up", 0)
    assert first.pid is not None
    ready.clear()
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: server.state().restarts == 1)
    assert server.state().phase == "starting"
    ready.set()
    until(lambda: server.state().phase == "up")
    server.stop()
    assert server.state().phase == "down"
    assert server.state().pid is None


def test_a_server_that_always_dies_is_tried_three_times_and_then_told(tmp_path: Path) -> None:
    server = Child(command(tmp_path, "/bin/sh", "-c", "echo no disk; exit 3"), nothing, bool)
    with pytest.raises(ServerDidNotStart) as refused:
        server.start()
    assert refused.value.facts == {"server": "made up", "log": str(tmp_path / "log")}
    assert (tmp_path / "log").read_text() == "no disk\n" * 3


@pytest.mark.parametrize(("where", "program"), [(".", "/no/such/program"), ("none", "/bin/true")])
def test_a_program_or_folder_that_is_missing_is_told_too(
    tmp_path: Path, where: str, program: str
) -> None:
    asked = Command(
        "missing", (program,), tmp_path / where, tmp_path / "log", os.geteuid(), os.getegid()
    )
    with pytest.raises(ServerDidNotStart):
        Child(asked, nothing, bool).start()


def test_the_pause_before_the_next_attempt_grows(tmp_path: Path) -> None:
    line = "date +%s%N; exit 1"
    server = Child(command(tmp_path, "/bin/sh", "-c", line), nothing, bool)
    with pytest.raises(ServerDidNotStart):
        server.start()
    first, second, third = (int(each) for each in (tmp_path / "log").read_text().split())
    assert second - first >= 0.1e9
    assert third - second >= 0.2e9


def test_a_server_that_does_not_hear_is_killed_in_the_end(tmp_path: Path) -> None:
    deaf = "trap '' TERM; echo ready; while :; do sleep 600; done"
    log = tmp_path / "log"
    server = Child(
        command(tmp_path, "/bin/sh", "-c", deaf),
        nothing,
        lambda: log.exists() and "ready" in log.read_text(),
    )
    server.start()
    pid = server.state().pid
    assert pid is not None
    workers = [psutil.Process(each) for each in family(pid)]
    server.stop(seconds=0.2)
    assert not alive(pid)
    for worker in workers:
        if worker.is_running():
            worker.kill()


def test_a_log_that_grew_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    with log.open("wb") as file:
        file.truncate(17 << 20)
    asked = Command("x", ("/bin/true",), tmp_path, log, os.geteuid(), os.getegid())
    asked.spawn().wait(10)
    assert log.stat().st_size == 0
    assert (tmp_path / "server.log.1").stat().st_size == 17 << 20
