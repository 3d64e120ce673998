"""The eight services as eight processes: a recommendation goes through four of them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from libs.chassis.embedded.nats import EmbeddedNats
from libs.testkit.waiting import until_true
from services.house.running import SERVICES
from tests.libs.chassis.life.small_house import RECOMMENDATION
from tests.stories.processes import Processes, processes


def _page(house: Processes, number: str) -> str:
    response = httpx.get(f"{house.address('portal')}/en/recommendations/{number}", timeout=20)
    return response.text if response.status_code == 200 else ""


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
        for name in SERVICES:
            house.tell_to_end(name)
        assert {name: house.ended(name) for name in SERVICES} == dict.fromkeys(SERVICES, 0)
