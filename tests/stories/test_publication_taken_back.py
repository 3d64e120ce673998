"""What was public stays readable: when publication is taken back, and on every day before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from libs.testkit.waiting import until_true
from tests.libs.chassis.life.small_house import RECOMMENDATION
from tests.stories.desk import Desk, template_of
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Person

OFFICIAL = "Let every lighthouse keeper of the northern isles be paid by the first of the month"
DRAFT = "Let every lighthouse keeper of the northern isles be paid by the first of each month"
LATER = "Xylomarch"
REASON = "The file of the wrong session"


@pytest.fixture(scope="module")
def taken_back(demo_house: DemoHouse) -> tuple[str, str]:
    """Return the number of a record that a file made official and public, until it was undone.

    And what a past day said while it was public.
    """
    with demo_house.signed_in(SECRETARY) as secretary, demo_house.reader() as anyone:
        headers = demo_house.bearer(SECRETARY)
        typed = RECOMMENDATION | {"text": DRAFT, "official": False, "mechanism": "CESCR"}
        received = secretary.client.post(
            "/api/intake/v1/recommendations",
            json=typed | {"symbol": None},
            headers=headers | {"Dhakira-Happened-At": "2026-02-28T09:00:00+00:00"},
        )
        number = received.raise_for_status().json()["number"]
        desk = Desk(secretary)
        desk.hand_in("taken-back", template_of("taken-back", [OFFICIAL]))
        import_id = desk.imports["taken-back"].rsplit("/", 1)[-1]
        base = f"/api/intake/v1/imports/{import_id}"
        happened = headers | {"Dhakira-Happened-At": "2026-03-01T09:00:00+00:00"}
        answer = secretary.client.post(f"{base}/confirmation", headers=happened)
        assert answer.is_success, answer.text
        page = f"/recommendations/{number}"
        until_true(lambda: OFFICIAL in anyone.page(page).response.text, 60, "it is public")
        past = "\n".join(anyone.page(f"{page}?as-at=2026-03-02&by=happened").all("//main//h1"))
        undone = secretary.client.post(f"{base}/undo", json={"reason": REASON}, headers=headers)
        assert undone.is_success, undone.text
        closed = anyone.says("told-tracking-case-closed")
        story = "//ol[@class='story']"
        until_true(lambda: closed in anyone.page(page).one(story), 60, "its follow-up is closed")
        desk.correct(number, LATER, LATER)
    return number, past


def test_its_page_stays_as_it_was_last_public_and_says_that_it_was_taken_back(
    reader: Person, taken_back: tuple[str, str]
) -> None:
    number, _ = taken_back
    page = reader.page(f"/recommendations/{number}")
    assert page.status == 200
    assert OFFICIAL in page.one("//blockquote[contains(@class, 'official')]")
    assert reader.says("badge-not-public") in page.one("//main")
    assert REASON in page.one("//ol[@class='story']")
    told = page.all("//ol[@class='story']/li/h3")
    assert told[0] == reader.says("told-intake-recommendation-received")
    assert reader.says("told-intake-recommendation-confirmation-withdrawn") in told
    assert reader.client.get(f"/id/recommendation/{number[4:]}", follow_redirects=True).is_success
    versions = reader.page(f"/recommendations/{number}/versions")
    assert versions.status == 200
    for hidden in (DRAFT, LATER):
        assert hidden not in page.response.text + versions.response.text
    assert reader.total(f"?q={OFFICIAL.replace(' ', '+')}&state=XDM") == 0


def test_a_past_day_says_what_it_said_while_it_was_public(
    reader: Person, taken_back: tuple[str, str]
) -> None:
    number, past = taken_back
    page = reader.page(f"/recommendations/{number}?as-at=2026-03-02&by=happened")
    assert page.status == 200
    assert "\n".join(page.all("//main//h1")) == past
    assert reader.page(f"/recommendations/{number}?as-at=2026-02-27&by=happened").status == 404


def test_who_keeps_the_register_sees_what_was_done_since(
    demo_house: DemoHouse, taken_back: tuple[str, str]
) -> None:
    with demo_house.signed_in(SECRETARY) as secretary:
        assert LATER in secretary.page(f"/recommendations/{taken_back[0]}").one("//main")
