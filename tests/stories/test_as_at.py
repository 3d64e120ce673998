"""The page of a record as at any past day equals what the ledgers say of that day, told in SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.stories.desk import Desk
from tests.stories.past import SECRETARY, Past, Stood, stood

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse, Page, Person

SEED = 20261123
DAYS = 50
OPENED = date(2025, 9, 1)
BASES = ("recorded", "happened")
CODES = {
    "step": ["received", "assigned", "due", "overdue"],
    "position": ["supported", "noted", "pending", "none"],
    "status": [
        "not-started", "in-progress", "partly-implemented", "implemented",
        "no-longer-applicable", "no-information",
    ],
}  # fmt: skip
STRIP = [f"//ol[@class='steps']/li{part}" for part in ("/@class", "/text()", "/time/@datetime")]
Dated = tuple[str, str]


def on(days: int) -> date:
    return OPENED + timedelta(days=days)


@pytest.fixture(scope="module")
def recorded_over_months(demo_house: DemoHouse) -> list[str]:
    """Two records, recorded act by act over a year; some acts were entered long after the fact."""
    past = Past(demo_house)
    first = past.receive(on(5), "Let every detainee see a lawyer within a day")
    past.intake(first, on(9), lambda r: r.publish())
    past.tracking(first, on(30), lambda c: c.assign("justice", (), on(220)))
    past.intake(
        first, on(60), lambda r: r.record_position("supported", None, "A/60/2"), happened=on(40)
    )
    past.intake(
        first,
        on(90),
        lambda r: r.correct({"text": "Let everyone detained see a lawyer within a day"}, "Misread"),
        happened=on(5),
    )
    past.tracking(first, on(150), lambda c: c.assess("state", "in-progress", {}), happened=on(120))
    past.tracking(first, on(160), lambda c: c.assign("justice", (), on(240), "More time"))
    past.tracking(first, on(170), lambda c: c.assess("state", "in-progress", {"en": "Still"}))
    past.take_back(first, on(200), "The import is taken back")
    past.bring_back(first, on(230), "It was right after all")
    past.tracking(first, on(300), lambda c: c.assess("independent", "not-started", {}))
    past.tracking(first, on(330), lambda c: c.assess("state", "implemented", {}), happened=on(250))
    past.tracking(first, on(360), lambda c: c.close("Done"))
    second = past.receive(on(20), "Typed in from the webcast", official=False, language="en")
    past.intake(second, on(70), lambda r: r.publish())
    number = past.shown(first)
    past.intake(second, on(75), lambda r: r.link("follows-up", first, number))
    past.intake(second, on(100), lambda r: r.confirm("As the report has it", symbol="E/C.12/7"))
    past.intake(second, on(140), lambda r: r.translate("ar", "كما جاء في التقرير", "official"))
    past.intake(second, on(170), lambda r: r.record_position("noted", "in part", None))
    past.intake(second, on(250), lambda r: r.record_position("supported", None, "A/61/1"))
    past.intake(second, on(280), lambda r: r.translate("ar", "كما في التقرير", "authorised"))
    return [past.shown(first), past.shown(second)]


@pytest.fixture(scope="module")
def imported_undone_and_corrected(demo_house: DemoHouse) -> list[str]:
    """Two records that came in a file: one taken back, one corrected, taken back and reinstated."""
    with demo_house.signed_in(SECRETARY) as secretary:
        desk = Desk(secretary)
        numbers = desk.import_file("as-at", ["Heat every school in winter", "Mend the dams"])
        desk.correct(numbers[1], "Mend all dams before the rains", "The report says all")
        desk.undo("as-at", "The wrong document")
        desk.act(numbers[1], "reinstate", reason="This one is right")
    ids = [UUID(str(demo_house.rows("portal", _ID, each)[0][0])) for each in numbers]
    return [Past(demo_house).shown(each) for each in ids]


def days(number: str) -> list[date]:
    """Return random days of the record's time, the day before it began, and today."""
    today = datetime.now(UTC).date()
    random = Random(f"{SEED}{number}")
    span = (today - OPENED).days
    return [today, on(-1), *(on(random.randrange(-10, span)) for _ in range(DAYS - 2))]


def shown(reader: Person, number: str, day: date, basis: str) -> Stood | None:
    """Return what the page shows of a record as at a day."""
    page = reader.page(f"/recommendations/{number}", params={"as-at": day.isoformat(), "by": basis})
    if page.status == 404:
        return None
    assert page.status == 200
    standing = page.all("//dl[@class='standing']//dd//*[contains(@class,'tag')]")
    steps, due = strip(page, reader)
    assert due == told_due(page, reader), "the story ends with what the strip says"
    return Stood(
        page.one("//blockquote[contains(@class,'official')]"),
        code_of(reader, "position", standing[0]),
        code_of(reader, "status", standing[1]),
        said(page, reader, "badge-withdrawn"),
        steps,
        due,
        deadline(page, reader),
    )


def strip(page: Page, reader: Person) -> tuple[tuple[Dated, ...], Dated | None]:
    """Return the main steps that the page shows, and what it says is due."""
    kinds, words, days = STRIP
    shown = [
        (kind, (step_of(reader, word), day))
        for kind, word, day in zip(page.all(kinds), page.all(words), page.all(days), strict=True)
    ]
    due = [step for kind, step in shown if kind == "due"]
    assert len(due) <= 1
    return tuple(step for kind, step in shown if kind != "due"), due[0] if due else None


def told_due(page: Page, reader: Person) -> Dated | None:
    """Return what the last line of the story says is due."""
    last = "//ol[@class='story']/li[@class='due']"
    words, days = page.all(f"{last}/h3"), page.all(f"{last}//time/@datetime")
    return (step_of(reader, words[0]), days[0]) if words else None


def deadline(page: Page, reader: Person) -> str | None:
    """Return the deadline among the facts."""
    label = reader.says("fact-deadline")
    days = page.all(f"//dl[@class='facts']/div[dt='{label}']//time/@datetime")
    return days[0] if days else None


def code_of(reader: Person, kind: str, word: str) -> str:
    """Return the code that a word of the reader's language stands for."""
    words = {reader.says(f"{kind}-{code}"): code for code in CODES[kind]}
    return words[word]


def step_of(reader: Person, word: str) -> str:
    """Return the message that a word of the strip is."""
    messages = (f"{kind}-{code}" for kind, codes in CODES.items() for code in codes)
    return next(each for each in messages if reader.says(each) == word)


def said(page: Page, reader: Person, message: str) -> bool:
    return reader.says(message) in page.all("//dl[@class='standing']//dd")


def check(house: DemoHouse, reader: Person, number: str, basis: str) -> set[Stood | None]:
    """Hold the page against the ledgers on every chosen day; return the states that were met."""
    identity = UUID(str(house.rows("portal", _ID, number)[0][0]))
    met = set()
    for day in days(number):
        end = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
        expected = stood(house, identity, end, basis, reader.language)
        assert shown(reader, number, day, basis) == expected, f"{number} at {day} by {basis}"
        met.add(expected)
    return met


_ID = "SELECT id FROM portal_read.records WHERE number = %s"


@pytest.mark.parametrize("basis", BASES)
def test_a_record_of_months_shows_each_past_day_as_the_ledgers_have_it(
    demo_house: DemoHouse, recorded_over_months: list[str], basis: str
) -> None:
    with demo_house.reader() as reader:
        for number in recorded_over_months:
            met = check(demo_house, reader, number, basis)
            assert len(met) >= 5, "the days must meet the record in many states, or none is shown"
            assert None in met


@pytest.mark.parametrize("basis", BASES)
def test_an_import_its_undo_and_a_correction_over_http_show_as_the_ledgers_have_them(
    demo_house: DemoHouse, imported_undone_and_corrected: list[str], basis: str
) -> None:
    with demo_house.reader() as reader:
        met = [check(demo_house, reader, each, basis) for each in imported_undone_and_corrected]
    assert {each and each.withdrawn for each in met[0]} == {None, True}
    assert {each and each.text for each in met[1]} == {None, "Mend all dams before the rains"}


def test_the_calendar_begins_with_the_first_day_that_shows_something_to_its_reader(
    demo_house: DemoHouse, recorded_over_months: list[str]
) -> None:
    """To those who keep the register it was there, to everyone it was published."""
    numbers = [*recorded_over_months, "REC-00012"]
    begun: dict[str, list[date]] = {}
    for login in ("", SECRETARY):
        with demo_house.signed_in(login) if login else demo_house.reader() as reader:
            for number in numbers:
                page = reader.page(f"/recommendations/{number}")
                (first,) = map(date.fromisoformat, page.tree.xpath("//input[@name='as-at']/@min"))
                days = first - timedelta(days=1), first
                met = [{shown(reader, number, day, basis) for basis in BASES} for day in days]
                assert met[0] == {None}
                assert met[1] != {None}
                begun.setdefault(login, []).append(first)
    assert begun[""][:2] == [on(9), on(70)]
    assert begun[SECRETARY][:2] == [on(5), on(20)]


def test_what_stands_around_a_past_day_is_of_that_day_too(
    demo_house: DemoHouse, recorded_over_months: list[str]
) -> None:
    path, then = f"/recommendations/{recorded_over_months[1]}", on(100).isoformat()
    card = "//div[@class='single']//*[contains(@class,'tag')]"
    with demo_house.signed_in(SECRETARY) as reader:
        now, past = reader.page(path), reader.page(path, params={"as-at": then})
        assert now.all(card) == [
            reader.says("position-supported"),
            reader.says("status-implemented"),
        ]
        assert past.all(card)[:2] == [
            reader.says("position-supported"), reader.says("status-not-started")
        ]  # fmt: skip
        acts = "//div[@class='acts noprint']"
        assert now.all(acts), "the register's keepers act on today's record"
        assert not past.all(acts), "and on no past one"
        assert not past.all("//section[@class='cite']//ul"), "no file holds a past day"
        cited = past.all("//section[@class='cite']//a/@href")[0]
        spoken = {"Accept-Language": "en"}
        again = reader.client.get(cited, headers=spoken, follow_redirects=True)
        assert again.url.params["as-at"] == then
        assert reader.says("ribbon-recorded", day=on(100)) in again.text


@pytest.mark.parametrize(("number", "language"), [("REC-00012", "ar"), ("REC-00034", "en")])
def test_the_demos_records_show_each_past_day_by_what_had_happened(
    demo_house: DemoHouse, number: str, language: str
) -> None:
    with demo_house.reader(language) as reader:
        assert len(check(demo_house, reader, number, "happened")) >= 3


def test_a_day_that_is_none_or_lies_ahead_is_told_what_is_wrong(demo_house: DemoHouse) -> None:
    tomorrow = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    with demo_house.reader() as reader:
        for wrong in ("yesterday", "2025-02-30", tomorrow):
            page = reader.page("/recommendations/REC-00012", params={"as-at": wrong})
            assert page.status == 422
            assert wrong in page.one("//main")


def test_a_way_to_look_back_that_is_none_is_told(demo_house: DemoHouse) -> None:
    """Who asks for what had happened is not shown what was recorded."""
    today = datetime.now(UTC).date().isoformat()
    for tag in ("en", "ar"):
        with demo_house.reader(tag) as reader:
            page = reader.page(
                "/recommendations/REC-00012", params={"as-at": today, "by": "occurred"}
            )
            assert page.status == 422
            assert "occurred" in page.one("//main")
            assert "by=happened" in page.one("//main")
