"""What was sent at the desk while the ledger was silent is recorded once, however often sent."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest

from libs.ledger import writer
from tests.stories.desk import Desk, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.house import DemoHouse, Person

NEW = "/recommendations/new"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what a test would have to sit out; the order of things stays as it ships."""
    monkeypatch.setattr(writer, "DEADLINE_SECONDS", 2.0)


@contextmanager
def silent(house: DemoHouse) -> Iterator[None]:
    """Let the database take commands of intake and answer none; they are recorded after that."""
    with psycopg.connect(house.running._database) as other:
        other.execute("LOCK TABLE intake.intake_events IN EXCLUSIVE MODE")
        yield


def recommendation(text: str) -> dict[str, str]:
    return {"mechanism": "CESCR", "state": "XDM", "text": text, "text_language": "en"}


def test_a_form_sent_again_is_recorded_once(demo_house: DemoHouse, secretary: Person) -> None:
    words = "Sound the fog horn at every harbour"
    with silent(demo_house):
        page = secretary.send(NEW, recommendation(words))
    assert page.status == 503
    assert page.response.headers["retry-after"]
    assert secretary.says("refusal-not-known-whether-recorded") in page.one("//main")
    for _ in range(2):
        again = secretary.post(NEW, page.fields(NEW))
        assert again.status == 200, again.one("//main")
    assert secretary.total(f"?q={quote(words)}") == 1


def test_an_act_sent_again_is_recorded_once(demo_house: DemoHouse, secretary: Person) -> None:
    here = secretary.send(NEW, recommendation("Paint the lighthouse"))
    number = str(here.response.url).rsplit("/", 1)[-1]
    form = f"/recommendations/{number}/translate"
    with silent(demo_house):
        page = secretary.send(form, {"language": "fr", "text": "Peindre le phare"})
    assert page.status == 503
    again = secretary.post(form, page.fields(form))
    assert again.status == 200, again.one("//main")
    assert len(again.tree.xpath("//ol[@class='story']/li[@id]")) == 2


def test_other_words_sent_instead_are_no_second_recommendation(
    demo_house: DemoHouse, secretary: Person
) -> None:
    """Whoever changes them is told that the first ones are recorded, and decides."""
    words, others = "Dredge the eastern channel", "Dredge the western channel"
    with silent(demo_house):
        page = secretary.send(NEW, recommendation(words))
    told = secretary.post(NEW, page.fields(NEW) | {"text": others})
    assert told.status == 422
    assert secretary.says("refusal-key-reused") in told.one("//main")
    assert secretary.total(f"?q={quote(others)}") == 0
    both = secretary.post(NEW, told.fields(NEW))
    assert both.status == 200
    assert [secretary.total(f"?q={quote(each)}") for each in (words, others)] == [1, 1]


def test_an_import_decided_again_is_decided_once(demo_house: DemoHouse, secretary: Person) -> None:
    desk = Desk(secretary)
    desk.hand_in("silence", template_of("silence", ["Keep the buoys lit"]))
    here = desk.imports["silence"]
    with silent(demo_house):
        page = secretary.send(f"{here}/confirm", {}, at=here)
    assert page.status == 503
    assert page.response.headers["retry-after"]
    assert secretary.says("refusal-not-known-whether-recorded") in page.one("//main")
    assert secretary.says("import-refused") not in page.one("//main")
    again = secretary.post(f"{here}/confirm", page.fields(f"{here}/confirm"))
    assert again.status == 200, again.one("//main")
    desk.until_done("silence", "import-state-previewed", "import-state-confirming")
    assert len(desk.numbers("silence", 1)) == 1


def test_what_an_import_cannot_be_asked_is_told_with_the_status_it_has(secretary: Person) -> None:
    desk = Desk(secretary)
    desk.hand_in("not-yet", template_of("not-yet", ["Mend the nets"]))
    here = desk.imports["not-yet"]
    page = secretary.post(
        f"{here}/undo", secretary.page(here).fields(f"{here}/confirm") | {"reason": " "}
    )
    assert page.status == 422
    assert secretary.says("refusal-undo-reason-missing") in page.response.text
