"""Lateness, names, files and limits, as people meet them on the pages."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
import psycopg
import pytest

from libs.testkit.waiting import until_true
from services.portal.projections.bearers import keep_bearers, rows_of
from tests.stories.desk import template_of
from tests.stories.past import SECRETARY, Past

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.house import DemoHouse, Person

ADMINISTRATOR = "nadia.admin"
MANY = 50_500
COPIES = (
    "INSERT INTO portal_read.records SELECT gen_random_uuid(), 'REC-9' || lpad(n::text, 7, '0'),"
    " 90000000 + n, state, mechanism, cycle, kind, official, shown, position, status, lead,"
    " deadline, due, themes, groups, sdgs, goals, document_date, changed_at,"
    " jsonb_set(body, '{number}', to_jsonb('REC-9' || lpad(n::text, 7, '0')))"
    " FROM portal_read.records, generate_series(1, %s) n WHERE number = 'REC-00005'"
)


def test_home_and_list_agree_on_what_is_late(demo_house: DemoHouse, reader: Person) -> None:
    today = datetime.now(UTC).date()
    past = Past(demo_house)
    overdue = today - timedelta(days=5)
    for text, settled in (("Late and going on", None), ("Late and done", "implemented")):
        record = past.receive(today - timedelta(days=90), text)
        past.intake(record, today - timedelta(days=89), lambda r: r.publish())
        past.tracking(
            record, today - timedelta(days=80), lambda c: c.assign("justice", (), overdue)
        )
        if settled:
            past.tracking(
                record, today - timedelta(days=2), lambda c: c.assess("state", "implemented", {})
            )
        past.shown(record)
    page = reader.page("/")
    (href,) = set(page.tree.xpath("//main//a[contains(@href, 'late=yes')]/@href"))
    listed = reader.page(str(href).removeprefix("/en"))
    numbers = listed.all("//ol[@class='cards']//p[@class='no']")
    count = reader.total("?late=yes")
    assert count == len(numbers)
    assert str(count) in page.one("//main")
    words = listed.one("//ol[@class='cards']")
    assert "Late and going on" in words
    assert "Late and done" not in words
    assert words.count(reader.says("step-overdue")) == count


def test_a_renamed_institution_bears_its_old_name_on_a_past_day(
    demo_house: DemoHouse, reader: Person
) -> None:
    """A minister's portfolio is renamed; what stood then still stands under the old name."""
    headers = demo_house.bearer(ADMINISTRATOR)
    base = f"{demo_house.address}/api/directory/v1/institutions"
    body = {"code": "wells", "names": {"en": "Office of Wells"}, "kind": "ministry"}
    httpx.post(base, json=body | {"membership": "full"}, headers=headers).raise_for_status()
    past, begun = Past(demo_house), datetime.now(UTC).date() - timedelta(days=60)
    record = past.receive(begun, "Dig a well in every village")
    past.intake(record, begun + timedelta(days=1), lambda r: r.publish())
    past.tracking(record, begun + timedelta(days=2), lambda c: c.assign("wells", (), None))
    here = f"/recommendations/{past.shown(record)}"
    until_true(lambda: "Office of Wells" in reader.page(here).one("//main"), 30)
    new = {"names": {"en": "Ministry of Water"}}
    httpx.put(f"{base}/wells/names", json=new, headers=headers).raise_for_status()
    until_true(lambda: "Ministry of Water" in reader.page(here).one("//main"), 30)
    assert "Office of Wells" not in reader.page(here).one("//main")
    for basis in ("recorded", "happened"):
        asked = {"as-at": (begun + timedelta(days=30)).isoformat(), "by": basis}
        then = reader.page(here, params=asked).one("//main")
        assert "Office of Wells" in then
        assert "Ministry of Water" not in then
        today = {"as-at": datetime.now(UTC).date().isoformat(), "by": basis}
        assert "Ministry of Water" in reader.page(here, params=today).one("//main")


async def bear_all(url: str) -> None:
    """Let the lists know the records that were put in."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        cursor = connection.cursor()
        await cursor.execute("SELECT id FROM portal_read.records WHERE ordinal > 90000000")
        rows = await rows_of(cursor, [row[0] for row in await cursor.fetchall()])
        await keep_bearers(cursor, {}, rows.values())


@pytest.fixture
def very_many(demo_house: DemoHouse) -> Iterator[int]:
    """Put more records into the read model than a file held once; take them away again."""
    with psycopg.connect(demo_house.running.url_of("portal"), autocommit=True) as connection:
        connection.execute(COPIES.encode(), [MANY])
        asyncio.run(bear_all(demo_house.running.url_of("portal")))
        yield MANY
        connection.execute("DELETE FROM portal_read.records WHERE ordinal > 90000000")
        connection.execute("DELETE FROM portal_read.bearers WHERE part >= 90000000 / 8192")


@pytest.mark.timeout(300)
def test_a_file_is_never_cut(reader: Person, very_many: int) -> None:
    total = reader.total("?mechanism=CEDAW")
    assert total > very_many
    answer = reader.client.get("/en/recommendations.json?mechanism=CEDAW", timeout=200)
    assert len(json.loads(answer.content)["recommendations"]) == total
    answer = reader.client.get("/en/recommendations.csv?mechanism=CEDAW", timeout=200)
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert sum(1 for _ in csv.reader(io.StringIO(answer.content.decode()))) == total + 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_file_for_people_is_in_words_and_one_for_programs_in_codes(
    demo_house: DemoHouse, language: str
) -> None:
    with demo_house.reader(language) as reader:
        query = "q=REC-00012"
        text = reader.client.get(f"/{language}/recommendations.csv?{query}").content.decode()
        heads, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
        said = dict(zip(heads, row, strict=True))
        coded: dict[str, Any] = reader.list(f"?{query}")["recommendations"][0]
        for name in ("status", "position"):
            code = coded[name] or "none"
            assert said[reader.says(f"column-{name}")] == reader.says(f"{name}-{code}")
        page = reader.page("/recommendations/REC-00012").one("//dl[@class='facts']")
        for name in ("lead", "groups", "themes"):
            for word in said[reader.says(f"column-{name}")].split("; "):
                assert word in page, name


@pytest.mark.parametrize("answered", [True, False])
def test_several_values_are_lists_for_programs_and_codes_lead_back_to_the_record(
    demo_house: DemoHouse, reader: Person, *, answered: bool
) -> None:
    stands: list[tuple[Any, ...]] = demo_house.rows(
        "portal",
        "SELECT number, body FROM portal_read.records WHERE shown AND lead IS NOT NULL"
        " AND (position IS NOT NULL) = %s AND cardinality(themes) > 0 ORDER BY number",
        answered,
    )
    number, body = stands[0]
    coded: dict[str, Any] = reader.list(f"?q={number}")["recommendations"][0]
    for name in ("recommending_states", "supporting", "sdgs"):
        assert coded[name] == body[name]
    for name in ("themes", "groups"):
        assert [each["label"] for each in coded[name]] == [each["label"] for each in body[name]]
    assert all(each["code"] for each in coded["themes"])
    text = reader.client.get(f"/en/recommendations.csv?q={number}").content.decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(text))
    said = dict(zip(heads, row, strict=True))
    names = {"state", "mechanism", "position", "status", "lead", "theme", "group"}
    filters: dict[str, str] = {}
    for name in names:
        several = name in {"theme", "group"}
        cell = said[reader.says(f"column-{name}-code{'s' if several else ''}")]
        filters |= {name: cell.split("; ")[-1]} if cell else {}
    assert names - {"group"} <= filters.keys()
    for name, value in filters.items():
        found = reader.list("?" + urlencode({"q": number, name: value}))
        assert found["total"] == 1, (name, value)


def test_a_file_handed_in_twice_by_a_double_click_is_one_import(demo_house: DemoHouse) -> None:
    with demo_house.signed_in(SECRETARY) as secretary:
        fields = secretary.page("/imports").fields("/imports") | {"state": "XDM"}
        fields.pop("file", None)
        content = template_of("twice", ["Hand this in once"])

        def click() -> str:
            sent = secretary.post("/imports", fields, files={"file": ("twice.csv", content)})
            assert sent.status == 200, sent.one("//main")
            return str(sent.response.url)

        with ThreadPoolExecutor(2) as clicks:
            led = {each.result() for each in [clicks.submit(click) for _ in range(2)]}
        assert len(led) == 1
        assert click() in led
        assert secretary.page("/imports").one("//main").count("twice.csv") == 1


def too_much(megabytes: int) -> Iterator[bytes]:
    """Yield a body in pieces, so that its length is announced nowhere."""
    yield b"sign_in="
    for _ in range(megabytes):
        yield b"a" * (1 << 20)


FORMS = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/en/sign-in", FORMS),
        ("/api/portal/v1/tokens", {"Content-Type": "application/json"}),
        ("/api/intake/v1/recommendations", {"Content-Type": "application/json"}),
    ],
)
def test_a_body_without_a_length_is_limited_too(
    demo_house: DemoHouse, path: str, kind: dict[str, str]
) -> None:
    headers = kind | demo_house.bearer(SECRETARY) | {"Sec-Fetch-Site": "same-origin"}
    answer = httpx.post(demo_house.address + path, content=too_much(6), headers=headers)
    assert answer.status_code == 413
    assert "1" in answer.text
    announced = httpx.post(demo_house.address + path, content=b"a" * (5 << 20), headers=headers)
    assert announced.status_code == 413
    assert "text/html" in announced.headers["content-type"] or not path.startswith("/en")


def counted(house: DemoHouse, status: int) -> float:
    """Return how many answers of the portal the figures count under a status."""
    text = httpx.get(f"{house.address}/metrics").text
    line = rf'dhakira_requests_total{{[^}}]*service="portal"[^}}]*status="{status}"}} (\S+)'
    line_reversed = (
        rf'dhakira_requests_total{{[^}}]*status="{status}"[^}}]*service="portal"}} (\S+)'
    )
    return sum(float(each) for each in re.findall(line, text) or re.findall(line_reversed, text))


def test_what_broke_is_counted(demo_house: DemoHouse, reader: Person) -> None:
    before = counted(demo_house, 500), counted(demo_house, 413)
    with psycopg.connect(demo_house.house.servers.database, autocommit=True) as connection:
        connection.execute("ALTER TABLE portal_read.history RENAME TO mislaid")
        try:
            assert reader.page("/recommendations/REC-00005").status == 500
        finally:
            connection.execute("ALTER TABLE portal_read.mislaid RENAME TO history")
    assert counted(demo_house, 500) == before[0] + 1
    sent = httpx.post(f"{demo_house.address}/en/sign-in", content=b"a" * (5 << 20), headers=FORMS)
    assert sent.status_code == 413
    assert counted(demo_house, 413) == before[1] + 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_versions_that_differ_only_in_follow_up_are_not_called_the_same(
    demo_house: DemoHouse, language: str
) -> None:
    with demo_house.reader(language) as reader:
        page = reader.page("/recommendations/REC-00012/versions")
        assert reader.says("versions-same") not in page.one("//main")
        changed = page.one("//dl[@class='changes']")
        assert reader.says("status-partly-implemented") in changed
        assert reader.says("track-state") in changed
        versions = page.all("//select[@id='newer']/option/@value")
        whole = f"/recommendations/REC-00012/versions?older={versions[0]}&newer={versions[-1]}"
        everything = reader.page(whole).one("//dl[@class='changes']")
        for name in ("lead", "supporting", "deadline"):
            assert reader.says(f"field-{name}") in everything


def test_a_search_says_that_it_is_ordered_by_fit(reader: Person) -> None:
    chosen = "//select[@id='order']/option[@selected]"
    page = reader.page("/recommendations?q=children")
    assert page.all(chosen) == [reader.says("order-relevance")]
    page = reader.page("/recommendations?q=children&order=number")
    assert page.all(chosen) == [reader.says("order-number")]
    plain = reader.page("/recommendations")
    assert plain.all("//select[@id='order']/option")[0] == reader.says("order-number")
    # Whoever types words there and chooses no order gets the same.
    found = reader.page(
        "/recommendations", params=plain.fields("/recommendations") | {"q": "water"}
    )
    assert found.all(chosen) == [reader.says("order-relevance")]


def test_every_figure_of_the_mechanisms_leads_to_so_many_recommendations(reader: Person) -> None:
    page = reader.page("/mechanisms")
    tables = page.tree.xpath("//main//table")
    assert len(tables) > 1
    figures = [
        (int(link.text_content().replace(",", "")), str(link.get("href")))
        for table in tables
        for link in table.xpath(".//tfoot//a | .//tbody//td[@class='sum']//a")
    ]
    assert any("&status=" in href and href.count("mechanism=") > 1 for _, href in figures)
    for count, href in figures:
        assert reader.total(href.removeprefix("/en/recommendations")) == count, href
