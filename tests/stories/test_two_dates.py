"""When something happened is asked beside what happened: both dates stand on the record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.stories.desk import Desk

if TYPE_CHECKING:
    from tests.stories.house import Page, Person

NEW = "/recommendations/new"
TYPED = {"mechanism": "CESCR", "state": "XDM", "text_language": "en"}
WHERE = "A/HRC/99/7/Add.1, para. 4"


def received(secretary: Person, text: str, **more: str) -> str:
    page = secretary.send(NEW, TYPED | {"text": text} | more)
    assert page.status == 200, page.one("//main")
    return str(page.response.url).rsplit("/", 1)[-1]


def on(person: Person, number: str, day: str, basis: str = "happened") -> Page:
    return person.page(f"/recommendations/{number}", params={"as-at": day, "by": basis})


def wrong(page: Page) -> list[str]:
    """Return the names of the questions that a page marks as wrong."""
    return [str(each).removesuffix("-fault") for each in page.tree.xpath("//p[@class='fault']/@id")]


def test_what_happened_earlier_stands_on_its_day_and_on_the_day_it_is_recorded(
    reader: Person, secretary: Person
) -> None:
    number, desk = received(secretary, "Rope the pier", happened="2026-03-01"), Desk(secretary)
    desk.act(number, "publish", happened="2026-03-02")
    answer = {"position": "supported", "position_source": WHERE, "happened": "2026-03-05"}
    desk.act(number, "position", **answer)
    supported = reader.says("position-supported")
    assert on(reader, number, "2026-03-01").status == 404
    before, after = (on(reader, number, f"2026-03-0{day}").one("//main") for day in (4, 5))
    assert supported not in before
    assert supported in after
    assert on(reader, number, "2026-03-05", "recorded").status == 404
    assert supported in reader.page(f"/recommendations/{number}").one("//main")


@pytest.mark.parametrize(
    ("said", "refusal"), [("tomorrow", "date-malformed"), ("2999-01-01", "date-in-future")]
)
def test_a_day_that_is_none_is_told_where_it_was_asked_and_everything_stays(
    secretary: Person, said: str, refusal: str
) -> None:
    number = received(secretary, f"Rope the pier by {said}")
    acts = {
        NEW: TYPED | {"text": "Rope the quay"},
        f"/recommendations/{number}/position": {"position": "noted", "position_source": WHERE},
        f"/recommendations/{number}/publish": {},
        f"/recommendations/{number}/withdraw": {"reason": "Twice"},
    }
    for form, typed in acts.items():
        page = secretary.send(form, typed | {"happened": said})
        assert page.status == 422
        assert wrong(page) == ["happened"]
        assert secretary.says(f"refusal-{refusal}", value=said) in page.one("//p[@class='fault']")
        assert (typed | {"happened": said}).items() <= page.fields(form).items()


def test_a_day_that_no_header_holds_is_no_version(secretary: Person) -> None:
    page = secretary.send(NEW, TYPED | {"text": "Rope it", "happened": "٢٠٢٦-٠٣-٠١"})
    assert page.status == 422
    assert secretary.says("refusal-date-malformed", value="٢٠٢٦-٠٣-٠١") in page.one("//main")


def test_what_happened_today_comes_after_what_was_done_before_it_today(
    secretary: Person,
) -> None:
    """Told as its midnight, it would come before."""
    number, desk = received(secretary, "Rope the jetty"), Desk(secretary)
    desk.correct(number, "Rope the long jetty", "As heard")
    today = datetime.now(UTC).date().isoformat()
    desk.act(number, "correct", text="Rope the old jetty", reason="As printed", happened=today)
    page = on(secretary, number, today)
    assert page.one("//blockquote") == "Rope the old jetty"


def test_an_answer_of_the_state_comes_with_where_it_is_written(secretary: Person) -> None:
    number = received(secretary, "Rope the gangway")
    form = f"/recommendations/{number}/position"
    page = secretary.send(form, {"position": "supported", "nuance": "in part"})
    assert page.status == 422
    assert wrong(page) == ["position_source"]
    kept = page.fields(form)
    assert (kept["position"], kept["nuance"]) == ("supported", "in part")
    assert secretary.post(form, kept | {"position_source": WHERE}).status == 200
    assert secretary.send(form, {"position": "pending", "position_source": ""}).status == 200
