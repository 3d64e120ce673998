"""What everyone reads: home, list, files, records, versions, in both languages, over HTTP."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from python_calamine import CalamineWorkbook

from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Page, Person

SHOWN = "(body ->> 'published')::boolean AND NOT (body ->> 'withdrawn')::boolean"
STATUS = (
    "coalesce(body #>> '{statuses,state}',"
    " CASE WHEN body ->> 'lead' IS NULL THEN 'no-information' ELSE 'not-started' END)"
)
MANY = "jsonb_array_elements({}) each"
FACETS = {
    "mechanism": ("body ->> 'mechanism'", ""),
    "cycle": ("body ->> 'cycle'", ""),
    "position": ("coalesce(body ->> 'position', 'none')", ""),
    "status": (STATUS, ""),
    "theme": ("coalesce(each ->> 'code', each ->> 'label')", MANY.format("body -> 'themes'")),
    "group": ("coalesce(each ->> 'code', each ->> 'label')", MANY.format("body -> 'groups'")),
    "sdg": ("split_part(each #>> '{}', '.', 1)", MANY.format("body -> 'sdgs'")),
}
WHOLE = "&".join(f"all={facet}" for facet in FACETS)
PAGES = (
    "/", "/recommendations", "/recommendations/REC-00005", "/recommendations/REC-00005/versions",
    "/mechanisms", "/about", "/help", "/accessibility", "/sign-in",
)  # fmt: skip
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=()",
}


def counted(house: DemoHouse, facet: str, where: str = "true") -> dict[str, int]:
    """Count a facet's values out of the records' own bodies."""
    value, elements = FACETS[facet]
    source = f"portal_read.records, {elements}" if elements else "portal_read.records"
    query = (
        f"SELECT {value} AS v, count(DISTINCT id) FROM {source}"
        f" WHERE {SHOWN} AND ({where}) GROUP BY 1 HAVING {value} IS NOT NULL"
    )
    return dict(house.rows("portal", query))


def facet_on(page: Page, reader: Person, facet: str) -> dict[str, int]:
    """Return the counts that a list page shows for a facet, by value."""
    label = reader.says(f"facet-{facet}")
    groups = page.tree.xpath("//aside[@id='filters']//details")
    group = next((each for each in groups if each.find("summary").text_content() == label), None)
    found = {}
    for link in group.xpath(".//li/a[span]") if group is not None else ():
        values = parse_qs(urlsplit(link.get("href")).query)[facet]
        found[values[-1]] = int(link.xpath("string(.//span[@class='n'])").replace(",", ""))
    return found


def numbers(page: Page) -> list[str]:
    return page.all("//ol[@class='cards']//p[@class='no']")


def every_number(reader: Person, query: str) -> list[str]:
    """Turn all pages of a list by its own links."""
    page = reader.page(f"/recommendations{query}")
    found = numbers(page)
    while following := page.tree.xpath("//nav[@class='pager']//a[@rel='next']/@href"):
        page = reader.page(str(following[0]).removeprefix(f"/{reader.language}"))
        found += numbers(page)
    return found


def test_home_shows_the_figures_of_the_record(demo_house: DemoHouse, reader: Person) -> None:
    page = reader.page("/")
    assert page.status == 200
    total = demo_house.rows("portal", f"SELECT count(*) FROM portal_read.records WHERE {SHOWN}")
    words = page.one("//main")
    assert str(total[0][0]) in words
    for status, count in counted(demo_house, "status").items():
        links = page.tree.xpath(f"//a[@href='/en/recommendations?status={status}']")
        assert any(str(count) in each.text_content().split() for each in links), status
    for mechanism, count in counted(demo_house, "mechanism").items():
        cells = page.all(
            f"//td[@class='sum']//a[@href='/en/recommendations?mechanism={mechanism}']"
        )
        assert cells == [str(count)]


@pytest.mark.parametrize("facet", FACETS)
def test_counts_beside_the_list_are_those_of_the_record(
    demo_house: DemoHouse, reader: Person, facet: str
) -> None:
    shown = facet_on(reader.page(f"/recommendations?{WHOLE}"), reader, facet)
    assert shown == counted(demo_house, facet)
    assert shown


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"mechanism": ["UPR"]}, "body ->> 'mechanism' = 'UPR'"),
        ({"mechanism": ["CRC", "CEDAW"]}, "body ->> 'mechanism' IN ('CRC', 'CEDAW')"),
        (
            {"mechanism": ["UPR"], "position": ["supported"]},
            "body ->> 'mechanism' = 'UPR' AND body ->> 'position' = 'supported'",
        ),
        ({"status": ["in-progress"]}, f"{STATUS} = 'in-progress'"),
        ({"lead": ["justice"]}, "body ->> 'lead' = 'justice'"),
        ({"mechanism": ["none-such"]}, "false"),
    ],
)
def test_filters_narrow_the_list_and_the_counts_of_the_others(
    demo_house: DemoHouse, reader: Person, query: dict[str, list[str]], where: str
) -> None:
    address = "?" + urlencode(query, doseq=True)
    expected = demo_house.rows(
        "portal", f"SELECT number FROM portal_read.records WHERE {SHOWN} AND {where}"
    )
    assert sorted(every_number(reader, address)) == sorted(row[0] for row in expected)
    page = reader.page(f"/recommendations{address}&{WHOLE}")
    for facet in FACETS.keys() - query.keys():
        assert facet_on(page, reader, facet) == counted(demo_house, facet, where), facet


def test_a_chosen_filter_can_be_widened_and_taken_back(
    demo_house: DemoHouse, reader: Person
) -> None:
    page = reader.page("/recommendations?mechanism=UPR")
    chosen = page.tree.xpath("//aside[@id='filters']//a[@aria-current='true']")
    assert len(chosen) == 1
    assert "mechanism" not in parse_qs(urlsplit(chosen[0].get("href")).query)
    shown = page.tree.xpath("//aside[@id='filters']//details[1]//li")
    assert len(shown) == len(counted(demo_house, "mechanism"))
    assert page.tree.xpath("//ul[@class='active']//a[@href='/en/recommendations']")


@pytest.mark.parametrize("order", ["", "newest", "changed", "deadline"])
def test_paging_shows_every_record_once(demo_house: DemoHouse, reader: Person, order: str) -> None:
    found = every_number(reader, f"?order={order}" if order else "")
    all_shown = demo_house.rows("portal", f"SELECT number FROM portal_read.records WHERE {SHOWN}")
    assert len(found) == len(set(found))
    assert sorted(found) == sorted(row[0] for row in all_shown)


def rows_of_file(reader: Person, form: str, query: str) -> list[list[str]]:
    """Return the rows of a list taken as a file, without the heads."""
    answer = reader.client.get(f"/{reader.language}/recommendations.{form}{query}")
    assert answer.status_code == 200
    assert f'.{form}"' in answer.headers["content-disposition"]
    if form == "csv":
        assert answer.content.startswith(b"\xef\xbb\xbf")
        table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    elif form == "xlsx":
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
        table = [[str(cell) for cell in row] for row in sheet.to_python()]
    else:
        document = json.loads(answer.content)
        assert document["total"] == len(document["recommendations"])
        found: list[dict[str, Any]] = document["recommendations"]
        return [[each["number"], each["text"]] for each in found]
    head = [reader.says("column-number"), reader.says("column-text")]
    places = [table[0].index(each) for each in head]
    return [[row[place] for place in places] for row in table[1:]]


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "query", ["", "?mechanism=UPR&order=newest", "?q=children", "?q=no+such+words+anywhere"]
)
def test_a_file_holds_exactly_the_list_shown(
    demo_house: DemoHouse, form: str, language: str, query: str
) -> None:
    with demo_house.reader(language) as reader:
        rows = rows_of_file(reader, form, query)
        assert [number for number, _ in rows] == every_number(reader, query)
        cards = reader.page(f"/recommendations{query}").all("//ol[@class='cards']//h2/a/text()")
        if rows and "q=" not in query:
            assert " ".join(rows[0][1].split()) == cards[0]


def test_a_record_is_told_as_a_story(demo_house: DemoHouse, reader: Person) -> None:
    page = reader.page("/recommendations/REC-00012")
    body = demo_house.rows(
        "portal", "SELECT body FROM portal_read.records WHERE number = 'REC-00012'"
    )[0][0]
    assert page.one("//blockquote") == body["texts"]["en"]
    assert body["symbol"] in page.one("//dl[@class='facts']")
    assert reader.says(f"position-{body['position'] or 'none'}") in page.all("//dl[1]//dd")
    told = demo_house.rows(
        "portal",
        "SELECT h.topic, h.body FROM portal_read.history h JOIN portal_read.records r"
        " ON r.id = h.recommendation WHERE r.number = 'REC-00012' ORDER BY h.recorded_at",
    )
    topics = [topic for topic, _ in told]
    since = topics.index("intake.recommendation.published.v1")
    entries = page.tree.xpath("//ol[@class='story']/li[@id]")
    assert len(entries) == 1 + len(told[since:])
    assert all(each.xpath(".//time[@datetime]") for each in entries)
    whys = page.one("//ol[@class='story']")
    notes = [body["note"]["en"] for topic, body in told if topic == "tracking.case.assessed.v1"]
    assert notes
    assert all(note in whys for note in notes)
    assert any(each.xpath(".//p[contains(@class,'by')]/span") for each in entries)


def test_texts_in_other_languages_carry_their_language_and_origin(reader: Person) -> None:
    page = reader.page("/recommendations/REC-00005")
    other = page.tree.xpath("//div[@class='others']//p[@lang='ar']")
    assert [each.get("dir") for each in other] == ["rtl"]
    assert page.one("//div[@class='others']//*[@class='badge']")


def test_versions_are_compared_word_by_word(demo_house: DemoHouse, reader: Person) -> None:
    corrected = demo_house.rows(
        "portal",
        "SELECT r.number, h.version, h.body -> 'fields' ->> 'text', h.body ->> 'reason'"
        " FROM portal_read.history h JOIN portal_read.records r ON r.id = h.recommendation"
        " JOIN portal_read.history p ON p.recommendation = r.id AND p.topic LIKE '%.published.v1'"
        " WHERE h.topic LIKE '%.corrected.v1' AND h.body -> 'fields' ? 'text' AND r.shown"
        " AND h.recorded_at > p.recorded_at"
        " ORDER BY r.ordinal LIMIT 1",
    )
    ((number, _, text, reason),) = corrected
    page = reader.page(f"/recommendations/{number}")
    acts = page.tree.xpath("//ol[@class='story']/li[.//details]")
    (made,) = [act.get("id") for act in acts if reason in act.text_content()]
    version = int(made.removeprefix("v"))
    query = f"?older={version - 1}&newer={version}"
    compared = reader.page(f"/recommendations/{number}/versions{query}")
    difference = compared.tree.xpath("//dl[@class='changes']//dd")[0]
    assert difference.xpath(".//ins")
    for each in difference.xpath(".//*[@class='unseen']"):
        each.drop_tree()
    for each in difference.xpath(".//del"):
        each.drop_tree()
    assert " ".join(difference.text_content().split()) in " ".join(text.split())
    assert reason in compared.one("//main")


def test_versions_that_are_none_are_not_found(reader: Person) -> None:
    for query in ("?older=999&newer=1", "?older=1&newer=999"):
        assert reader.page(f"/recommendations/REC-00005/versions{query}").status == 404


@pytest.mark.parametrize(
    ("wish", "language"), [("ar", "ar"), ("en-GB,en;q=0.9", "en"), ("fr, ar;q=0.2", "ar")]
)
def test_the_permanent_address_leads_to_the_readers_language(
    reader: Person, wish: str, language: str
) -> None:
    for number in ("REC-00005", "5", "00005"):
        answer = reader.client.get(
            f"/id/recommendation/{number}", headers={"Accept-Language": wish}
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/{language}/recommendations/REC-00005"


def test_a_permanent_address_of_no_number_is_none(reader: Person) -> None:
    for number in ("rec-5", "five", "REC-5", "REC-00005x"):
        assert reader.client.get(f"/id/recommendation/{number}").status_code == 404


def test_a_record_shows_its_own_permanent_address(reader: Person) -> None:
    page = reader.page("/recommendations/REC-00005")
    address = str(page.tree.xpath("//section[@aria-labelledby='cite']//a/@href")[0])
    assert urlsplit(address).path == "/id/recommendation/00005"
    (row,) = reader.client.get("/en/recommendations.json?q=REC-00005").json()["recommendations"]
    assert urlsplit(row["permalink"]).path == "/id/recommendation/00005"
    led = reader.client.get(urlsplit(address).path, follow_redirects=True)
    assert led.status_code == 200


@pytest.mark.parametrize("path", [each for each in PAGES if each != "/sign-in"])
def test_a_page_that_did_not_change_is_not_sent_again(reader: Person, path: str) -> None:
    first = reader.page(path)
    tag = first.response.headers["etag"]
    again = reader.client.get(f"/en{path}", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    other = reader.client.get(f"/ar{path}", headers={"If-None-Match": tag})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "path", ["/recommendations/REC-99999", "/nowhere", "/recommendations.pdf", "/a/b/c/d/e"]
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_not_there_is_told_in_the_readers_language(
    demo_house: DemoHouse, path: str, language: str
) -> None:
    with demo_house.reader(language) as reader:
        page = reader.page(path)
        assert page.status == 404
        assert page.one("//h1") == reader.says("problem-title-404")
        assert page.tree.get("lang") == language
        assert page.tree.xpath(f"//main//a[starts-with(@href, '/{language}')]")


def test_a_language_that_is_not_offered_is_told_in_the_one_that_is_wished(reader: Person) -> None:
    for wish, language in (("ar", "ar"), ("en", "en")):
        answer = reader.client.get("/xx/recommendations", headers={"Accept-Language": wish})
        assert answer.status_code == 404
        assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/recommendations?mechanism=UPR&q=children&page=1"])
def test_every_page_leads_to_itself_in_the_other_language(reader: Person, path: str) -> None:
    page = reader.page(path)
    (href,) = set(page.tree.xpath("//header//a[@hreflang='ar']/@href"))
    assert href == f"/ar{path}"
    answer = reader.client.get(str(href))
    assert answer.status_code == 200
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert answer.headers["content-language"] == "ar"


@pytest.mark.parametrize("value", ["zzz", "999", "<b>", "قيمة"])
@pytest.mark.parametrize("name", [*FACETS, "lead", "state"])
def test_a_filter_that_nothing_bears_is_shown_and_can_be_removed(
    reader: Person, name: str, value: str
) -> None:
    page = reader.page("/recommendations", params={name: value, "q": "children"})
    assert page.status == 200
    assert reader.says("list-empty-more") in page.one("//div[@class='empty']")
    labels = page.all("//ul[@class='active']//a/bdi")
    assert [value in label for label in labels] == [True], labels
    assert not any(label.startswith(f"{name}-") for label in labels), "a word, not its id"
    (remove, _) = page.all("//ul[@class='active']//a/@href")
    assert remove == "/en/recommendations?q=children"


def test_every_link_of_every_page_leads_somewhere(reader: Person) -> None:
    seen: dict[str, str] = {}
    for path in PAGES:
        for href in reader.page(path).tree.xpath("//a/@href"):
            target = urlsplit(str(href))
            if not target.netloc or target.netloc == urlsplit(reader.house.address).netloc:
                seen.setdefault(target._replace(scheme="", netloc="", fragment="").geturl(), path)
    broken = {
        (at, href): answer
        for href, at in seen.items()
        if href and (answer := reader.client.get(href).status_code) not in {200, 302, 303}
    }
    assert not broken


def test_the_front_door_leads_to_the_readers_language(reader: Person) -> None:
    answer = reader.client.get("/", headers={"Accept-Language": "ar"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/ar/")
    assert reader.client.get("/en", follow_redirects=True).status_code == 200


def test_every_answer_carries_the_headers_of_production(
    demo_house: DemoHouse, reader: Person
) -> None:
    style = str(reader.page("/").tree.xpath("//link[@rel='stylesheet']/@href")[0])
    paths = [f"/en{path}" for path in PAGES]
    paths += [
        "/",
        "/id/recommendation/5",
        "/en/recommendations.csv",
        "/en/nowhere",
        "/nowhere",
        style,
    ]
    paths += ["/en/imports", "/en/recommendations/REC-00005/correct", "/api/portal/v1/nowhere"]
    for path in paths:
        answer = reader.client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers.get(name, "").startswith(value), (path, name)
        assert "unsafe" not in answer.headers["content-security-policy"]
    with demo_house.signed_in(SECRETARY) as secretary:
        page = secretary.page("/recommendations/REC-00005/correct")
        assert page.response.headers["cache-control"] == "private, no-cache"
        assert all(page.response.headers[name].startswith(value) for name, value in HEADERS.items())
