"""A file on the page: looked at, confirmed, taken back; what is doubtful, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from libs.chassis.http import MOST_FILE
from libs.testkit.waiting import until_true
from services.intake.adapters.reading import limits
from tests.stories.desk import Desk, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.house import DemoHouse, Page, Person

CUSTODIAN = "Secretariat of the Standing National Committee"


def test_a_file_is_brought_in_looked_at_confirmed_and_taken_back(
    reader: Person, secretary: Person
) -> None:
    desk = Desk(secretary)
    texts = ["Name a body for the rights of the child", "Fund it for three years"]
    page = desk.hand_in("story", template_of("story", texts))
    assert page.all("//ul[@class='counts']//strong")[0] == "2"
    assert all(text in page.one("//main") for text in texts)
    assert reader.total("?q=E/C.12/XDM/story") == 0
    page = desk.confirm("story")
    assert page.tree.xpath("//form[contains(@action, '/undo')]")
    until_true(lambda: reader.total("?q=E/C.12/XDM/story") == 2, 30)
    again = desk.hand_in("again", template_of("story", texts), "again.csv")
    assert again.all("//ul[@class='counts']//strong")[:3] == ["0", "0", "2"]
    assert not again.tree.xpath("//form[contains(@action, '/confirm')]")
    page = desk.undo("story", "It was the draft")
    assert secretary.says("import-state-undone") in page.one("//main")
    until_true(lambda: reader.total("?q=E/C.12/XDM/story") == 0, 30)


def test_what_is_doubtful_and_what_was_not_understood_is_seen_with_its_reason(
    secretary: Person,
) -> None:
    rows = (
        "state,mechanism,text,recommending_states,sdgs,note,kind",
        "XDM,UPR,Light the doubtful harbour,Atlantis,18,Ask the mission,",
        "XDM,UPR,Dredge it,FRA,4,,poem",
    )
    page = Desk(secretary).hand_in("doubts", "\n".join(rows).encode())
    assert page.all("//ul[@class='counts']//strong") == ["1", "0", "0", "0", "1", "1"]
    doubtful = secretary.page(page.tree.xpath("//a[contains(@href, 'kind=doubtful')]/@href")[0][3:])
    assert doubtful.all("//ol[@class='source']//p[@class='num']") == [
        secretary.says("import-row", row=2)
    ]
    said = [secretary.says(f"note-{code}", written=written) for code, written in (
        ("recommending-state-unknown", "Atlantis"), ("sdg-unknown", "18"))]  # fmt: skip
    assert doubtful.all("//ol[@class='source']//p[@class='fault']") == said
    assert "Ask the mission" in doubtful.one("//ol[@class='source']")
    other = secretary.page(page.tree.xpath("//a[contains(@href, 'kind=not-under')]/@href")[0][3:])
    (fault,) = other.all("//ol[@class='source']//p[@class='fault']")
    assert fault == secretary.says("refusal-value-unknown", row=3, column="kind", written="poem")


def test_rows_are_turned_page_by_page_forth_and_back(secretary: Person) -> None:
    texts = [f"Number {each} of the wells" for each in range(1, 121)]
    page = Desk(secretary).hand_in("pages", template_of("pages", texts))

    def turn(to: str) -> None:
        nonlocal page
        (href,) = page.tree.xpath(f"//nav[@class='pager']//a[@rel='{to}']/@href")
        page = secretary.page(str(href).removeprefix("/en"))

    def shown() -> tuple[str, list[str]]:
        rows = page.all("//ol[@class='source']//p[@lang]")
        return page.one("//nav[@class='pager']/p"), [rows[0], rows[-1]]

    def expected(number: int, first: int, last: int) -> tuple[str, list[str]]:
        said = secretary.says("pager-where", page=number, pages=3)
        return said, [texts[first - 1], texts[last - 1]]

    assert shown() == expected(1, 1, 50)
    turn("next")
    assert shown() == expected(2, 51, 100)
    turn("next")
    assert shown() == expected(3, 101, 120)
    assert not page.tree.xpath("//nav[@class='pager']//a[@rel='next']")
    turn("prev")
    assert shown() == expected(2, 51, 100)


@pytest.fixture
def handed_in_long_ago(demo_house: DemoHouse) -> Iterator[None]:
    """Rows of more imports than two pages of their list hold."""
    demo_house.rows(
        "intake",
        "INSERT INTO intake_read.imports (id, version, file, file_name, size, options,"
        " registered_at, registered_by, confirmation, ended, undone)"
        " SELECT gen_random_uuid(), 1, '', 'long-ago-' || n, 1, '{}',"
        " '2001-01-01'::timestamptz + n * interval '1 microsecond', 'nobody', '', true, true"
        " FROM generate_series(1, 120) n RETURNING 1",
    )
    yield
    forgotten = "DELETE FROM intake_read.imports WHERE file_name LIKE 'long-ago-%' RETURNING 1"
    assert len(demo_house.rows("intake", forgotten)) == 120


@pytest.mark.usefixtures("handed_in_long_ago")
def test_the_list_of_imports_is_turned_page_by_page_forth_and_back(
    demo_house: DemoHouse, secretary: Person
) -> None:
    def turned(page: Page, to: str) -> Iterator[Page]:
        """Give a page and those after it, as far as there is a way on."""
        yield page
        for href in page.tree.xpath(f"//nav[@class='pager']//a[@rel='{to}']/@href"):
            yield from turned(secretary.page(str(href).removeprefix("/en")), to)

    def shown(page: Page) -> list[str]:
        return page.all("//section[@aria-labelledby='past']//th[@scope='row']")

    forth = list(turned(secretary.page("/imports"), "next"))
    newest_first = "SELECT file_name FROM intake_read.imports ORDER BY registered_at DESC"
    everything = [name for (name,) in demo_house.rows("intake", newest_first)]
    assert [shown(page) for page in forth] == [
        everything[first : first + 50] for first in range(0, len(everything), 50)
    ]
    back = turned(forth[-1], "prev")
    assert [shown(page) for page in back] == [shown(page) for page in reversed(forth)]


def test_an_import_of_before_a_restore_shows_its_figures_and_why_it_shows_no_rows(
    demo_house: DemoHouse, secretary: Person
) -> None:
    desk = Desk(secretary)
    desk.hand_in("restored", template_of("restored", ["Copy the register", "And again"]))
    page = desk.confirm("restored")
    figures, identity = page.all("//ul[@class='counts']//strong"), desk.imports["restored"][9:]
    assert figures[0] == "2"
    assert secretary.says("import-rows-not-kept") not in page.one("//main")
    for table in ("import_rows", "import_previews"):
        forgotten = f"DELETE FROM intake_read.{table} WHERE import_id = %s RETURNING 1"
        assert demo_house.rows("intake", forgotten, identity)
    page = secretary.page(desk.imports["restored"])
    assert page.all("//ul[@class='counts']//strong") == figures
    assert secretary.says("import-rows-not-kept") in page.one("//main")


def test_who_handed_a_file_in_is_told(secretary: Person) -> None:
    page = Desk(secretary).hand_in("by-whom", template_of("by-whom", ["Name who brought this"]))
    who = secretary.says("imports-who")
    here = f"//dt[normalize-space()='{who}']/following-sibling::dd"
    assert page.one(here) == CUSTODIAN
    row = "//tr[contains(th, 'by-whom')]"
    assert secretary.page("/imports").one(f"{row}/td[@data-label='{who}']") == CUSTODIAN


def test_a_file_of_tens_of_megabytes_goes_through_and_a_larger_one_is_refused_in_words(
    secretary: Person,
) -> None:
    """As much as the door takes the reader reads: no file passes the one to fail at the other."""
    assert limits.FILE_BYTES == MOST_FILE
    most = MOST_FILE >> 20
    spaces = Desk(secretary).hand_in("spaces", b" " * ((most - 1) << 20), "spaces.json")
    assert secretary.says("refusal-empty-file") in spaces.one("//main")
    fields = secretary.page("/imports").fields("/imports") | {"state": "XDM"}
    fields.pop("file", None)
    large = secretary.post("/imports", fields, files={"file": ("l.json", b" " * (MOST_FILE + 1))})
    assert large.status == 413
    assert secretary.says("refusal-body-too-large", most=most) in large.one("//main")


def test_a_file_that_cannot_be_read_is_told_why(secretary: Person) -> None:
    page = Desk(secretary).hand_in("broken", b"PK\x03\x04 this is no workbook", "broken.xlsx")
    assert secretary.says("import-state-failed") in page.one("//main")
    assert page.one("//div[@class='errors']/p")
    fields = secretary.page("/imports").fields("/imports")
    fields.pop("file", None)
    nothing = secretary.post("/imports", fields, files={"file": ("", b"")})
    assert nothing.status == 422
    assert secretary.says("import-choose-file") in nothing.one("//main")


@pytest.mark.parametrize(("option", "written"), [("cycle", "99"), ("state", "SV")])
def test_an_option_that_is_none_is_told_at_its_field(
    secretary: Person, option: str, written: str
) -> None:
    fields = secretary.page("/imports").fields("/imports") | {option: written}
    fields.pop("file", None)
    page = secretary.post("/imports", fields, files={"file": ("a.csv", template_of("a", ["b"]))})
    assert page.status == 422
    said = secretary.says("refusal-option-malformed", option=option, written=written, last=5)
    assert said in page.one(f"//p[@id='{option}-fault']")
    assert page.fields("/imports")[option] == written


def test_a_row_in_conflict_leads_to_what_settles_it(secretary: Person) -> None:
    desk = Desk(secretary)
    texts = ["Mark the safe wells", "Mark the safe springs"]
    corrected, withdrawn = desk.import_file("settled", texts)
    desk.correct(corrected, "Mark every safe well", "As read out")
    desk.act(withdrawn, "withdraw", reason="It was typed in twice")
    file = template_of("settled", ["Mark all the safe wells", "Mark all the safe springs"])
    page = desk.hand_in("settled", file)
    assert page.all("//ol[@class='source']//p[@class='fault']") == [
        secretary.says(f"refusal-{why}-by-hand") for why in ("corrected", "withdrawn")
    ]
    ways = page.tree.xpath("//ol[@class='source']//ul[@class='run']//a/@href")
    here = "/en/recommendations/"
    assert ways == [f"{here}{corrected}/correct", f"{here}{withdrawn}/reinstate"]
    assert [secretary.page(way.removeprefix("/en")).status for way in ways] == [200, 200]
    desk.correct(corrected, "Mark all the safe wells", "The file is right")
    desk.act(withdrawn, "reinstate", reason="The other one was typed in twice")
    page = desk.hand_in("settled", file)
    assert page.all("//ul[@class='counts']//strong")[:4] == ["0", "1", "1", "0"]


def test_our_own_template_can_be_taken_filled_in_and_brought_in(secretary: Person) -> None:
    links = secretary.page("/imports").tree.xpath("//main//a[contains(@href, '/template.')]/@href")
    assert len(links) == 2
    for link in links:
        answer = secretary.client.get(str(link))
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
        form = str(link).rsplit(".", 1)[-1]
        page = Desk(secretary).hand_in(f"empty-{form}", answer.content, f"empty.{form}")
        assert page.status == 200


@pytest.mark.parametrize(
    "path", ["/imports/018f0000-0000-7000-8000-000000000009", "/imports/template.pdf"]
)
def test_an_import_that_is_none_is_not_found(secretary: Person, path: str) -> None:
    page = secretary.page(path)
    assert page.status == 404
    assert page.one("//h1") == secretary.says("problem-title-404")
