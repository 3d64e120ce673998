"""The eight services as eight processes: a recommendation goes through four of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.testkit.waiting import until_true
from services.house.demo.country import SAMPLE_IMPORT
from services.house.running import SERVICES
from tests.libs.chassis.life.small_house import FIRST, RECOMMENDATION
from tests.stories.processes import ROOT, Processes, processes


def _page(house: Processes, number: str) -> str:
    response = httpx.get(f"{house.address('portal')}/en/recommendations/{number}", timeout=20)
    return response.text if response.status_code == 200 else ""


def _import(house: Processes) -> dict[str, Any]:
    """Bring a file in by the command line, which knows the portal's address and the others'."""
    person = f"/directory/v1/people/{house.people['secretary']}"
    body = {"password": FIRST["password"]}
    house.done("directory", "PUT", f"{person}/credential", "administrator", body)
    peers = {name: house.address(name) for name in SERVICES}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "services", "import", str(SAMPLE_IMPORT)),
            *("--url", house.address("portal"), "--sign-in", "secretary", "--state", "XDM"),
            "--json",
        ],
        env={
            **os.environ,
            "DHAKIRA_PEERS": json.dumps(peers),
            "DHAKIRA_PASSWORD": str(FIRST["password"]),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.timeout(200)
def test_a_recommendation_goes_from_intake_to_tracking_and_the_public_page(
    database: str, nats: EmbeddedNats, tmp_path: Path
) -> None:
    with processes(tmp_path, database, nats.url) as house:
        house.start(**{name: ("-m", f"services.{name}") for name in SERVICES})
        house.enrol("directory")
        made = house.done(
            "intake", "POST", "/intake/v1/recommendations", "secretary", RECOMMENDATION
        )
        path = f"/intake/v1/recommendations/{made['id']}"
        house.done("intake", "POST", f"{path}/publication", "secretary")
        case = house.done("tracking", "GET", f"/tracking/v1/cases/{made['id']}", "secretary")
        number = case["number"]
        page = until_true(lambda: _page(house, number), 30, "the page stands")
        assert str(RECOMMENDATION["text"]) in page
        figures = _import(house)
        assert (figures["state"], figures["new"]) == ("confirmed", figures["read"])
        assert figures["not_understood"] == figures["doubtful"] == {"count": 0, "rows": []}
        for name in SERVICES:
            house.tell_to_end(name)
        assert {name: house.ended(name) for name in SERVICES} == dict.fromkeys(SERVICES, 0)
