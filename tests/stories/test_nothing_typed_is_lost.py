"""A form that is refused before it was read comes back with everything that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from libs.chassis.pace import Pace, Strangers
from services.house.demo.loading import password_of
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Page, Person

CORRECT = "/recommendations/REC-00005/correct"
TYPED = {"text": "Count <every> household\n\nand & every tent", "reason": 'As "printed"'}


def holds_what_was_typed(page: Page, prefix: str = "") -> bool:
    """Tell whether the form in the page's middle says what was typed, where it can be read."""
    shown = {
        each.get("name"): each.text_content() if each.tag == "textarea" else each.get("value")
        for each in page.tree.xpath("//main//textarea | //main//input[not(@type='hidden')]")
    }
    return all(shown.get(prefix + name, "").strip("\n") == said for name, said in TYPED.items())


def sent(person: Person, page: Page, **typed: str) -> Page:
    """Fill in and send the form in a page's middle."""
    (form,) = page.tree.xpath("//main//form")
    return person.post(form.action.removeprefix("/en"), page.fields(form.action) | typed)


def test_a_session_that_ended_costs_no_word(demo_house: DemoHouse, secretary: Person) -> None:
    typed = secretary.page(CORRECT).fields("/correct") | TYPED
    secretary.post("/sign-out", {})
    page = secretary.post(CORRECT, typed)
    assert page.status == 401
    assert holds_what_was_typed(page, "kept.")
    page = sent(secretary, page, sign_in=SECRETARY, password="not it")
    assert page.status == 401
    assert holds_what_was_typed(page, "kept."), "nor does a wrong password"
    page = sent(secretary, page, password=password_of(SECRETARY))
    assert page.status == 200
    assert secretary.says("kept-signed-in") in page.one("//main")
    assert password_of(SECRETARY) not in page.response.text
    assert holds_what_was_typed(page)
    page = sent(secretary, page)
    assert page.one("//blockquote[contains(@class,'official')]") == " ".join(TYPED["text"].split())
    with demo_house.signed_in(SECRETARY) as other:
        story = other.page("/recommendations/REC-00005").one("//ol[@class='story']")
    assert TYPED["reason"] in story


def test_a_form_of_an_older_session_is_sent_again_by_the_new_one(secretary: Person) -> None:
    text = {"text": "Count every tent, I say", "reason": "Again"}
    typed = secretary.page(CORRECT).fields("/correct") | TYPED | text
    secretary.sign_in(SECRETARY)
    page = secretary.post(CORRECT, typed)
    assert page.status == 403
    assert page.fields("/correct")["csrf"] != typed["csrf"], "it belongs to the new session now"
    page = sent(secretary, page)
    assert page.one("//blockquote[contains(@class,'official')]") == text["text"]


def test_what_another_site_sends_is_never_offered_to_be_sent(secretary: Person) -> None:
    typed = secretary.page(CORRECT).fields("/correct") | TYPED
    page = secretary.post(CORRECT, typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status == 403
    assert not page.tree.xpath("//main//form")


@pytest.mark.parametrize(
    "path",
    [
        "//elsewhere.example/", "https://elsewhere.example", "/\\e", "",
        "/\t/elsewhere.example", "/\n/elsewhere.example", "/\t\\elsewhere.example",
    ],
)  # fmt: skip
def test_a_sign_in_carries_a_form_nowhere_but_here(demo_house: DemoHouse, path: str) -> None:
    with demo_house.reader() as person:
        form = person.page("/sign-in").fields("/sign-in")
        form |= {"sign_in": SECRETARY, "password": password_of(SECRETARY)}
        page = person.post("/sign-in", form | {"kept-for": path, "kept.text": "words"})
        assert page.status == 200
        assert "elsewhere" not in page.response.text
        assert page.response.url.path == "/en/"


def test_whoever_comes_too_often_keeps_what_was_typed(
    demo_house: DemoHouse, monkeypatch: pytest.MonkeyPatch, secretary: Person
) -> None:
    typed = secretary.page(CORRECT).fields("/correct") | TYPED
    secretary.post("/sign-out", {})
    portal = next(each for each in demo_house.running.services if each.name == "portal")
    with monkeypatch.context() as patched:
        patched.setattr(portal, "strangers", Strangers(Pace(0, 60.0)))
        page = secretary.post(CORRECT, typed)
        assert page.status == 429
        assert holds_what_was_typed(page, "kept.")
        page = sent(secretary, page, sign_in=SECRETARY, password=password_of(SECRETARY))
        assert page.status == 429
        assert page.fields("/sign-in")["sign_in"] == SECRETARY
        assert password_of(SECRETARY) not in page.response.text
        assert holds_what_was_typed(page, "kept.")


def test_what_is_too_long_comes_back_whole(secretary: Person) -> None:
    long = "دعوا كل خيمة تُعدّ " * 12_000
    typed = secretary.page(CORRECT).fields("/correct") | TYPED | {"text": long}
    page = secretary.post(CORRECT, typed)
    assert page.status in {413, 422}
    assert page.tree.xpath("//p[@class='fault']"), page.one("//main")[:300]
    assert page.fields("/correct")["text"] == long
