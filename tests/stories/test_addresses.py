"""Addresses that people mistype and robots make up: told what is wrong, never a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.stories.desk import Desk, template_of
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse

NO_NUMBERS = ("0", "٠٠", "-5", "²", "٣²", "①", "-1", "1.5", "1e3", "seven", "\0", "٣ ٤")
LIST = "/recommendations?page={}"
VERSIONS = "/recommendations/REC-00005/versions"
NUMBERED = (LIST, VERSIONS + "?newer={}", VERSIONS + "?older={}")
STRANGE = ("²", "\ud7ff", "\ue0005\ue001", "9" * 5000, "%", "'", "\\", "[]", "\u202e")
FILTERS = ("q", "mechanism", "cycle", "theme", "group", "sdg", "status", "lead", "state", "all")


@pytest.mark.parametrize("written", NO_NUMBERS)
@pytest.mark.parametrize("address", NUMBERED)
def test_what_is_no_number_is_told_so(demo_house: DemoHouse, address: str, written: str) -> None:
    with demo_house.reader() as reader:
        page = reader.page(address.format(quote(written)))
        assert page.status == 422
        assert reader.says("problem-title-422") in page.one("//main")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_more_filters_than_a_list_takes_are_refused_and_the_same_one_counts_once(
    demo_house: DemoHouse, language: str
) -> None:
    with demo_house.reader(language) as reader:
        many = "&".join(f"sdg={number}" for number in range(1_000))
        page = reader.page(f"/recommendations?{many}")
        assert page.status == 422
        assert reader.says("refusal-too-many-filters", most=50, chosen=1_000) in page.one("//main")
        again = reader.page("/recommendations?" + "&".join(["sdg=4"] * 1_000))
        assert again.status == 200
        chosen = "//ul[contains(@class, 'active')]/li"
        assert again.all(chosen) == reader.page("/recommendations?sdg=4").all(chosen) != []


@pytest.mark.parametrize(
    ("typed", "searched", "sentence"),
    [
        ("wmen", "women", "list-searched"),
        ("women", "", ""),
    ],
)
def test_what_was_searched_instead_of_what_was_typed_is_told(
    demo_house: DemoHouse, typed: str, searched: str, sentence: str
) -> None:
    with demo_house.reader() as reader:
        told = reader.page("/recommendations", params={"q": typed}).one("//main")
        assert (reader.says("list-searched") in told) == bool(sentence)
        assert reader.says("list-suggestion") not in told
        if searched:
            assert f"{reader.says(sentence)} {searched}" in told


@pytest.mark.parametrize("written", ["3", "٣", "999999", "9" * 5000])
def test_a_page_beyond_the_last_is_the_last(demo_house: DemoHouse, written: str) -> None:
    with demo_house.reader() as reader:
        last = reader.page("/recommendations?page=3").all("//ol[@class='cards']//p[@class='no']")
        page = reader.page(LIST.format(quote(written)))
        assert page.all("//ol[@class='cards']//p[@class='no']") == last
        assert last


@pytest.mark.parametrize("written", STRANGE)
@pytest.mark.parametrize("name", FILTERS)
def test_words_that_no_record_has_find_nothing_and_break_nothing(
    demo_house: DemoHouse, name: str, written: str
) -> None:
    with demo_house.reader() as reader:
        address = f"/recommendations?{name}={quote(written)}"
        assert reader.page(address).status == 200
        assert reader.client.get(f"/en{address.replace('?', '.json?')}").status_code == 200


@pytest.mark.parametrize("seen", ["intake.²", "intake." + "9" * 500, "intake.-1", "²", "nobody.5"])
def test_a_made_up_cookie_breaks_nothing(demo_house: DemoHouse, seen: str) -> None:
    with demo_house.reader() as reader:
        cookie = {b"Cookie": f"dhakira-seen={seen}".encode("latin-1")}
        assert reader.client.get("/en/recommendations", headers=cookie).status_code == 200


@pytest.mark.parametrize("act", ["confirmation", "Confirm", "undo ", "discard", "²"])
def test_an_import_is_confirmed_by_no_other_name(demo_house: DemoHouse, act: str) -> None:
    name = f"acts-{act.encode().hex()}"
    with demo_house.signed_in(SECRETARY) as secretary:
        desk = Desk(secretary)
        form = desk.hand_in(name, template_of(name, ["Give every village a well"]))
        sent = secretary.post(f"{desk.imports[name]}/{quote(act)}", form.fields("/confirm"))
        assert sent.status == 404
        waiting = secretary.says("import-state-previewed")
        page = secretary.page(f"{desk.imports[name]}?page={'9' * 12}")
        assert waiting in page.all("//main//*[contains(@class,'tag')]")
        for written in ("²", "0", "-5"):
            assert secretary.page(f"{desk.imports[name]}?page={written}").status == 422
