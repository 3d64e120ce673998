"""What is wrong with a form is said all at once, each at its field, in words of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Page, Person

CORRECT = "/recommendations/REC-00007/correct"


def faults(page: Page) -> dict[str, str]:
    """Return what is said at each field that must be mended."""
    found = page.tree.xpath("//p[@class='fault']")
    return {
        each.get("id").removesuffix("-fault"): " ".join(each.xpath("text()")[0].split())
        for each in found
    }


def test_all_that_is_missing_is_named_at_once(secretary: Person) -> None:
    page = secretary.send(CORRECT, {"text": "", "reason": "  ", "symbol": "A/HRC/1/1"})
    assert page.status == 422
    assert faults(page) == {
        "text": secretary.says("refusal-text-not-given"),
        "reason": secretary.says("refusal-reason-missing"),
    }
    assert page.fields(CORRECT)["symbol"] == "A/HRC/1/1"
    new = secretary.send("/recommendations/new", {"text": "", "state": "", "paragraph": "7"})
    assert new.status == 422
    assert faults(new).keys() == {"mechanism", "state", "text"}
    links = new.tree.xpath("//div[@class='errors']//a")
    labels = {each.get("for"): each.text for each in new.tree.xpath("//label")}
    named = {each.get("href").lstrip("#"): each.text.partition(":")[0] for each in links}
    assert named == {name: labels[name] for name in ("mechanism", "state", "text")}
    assert new.fields("/recommendations/new")["paragraph"] == "7"


def test_what_is_said_of_single_fields_stands_at_them_and_nothing_else(secretary: Person) -> None:
    typed = {"paragraph": "7" * 31, "symbol": "A" * 81, "reason": "As printed"}
    page = secretary.send(CORRECT, typed)
    assert page.status == 422
    assert faults(page) == {
        "paragraph": secretary.says("invalid-too-long", most="30"),
        "symbol": secretary.says("invalid-too-long", most="80"),
    }
    assert secretary.says("refusal-request-misunderstood") not in page.response.text


def test_a_language_that_is_none_is_told_at_its_field(secretary: Person) -> None:
    said = secretary.says("refusal-language-unknown", written="zz")
    typed = {"mechanism": "CESCR", "state": "XDM", "text": "Count", "text_language": "zz"}
    assert faults(secretary.send("/recommendations/new", typed)) == {"text_language": said}
    page = secretary.send(
        "/recommendations/REC-00007/translate", {"language": "zz", "text": "عُدّوا"}
    )
    assert faults(page) == {"language": said}


@pytest.mark.parametrize("version", ["", "abc", "9" * 30])
def test_a_form_of_no_known_version_is_told_in_plain_words(secretary: Person, version: str) -> None:
    typed = {"text": "Count every well", "reason": "As read out", "version": version}
    page = secretary.send(CORRECT, typed)
    assert page.status == 412
    assert secretary.says("refusal-stale") in page.one("//main")
    assert "ETag" not in page.response.text
    kept = page.fields("/correct")
    assert (kept["text"], kept["reason"]) == (typed["text"], typed["reason"])
    assert kept["version"].isdecimal()


def test_a_program_is_told_of_the_tag(demo_house: DemoHouse, secretary: Person) -> None:
    (found,) = secretary.client.get(
        "/api/intake/v1/recommendations?limit=1", headers=demo_house.bearer(SECRETARY)
    ).json()
    answer = secretary.client.post(
        f"/api/intake/v1/recommendations/{found['id']}/corrections",
        json={"fields": {"text": "Count every well"}, "reason": "As read out"},
        headers={**demo_house.bearer(SECRETARY), "If-Match": "abc", "Accept-Language": "en"},
    )
    assert answer.status_code == 422
    assert answer.json()["detail"] == secretary.says("refusal-version-malformed", value="abc")
