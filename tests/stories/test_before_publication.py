"""What was written before a record became public stays with those who keep the register."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from libs.testkit.waiting import until_true
from tests.stories.desk import Desk
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Person

DRAFT, SECOND, FINAL = "Quixomere at once", "Quandorly by spring", "Quilvastic for everyone"
REASON = "Zimberlane misheard the speaker"


@pytest.fixture(scope="module")
def published(demo_house: DemoHouse) -> str:
    """Return the number of a record that was corrected twice before it became public."""
    with demo_house.signed_in(SECRETARY) as secretary:
        typed = {"mechanism": "CESCR", "state": "XDM", "text": DRAFT, "text_language": "en"}
        number = str(secretary.send("/recommendations/new", typed).response.url).rsplit("/", 1)[-1]
        desk = Desk(secretary)
        desk.correct(number, SECOND, REASON)
        desk.act(number, "position", position="noted", nuance="Zambrick", position_source="Z/1")
        desk.act(number, "position", position="supported", nuance="", position_source="A/1")
        desk.correct(number, FINAL, REASON)
        desk.act(number, "publish")
    return number


def everything_shown(person: Person, number: str) -> str:
    """Return all that the pages of a record say, at any version and on any basis."""
    here = f"/recommendations/{number}"
    today = datetime.now(UTC).date().isoformat()
    addresses = [here, f"{here}/versions", "/", f"/recommendations?q={number}"]
    addresses += [f"{here}?as-at={today}&by={basis}" for basis in ("recorded", "happened")]
    addresses += [
        f"{here}/versions?older={older}&newer={newer}"
        for newer in range(1, 8)
        for older in range(1, newer + 1)
    ]
    return "".join(person.page(each).response.text for each in addresses)


def test_the_public_reads_a_record_as_it_was_published_and_never_its_drafts(
    demo_house: DemoHouse, reader: Person, published: str
) -> None:
    shown = everything_shown(reader, published)
    assert FINAL in shown
    for hidden in (DRAFT, SECOND, "Quixomere", "Quandorly", "Zimberlane", "Zambrick"):
        assert hidden not in shown, hidden
    assert reader.page(f"/recommendations/{published}/versions?older=5&newer=6").status == 404
    with demo_house.signed_in(SECRETARY) as secretary:
        seen = everything_shown(secretary, published)
    assert all(each in seen for each in ("Quixomere", "Quandorly", "Zimberlane"))


def test_the_public_story_begins_with_the_receipt_and_goes_on_with_publication(
    reader: Person, published: str
) -> None:
    page = reader.page(f"/recommendations/{published}")
    told = page.all("//ol[@class='story']/li/h3")
    assert told[:2] == [
        reader.says("told-intake-recommendation-received"),
        reader.says("told-intake-recommendation-published"),
    ]
    assert set(told[2:]) <= {reader.says("told-tracking-case-opened")}
    assert len(page.all("//ul[@class='versions']/li")) == len(told) - 1


def test_words_that_only_a_draft_holds_are_offered_to_nobody(
    demo_house: DemoHouse, reader: Person
) -> None:
    with demo_house.signed_in(SECRETARY) as secretary:
        typed = {"mechanism": "CESCR", "state": "XDM", "text": "Vraxinol", "text_language": "en"}
        page = secretary.send("/recommendations/new", typed)
        number = str(page.response.url).rsplit("/", 1)[-1]
        assert offered(reader, "vraxinlo") == ""
        assert secretary.total("?q=vraxinol") == 1
        Desk(secretary).act(number, "publish")
        until_true(lambda: offered(reader, "vraxinlo") == "vraxinol", 30)
        Desk(secretary).act(number, "withdraw", reason="Typed in by mistake")
        until_true(lambda: offered(reader, "vraxinlo") == "", 30)
        assert secretary.total("?q=vraxinol") == 1
        assert reader.total("?q=vraxinol") == 0


def offered(reader: Person, written: str) -> str:
    """Return the word that a search takes instead of one that it does not know."""
    page = reader.page(f"/recommendations?q={written}")
    return "".join(page.all("//main//p/bdi[. = 'vraxinol']"))
