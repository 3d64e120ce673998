"""The operator's page: a read model that has heard everything stands where its source does."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from libs.testkit.waiting import until_true
from services.house.demo.loading import ADMINISTRATOR
from tests.stories.desk import Desk, template_of
from tests.stories.house import ANSWERS_WITHIN
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Person


def _behind(operator: Person) -> list[list[str]]:
    page = operator.page("/status")
    title = operator.says("status-read-models")
    rows = page.tree.xpath(f"//table[caption='{title}']/tbody/tr")
    assert len(rows) > 5
    cells = [[cell.text_content().strip() for cell in row] for row in rows]
    return [row for row in cells if row[2] != row[3]]


def test_nothing_is_behind_when_the_last_event_is_for_nobody_else(demo_house: DemoHouse) -> None:
    with demo_house.signed_in(SECRETARY) as secretary:
        desk = Desk(secretary)
        desk.hand_in("status", template_of("status", ["Light every road"]), "status.csv")
        desk.confirm("status")
    ((topic,),) = demo_house.rows(
        "intake", "SELECT topic FROM intake.intake_events ORDER BY notification_id DESC LIMIT 1"
    )
    assert topic == "intake.import.ended.v1", "an event without a contract"
    assert demo_house.people, "who reads about people is recorded, and told to nobody"
    with demo_house.signed_in(ADMINISTRATOR) as operator:
        with suppress(AssertionError):
            until_true(lambda: not _behind(operator), ANSWERS_WITHIN)
        assert _behind(operator) == [], "every read model stands at its head"
