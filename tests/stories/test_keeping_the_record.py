"""What those who keep the register do on its pages, and what nobody else may see or do there."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from libs.testkit.waiting import until_true
from services.house.demo.loading import password_of
from tests.stories.desk import Desk, template_of
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Page, Person

COLLEAGUE = "idris.nouri"
ADMINISTRATOR = "nadia.admin"


def typed_in(secretary: Person, text: str, **more: str) -> Page:
    """Type a recommendation in by hand; return the page that it leads to."""
    typed = {"mechanism": "CESCR", "state": "XDM", "text": text, "text_language": "en"}
    return secretary.send("/recommendations/new", typed | more)


def number_of(page: Page) -> str:
    return str(page.response.url).rsplit("/", 1)[-1]


def seen_by(reader: Person, number: str, words: str) -> list[str]:
    """Return every way by which a reader comes to see a record."""
    here = f"/{reader.language}/recommendations"
    answered = {
        "page": f"{here}/{number}",
        "versions": f"{here}/{number}/versions",
        "past day": f"{here}/{number}?as-at=2026-11-01&by=happened",
        "permanent address": f"/id/recommendation/{number.removeprefix('REC-')}",
    }
    named = {
        "list": f"{here}?order=newest",
        "search": f"{here}?q={quote(words)}",
        "number": f"{here}?q={number}",
        "json": f"{here}.json?order=newest",
        "csv": f"{here}.csv?order=newest",
        "api": "/api/intake/v1/recommendations?limit=200",
    }
    get = partial(reader.client.get, follow_redirects=True)
    found = [way for way, address in answered.items() if get(address).status_code == 200]
    typed = f'value="{number}"'
    texts = {way: get(address).text.replace(typed, "") for way, address in named.items()}
    return found + [way for way, text in texts.items() if _shows(text, number)]


def _shows(text: str, number: str) -> bool:
    """Tell whether an answer shows a record, not only the words that were asked for."""
    main = text.partition("<main")[2]
    return f"/recommendations/{number}" in main if main else number in text


WAYS = ["page", "versions", "permanent address", "list", "search", "number", "json", "csv"]


def test_what_is_not_public_yet_is_seen_by_nobody_but_those_who_keep_the_register(
    demo_house: DemoHouse, reader: Person, secretary: Person
) -> None:
    words = "Lower the price of spectacles for pupils"
    number = number_of(typed_in(secretary, words))
    assert seen_by(secretary, number, words) == WAYS
    assert seen_by(reader, number, words) == []
    for login in (ADMINISTRATOR, "fadi.mansour"):
        with demo_house.signed_in(login) as other:
            assert seen_by(other, number, words) == [], login
    assert reader.page(f"/recommendations/{number}/correct").status == 401
    page = Desk(secretary).act(number, "publish")
    assert reader.says("badge-not-public") not in page.one("//main")
    assert seen_by(reader, number, words) == [*WAYS, "api"]
    before = reader.page(f"/recommendations/{number}", params={"as-at": "2026-11-01"})
    assert before.status == 404


def test_a_withdrawn_record_leaves_the_list_and_keeps_its_page(
    reader: Person, secretary: Person
) -> None:
    words = "Plant shade trees along the school roads"
    number = number_of(typed_in(secretary, words))
    desk = Desk(secretary)
    desk.act(number, "publish")
    desk.act(number, "withdraw", reason="It was typed in twice")
    page = reader.page(f"/recommendations/{number}")
    assert reader.says("badge-withdrawn") in page.one("//main")
    assert "It was typed in twice" in page.one("//ol[@class='story']")
    assert reader.total(f"?q={quote(words)}") == 0
    assert reader.total(f"?q={number}") == 0


def test_the_follow_up_of_a_record_ends_and_goes_on_with_it(
    reader: Person, secretary: Person
) -> None:
    number = number_of(typed_in(secretary, "Plant shade trees along the canal paths"))
    here, desk = f"/recommendations/{number}", Desk(secretary)
    badges = "//main//*[contains(@class,'tag')]"

    def told(*messages: str) -> bool:
        """Tell whether the story holds these, in this order, as the platform's own acts."""
        page = reader.page(here)
        mine = [words for words in page.all("//ol[@class='story']/li") if "Follow-up" in words]
        by_itself = all(reader.says("actor-platform") in words for words in mine)
        said = zip(mine, messages, strict=False)
        return len(mine) == len(messages) and by_itself and all(m in words for words, m in said)

    opened, closed, reopened = (
        reader.says(f"told-tracking-case-{each}") for each in ("opened", "closed", "reopened")
    )
    desk.act(number, "publish")
    until_true(lambda: told(opened), 30)
    desk.act(number, "withdraw", reason="It was typed in twice")
    until_true(lambda: told(opened, closed), 30)
    page = reader.page(here)
    assert "It was typed in twice" in page.all("//ol[@class='story']/li")[-1]
    assert reader.says("badge-closed") in page.all(badges)
    desk.act(number, "reinstate", reason="The other one was typed in twice")
    until_true(lambda: told(opened, closed, reopened), 30)
    page = reader.page(here)
    assert "The other one was typed in twice" in page.all("//ol[@class='story']/li")[-1]
    assert reader.says("badge-closed") not in page.all(badges)


def test_a_provisional_record_is_marked_as_such(secretary: Person) -> None:
    page = typed_in(secretary, "Open the archives of the municipal courts", paragraph="14 (a)")
    main = page.one("//main")
    assert page.status == 200
    assert secretary.says("badge-provisional") in main
    assert secretary.says("badge-not-public") in main
    assert "§14 (a)" in main


def test_what_was_typed_in_stays_when_it_cannot_be_taken(secretary: Person) -> None:
    page = typed_in(secretary, "Keep these words", mechanism="NONE", symbol="A/1")
    assert page.status == 422
    fields = page.fields("/recommendations/new")
    assert (fields["text"], fields["symbol"]) == ("Keep these words", "A/1")
    assert page.tree.xpath("//*[@aria-invalid='true']")


def test_a_change_based_on_an_older_version_shows_both_and_loses_nothing(
    demo_house: DemoHouse, secretary: Person
) -> None:
    number = number_of(typed_in(secretary, "Train teachers in sign language"))
    mine = secretary.page(f"/recommendations/{number}/correct").fields("/correct")
    with demo_house.signed_in(COLLEAGUE) as colleague:
        Desk(colleague).correct(number, "Train all teachers in sign language", "As heard")
    typed = {"text": "Train teachers in Braille", "reason": "The webcast says Braille"}
    page = secretary.post(f"/recommendations/{number}/correct", mine | typed)
    assert page.status == 412
    main = page.one("//main")
    assert "Train all teachers in sign language" in main
    assert "Train teachers in Braille" in main
    kept = page.fields("/correct")
    assert typed.items() <= kept.items()
    done = secretary.post(f"/recommendations/{number}/correct", kept)
    assert done.status == 200
    assert done.one("//blockquote") == "Train teachers in Braille"
    assert len(done.tree.xpath("//ol[@class='story']/li[@id]")) == 3


def test_a_form_sent_twice_is_one_act(secretary: Person) -> None:
    number = number_of(typed_in(secretary, "Count unpaid care work"))
    form = secretary.page(f"/recommendations/{number}/correct").fields("/correct")
    typed = form | {"text": "Count all unpaid care work", "reason": "As read out"}
    first = secretary.post(f"/recommendations/{number}/correct", typed)
    again = secretary.post(f"/recommendations/{number}/correct", typed)
    assert (first.status, again.status) == (200, 200)
    assert len(again.tree.xpath("//ol[@class='story']/li[@id]")) == 2


def test_a_translation_never_takes_the_place_of_the_text_itself(secretary: Person) -> None:
    number = number_of(typed_in(secretary, "Translate the statutes"))
    form = f"/recommendations/{number}/translate"
    page = secretary.page(form)
    offered = page.tree.xpath("//select[@name='language']/option/@value")
    assert "en" not in offered
    assert "ar" in offered
    refused = secretary.post(form, page.fields(form) | {"language": "en", "text": "Burn them"})
    assert refused.status == 409
    said = secretary.says("refusal-language-of-the-record", number=number)
    assert said in refused.one("//p[@class='fault']")
    assert refused.fields(form)["text"] == "Burn them"
    record = secretary.page(f"/recommendations/{number}")
    assert record.one("//blockquote") == "Translate the statutes"


def test_ones_own_change_stands_on_the_next_page(secretary: Person) -> None:
    number = number_of(typed_in(secretary, "Version 0 of the words"))
    for turn in range(1, 6):
        page = Desk(secretary).correct(number, f"Version {turn} of the words", f"Turn {turn}")
        assert page.one("//blockquote") == f"Version {turn} of the words"
        listed = secretary.page(f"/recommendations?q={number}")
        assert f"Version {turn} of the words" in listed.one("//main")


def test_an_act_without_a_reason_is_told_so_and_keeps_the_words(secretary: Person) -> None:
    number = number_of(typed_in(secretary, "Repair the village clinics"))
    page = secretary.send(f"/recommendations/{number}/correct", {"text": "Repair all clinics"})
    assert page.status == 422
    assert page.fields("/correct")["text"] == "Repair all clinics"
    assert page.tree.xpath("//p[@class='fault']")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
    ],
)
def test_a_form_from_another_site_is_refused(secretary: Person, headers: dict[str, str]) -> None:
    sent = {name: value for name, value in headers.items() if value}
    for path in ("/recommendations/REC-00005/correct", "/recommendations/new"):
        form = secretary.page(path).fields(path)
        answer = secretary.client.post(f"/en{path}", data=form, headers=sent)
        assert answer.status_code == 403, path
    form = secretary.page("/imports").fields("/imports")
    form.pop("file", None)
    files = {"file": ("a.csv", template_of("a", ["words"]))}
    answer = secretary.client.post("/en/imports", data=form, files=files, headers=sent)
    assert answer.status_code == 403
    answer = secretary.client.post("/en/sign-out", headers=sent)
    assert answer.status_code == 403
    signing_in = {"sign_in": SECRETARY, "password": password_of(SECRETARY)}
    assert secretary.client.post("/en/sign-in", data=signing_in, headers=sent).status_code == 403


def test_a_form_with_another_sessions_token_is_refused(
    demo_house: DemoHouse, secretary: Person
) -> None:
    path = "/recommendations/REC-00005/correct"
    form = secretary.page(path).fields(path)
    with demo_house.signed_in(COLLEAGUE) as colleague:
        assert colleague.post(path, form).status == 403
    for token in ("", "guessed"):
        assert secretary.post(path, form | {"csrf": token}).status == 403


def test_signing_out_ends_the_session_everywhere(demo_house: DemoHouse, secretary: Person) -> None:
    cookies = dict(secretary.client.cookies)
    assert secretary.page("/imports").status == 200
    secretary.post("/sign-out", {})
    with demo_house.reader() as thief:
        thief.client.cookies.update(cookies)
        assert thief.page("/imports").status == 401


@pytest.mark.parametrize(("column", "minutes"), [("seen_at", 31), ("begun_at", 12 * 60 + 1)])
def test_a_session_ends_by_itself(demo_house: DemoHouse, column: str, minutes: int) -> None:
    with demo_house.signed_in("samar.jaber") as person:
        assert person.page("/").tree.xpath("//span[@class='who']")
        shift = f"{column} = {column} - make_interval(mins => {minutes})"
        changed = demo_house.rows(
            "portal",
            f"UPDATE portal_read.sessions SET {shift} WHERE person = %s RETURNING person",
            demo_house.people["samar.jaber"],
        )
        assert changed
        assert not person.page("/").tree.xpath("//span[@class='who']")


def test_the_cookie_is_for_this_site_and_no_script(secretary: Person) -> None:
    form = {"sign_in": COLLEAGUE, "password": password_of(COLLEAGUE)}
    answer = secretary.client.post("/en/sign-in", data=form)
    set_cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in set_cookie
    assert "samesite=lax" in set_cookie
    assert COLLEAGUE not in set_cookie


def test_a_wrong_password_is_told_without_saying_which_part_is_wrong(reader: Person) -> None:
    said = []
    for name in (SECRETARY, "nobody.at-all"):
        page = reader.send("/sign-in", {"sign_in": name, "password": "not the right words"})
        assert page.status == 401
        assert page.fields("/sign-in")["sign_in"] == name
        assert "password" not in page.fields("/sign-in")
        said.append(page.one("//p[@class='fault']"))
    assert said[0] == said[1]


def test_those_who_may_not_do_it_see_no_door_and_find_it_shut(
    demo_house: DemoHouse, reader: Person
) -> None:
    shut = ["/imports", "/recommendations/new", "/recommendations/REC-00005/correct"]
    with demo_house.signed_in("samar.jaber") as other:
        for path in shut:
            assert reader.page(path).status == 401
            assert other.page(path).status == 403
            for person in (reader, other):
                home = person.page("/recommendations/REC-00005")
                assert not home.tree.xpath(f"//a[@href='/en{path}']")
        assert reader.page("/status").status == 401
        assert other.page("/status").status == 403
    with demo_house.signed_in(ADMINISTRATOR) as administrator:
        page = administrator.page("/status")
        assert page.status == 200
        assert all(name in page.one("//main") for name in ("intake", "tracking", "portal"))


def test_every_link_at_the_desk_leads_somewhere(demo_house: DemoHouse, secretary: Person) -> None:
    seen: dict[str, str] = {}
    desk = Desk(secretary)
    desk.hand_in("links", template_of("links", ["Words with links"]))
    pages = ["/", "/imports", desk.imports["links"], "/recommendations/new"]
    pages += ["/recommendations/REC-00005", "/recommendations/REC-00005/withdraw"]
    for path in pages:
        for href in secretary.page(path).tree.xpath("//a/@href[not(starts-with(., 'https:'))]"):
            seen.setdefault(str(href).removeprefix(demo_house.address).partition("#")[0], path)
    get = secretary.client.get
    broken = {
        (at, href): answer
        for href, at in seen.items()
        if href and (answer := get(href, follow_redirects=True).status_code) != 200
    }
    assert not broken


def test_words_that_a_spreadsheet_would_run_are_words_in_a_file(secretary: Person) -> None:
    number = number_of(typed_in(secretary, '=HYPERLINK("https://elsewhere.example")'))
    answer = secretary.client.get(f"/en/recommendations.csv?q={number}")
    (row,) = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert row[secretary.says("column-text")].startswith("'=HYPERLINK")


@pytest.mark.parametrize(
    ("name", "written", "sentence"),
    [
        ("state", "ZZZ", "refusal-state-unknown"),
        ("recommending_states", "France, Atlantis", "refusal-recommending-state-unknown"),
        ("sdgs", "5.2, 99.9", "refusal-sdg-unknown"),
        ("document_date", "9999-12-31", "refusal-date-in-future"),
    ],
)
def test_a_value_that_there_is_not_is_refused_at_its_field_and_stays_there(
    secretary: Person, name: str, written: str, sentence: str
) -> None:
    typed = {"mechanism": "UPR", "cycle": "4", name: written}
    page = typed_in(secretary, "Light the pier", **typed)
    assert page.status == 422
    assert page.fields("/recommendations/new")[name] == written
    last = written.rsplit(", ", maxsplit=1)[-1]
    fault = page.one("//p[@class='fault']")
    assert fault.endswith(secretary.says(sentence, written=last, value=last))
    assert page.tree.xpath(f"//*[@name='{name}' and @aria-invalid='true']")
