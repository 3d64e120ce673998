"""`dhakira rebuild`: of a running platform over HTTP, of a stopped one in its data folder."""

from __future__ import annotations

import json
from pathlib import Path

from libs.testkit.read_models import differences, read_models
from services.house.demo.loading import ADMINISTRATOR, password_of
from services.house.running import SERVICES
from tests.services.house.test_demo import dhakira
from tests.stories.house import DemoHouse

WITHIN = 300.0


def as_administrator() -> dict[str, str]:
    return {"DHAKIRA_PASSWORD": password_of(ADMINISTRATOR), "DHAKIRA_SIGN_IN": ADMINISTRATOR}


def test_all_read_models_of_a_running_platform_are_the_same_afterwards(
    demo_house: DemoHouse,
) -> None:
    places = {name: demo_house.running.url_of(name) for name in SERVICES}
    before = {name: read_models(url, name, {"sessions"}) for name, url in places.items()}
    done = dhakira(
        *("rebuild", "--url", demo_house.address, "--json"),
        seconds=WITHIN,
        environment=as_administrator(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert [(each["service"], each["state"]) for each in told] == [(n, "done") for n in SERVICES]
    for name, url in places.items():
        assert differences(before[name], read_models(url, name, {"sessions"})) == []


def test_one_service_is_told_in_words(demo_house: DemoHouse) -> None:
    done = dhakira(
        *("rebuild", "tracking", "--url", demo_house.address),
        seconds=WITHIN,
        environment=as_administrator(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split()[:2] == ["tracking", "rebuilt"]


def test_who_may_not_is_told_so(demo_house: DemoHouse) -> None:
    secretary = {"DHAKIRA_PASSWORD": password_of("salma.rahbi"), "DHAKIRA_SIGN_IN": "salma.rahbi"}
    done = dhakira(
        *("rebuild", "tracking", "--url", demo_house.address),
        seconds=WITHIN,
        environment=secretary,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not allow" in done.stderr


def test_a_stopped_platform_is_rebuilt_in_its_folder(tmp_path: Path) -> None:
    done = dhakira("rebuild", "intake", "--data", str(tmp_path), "--json", seconds=WITHIN)
    assert done.returncode == 0, done.stdout + done.stderr
    [told] = json.loads(done.stdout)
    assert (told["service"], told["state"], told["problem"]) == ("intake", "done", "")
    assert told["done"] == told["total"] > 0


def test_what_cannot_be_reached_or_is_unknown_is_said(tmp_path: Path) -> None:
    nobody = dhakira(
        "rebuild", "tracking", "--url", "http://127.0.0.1:9", environment=as_administrator()
    )
    assert nobody.returncode == 1
    assert "No platform answers" in nobody.stderr
    unknown = dhakira("rebuild", "nonsense", "--data", str(tmp_path))
    assert unknown.returncode == 1
    assert "nonsense" in unknown.stderr
    assert "--data ./data" in dhakira("rebuild", "--help").stdout
