"""A setting that is not what it may be is told by its name, and nothing is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.house.test_demo import dhakira

WRONG = {
    "port too large": (["up", "--port", "99999"], {}, ["--port", "99999", "65535"]),
    "port too small": (["up", "--port", "-1"], {}, ["--port", "-1", "at least"]),
    "port of a demo": (["demo", "--port", "99999"], {}, ["--port", "99999", "65535"]),
    "port of a service": (["serve", "intake", "--port", "70000"], {}, ["--port", "70000"]),
    "no number": (["up"], {"DHAKIRA_PORT": "abc"}, ["DHAKIRA_PORT", "abc", "number"]),
    "no JSON": (["up"], {"DHAKIRA_PEERS": "{intake"}, ["DHAKIRA_PEERS", "{intake", "JSON"]),
    "no folder": (["up"], {"DHAKIRA_SECRETS_DIR": "/no[/]"}, ["DHAKIRA_SECRETS_DIR", "/no[/]"]),
    "of all commands": (["doctor"], {"DHAKIRA_ORIGIN": "A B"}, ["DHAKIRA_ORIGIN", "A B"]),
    "two at once": (
        ["up", "--port", "99999"], {"DHAKIRA_PUBLIC_TRIES": "0"}, ["--port", "DHAKIRA_PUBLIC_TRIES"]
    ),
    "another language": (
        ["up", "--port", "99999"], {"LC_ALL": "ar_EG.UTF-8"}, ["--port", "غير مقبولة", "65535"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_is_named_with_what_it_may_be(case: str, tmp_path: Path) -> None:
    arguments, environment, words = WRONG[case]
    folder = tmp_path / "data"
    done = dhakira(*arguments, "--data", str(folder), environment=environment)
    assert done.returncode == 2, done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr
    assert not folder.exists()


def test_a_wrong_setting_of_one_service_is_told_when_it_starts(tmp_path: Path) -> None:
    environment = {"DHAKIRA_PORTAL_IDLE_MINUTES": "none"}
    done = dhakira("up", "--port", "0", "--data", str(tmp_path), environment=environment)
    assert done.returncode == 2, done.stderr
    assert "DHAKIRA_PORTAL_IDLE_MINUTES" in done.stderr
    assert "number" in done.stderr
    assert "Traceback" not in done.stderr
