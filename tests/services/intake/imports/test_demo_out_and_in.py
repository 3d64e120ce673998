"""The demo country's register, taken from its page and brought in: there again, and elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.services.intake.imports.conftest import Intake, template_csv
from tests.stories.desk import Desk
from tests.stories.house import ANSWERS_WITHIN, RECOMMENDATIONS, DemoHouse, running_demo
from tests.stories.past import SECRETARY

NAMES = ("state", "mechanism", "kind", "language", "official", "fields")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHouse]:
    """Give the demo country as it was loaded: what it holds is what is counted here."""
    with running_demo(tmp_path_factory.mktemp("demo")) as house:
        yield house


def standing(demo: DemoHouse) -> list[dict[str, Any]]:
    """Read the records that stand, as those who keep the register do."""
    found: list[dict[str, Any]] = []
    after = ""
    with httpx.Client(base_url=demo.address, timeout=ANSWERS_WITHIN) as client:
        client.headers.update(demo.bearer(SECRETARY))
        while page := client.get(
            "/api/intake/v1/recommendations", params={"after": after, "limit": 200}
        ).json():
            found += page
            after = page[-1]["number"]
    return [each for each in found if not each["withdrawn"]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_register_goes_out_and_comes_in(demo: DemoHouse, intake: Intake, form: str) -> None:
    with demo.signed_in(SECRETARY) as secretary:
        links = secretary.page("/imports").tree.xpath("//main//a/@href")
        (link,) = [each for each in links if str(each).endswith(f"/register.{form}")]
        taken = secretary.client.get(str(link)).raise_for_status()
        records = standing(demo)
        desk = Desk(secretary)
        page = desk.hand_in("register", taken.content, f"register.{form}")
        assert page.status == 200
        here = f"/api/intake/v1{desk.imports['register']}"
        headers = demo.bearer(SECRETARY)
        here_again = secretary.client.get(here, headers=headers).raise_for_status().json()
    assert len(records) >= RECOMMENDATIONS
    told = {"read", "distinct", "unchanged"}
    expected = {name: len(records) if name in told else 0 for name in here_again["counts"]}
    assert (here_again["counts"], here_again["doubtful"]) == (expected, 0)

    elsewhere = intake.imported(f"register.{form}", taken.content, state="XDM")
    assert elsewhere["counts"]["new"] == len(records)
    register = intake.register()
    assert [{name: each[name] for name in NAMES} for each in register] == [
        {name: each[name] for name in NAMES} for each in records
    ]


def test_the_columns_of_the_register_are_those_of_the_template(demo: DemoHouse) -> None:
    with demo.reader() as anyone:
        taken = anyone.client.get("/api/intake/v1/recommendations.csv").raise_for_status()
    rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert [rows[0]] == list(csv.reader(io.StringIO(template_csv().decode("utf-8-sig"))))
    assert len(rows) > RECOMMENDATIONS
