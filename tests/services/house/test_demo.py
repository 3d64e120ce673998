"""The demo checks a whole house in one go, and the command line says what is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from services.directory.adapters.bootstrap import BootstrapFile, offer
from services.house.demo.checking import EXPECTED, NOT_YET, check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.house.serving import House

ROOT = Path(__file__).parents[3]
LIMIT = 60.0
DRAINS_WITHIN = 25.0


def dhakira(
    *arguments: str, seconds: float = 60, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "COLUMNS": "200",
            "NO_COLOR": "1",
            "LC_ALL": "en_GB.UTF-8",
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_demo_check_walks_the_story_says_so_in_json_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    done = dhakira(
        "demo", "--check", "--seconds", "180", seconds=220, environment={"TMPDIR": str(tmp_path)}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    assert summary["well"] is True
    assert summary["failures"] == []
    assert summary["steps"]["acts"] > EXPECTED
    assert summary["steps"]["import"]["new"] > 0
    assert summary["steps"]["listed"] == EXPECTED + summary["steps"]["import"]["new"]
    assert summary["steps"]["status"] is True
    statuses = list(summary["steps"]["case"].values())
    assert statuses[0] == NOT_YET
    assert len(set(statuses)) > 2
    assert list(tmp_path.glob("dhakira-check-*")) == []
    left = [each for each in psutil.process_iter(["cmdline"]) if _is_of(each, tmp_path)]
    assert left == []


def _is_of(process: psutil.Process, folder: Path) -> bool:
    return any(str(folder) in word for word in process.info["cmdline"] or ())


def stop_hearing(producer: str, house: House) -> None:
    """Stop the projection of a producer's stream into the portal's records."""
    assert house.running is not None
    portal = next(each for each in house.running.services if each.name == "portal")
    follower = next(
        each for each in portal.foreign if (each.source, each.name) == (producer, "records")
    )
    portal._tasks[follower].cancel()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("producer", "missing"), [("intake", "listed"), ("tracking", "case")])
def test_the_check_fails_within_its_time_when_one_projection_stands_still(
    monkeypatch: pytest.MonkeyPatch, producer: str, missing: str
) -> None:
    for name in ("DHAKIRA_PORTAL_COUNTRY", "DHAKIRA_PORTAL_STATE"):
        monkeypatch.setenv(name, "")  # the demo sets them; this puts back what stood
    summary = asyncio.run(check(LIMIT, partial(stop_hearing, producer)))
    assert summary["well"] is False
    assert "acts" in summary["steps"], "the history itself did not go in; the machine is too slow"
    assert missing not in summary["steps"]
    assert f"not done within {LIMIT:g} s" in summary["failures"][0]
    assert summary["seconds"] <= LIMIT + DRAINS_WITHIN


def test_a_demo_that_was_broken_off_says_so_and_ends(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    offer(folder / "keys")
    done = dhakira("demo", "--data", str(folder), "--port", "0")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "broken off" in done.stderr
    assert str(folder) in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr


def test_a_lost_bootstrap_token_is_shown_anew_until_the_first_account_stands(
    tmp_path: Path,
) -> None:
    keys = tmp_path / "keys"
    tokens = set()
    for _ in range(2):
        done = dhakira("bootstrap", "--data", str(tmp_path))
        assert done.returncode == 0, done.stderr
        token = done.stdout.rsplit(maxsplit=1)[-1]
        assert BootstrapFile(keys).opens(token)
        tokens.add(token)
    assert len(tokens) == 2
    BootstrapFile(keys).void()
    done = dhakira("bootstrap", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "stands already" in done.stderr


def test_help_names_every_command_and_the_exit_codes() -> None:
    done = dhakira("--help")
    assert done.returncode == 0
    for word in ("up", "serve", "doctor", "demo", "Exit codes"):
        assert word in done.stdout


def test_doctor_looks_at_everything_and_finds_it_well(tmp_path: Path) -> None:
    done = dhakira("doctor", "--data", str(tmp_path / "data"), "--json")
    findings = json.loads(done.stdout)
    assert {each["subject"] for each in findings} >= {
        "database", "bus", "disk", "clock", "fonts", "rights",
    }  # fmt: skip
    assert done.returncode == 0, findings
    assert all(each["well"] and each["says"] for each in findings)


def test_doctor_says_what_to_do_when_something_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    broken = {
        "DHAKIRA_DATABASE_URL": "postgresql://127.0.0.1:1/none",
        "DHAKIRA_NATS_URL": "nats://127.0.0.1:1",
    }
    done = dhakira("doctor", "--data", str(folder), "--json", environment=broken)
    assert done.returncode == 1
    ill = {each["subject"]: each["says"] for each in json.loads(done.stdout) if not each["well"]}
    assert {"database", "bus", "rights"} <= ill.keys()
    assert str(folder) in ill["rights"]


@pytest.mark.parametrize(
    ("tongue", "word"), [("en_GB.UTF-8", "There is no"), ("ar_EG.UTF-8", "لا")]
)
def test_a_service_that_is_none_is_told_in_the_language_of_the_terminal(
    tongue: str, word: str
) -> None:
    done = dhakira("serve", "archive", environment={"LC_ALL": tongue})
    assert done.returncode == 1
    assert word in done.stderr
    assert "archive" in done.stderr
    assert "tracking" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_service_alone_says_what_it_shares(tmp_path: Path) -> None:
    done = dhakira("serve", "tracking", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "DHAKIRA_DATABASE_URL" in done.stderr


def test_a_command_that_is_none_is_not_understood() -> None:
    done = dhakira("fly")
    assert done.returncode == 2
    assert "fly" in done.stderr
