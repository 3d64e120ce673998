"""The pages of a real house in a real browser: as they are read, and used without scripting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest

from services.house.demo.loading import password_of
from tests.stories.desk import Desk, template_of
from tests.stories.past import SECRETARY
from tests.web.kit.axe import axe
from tests.web.kit.browser import Look, opened
from tests.web.kit.direction import bidi_order, mirror, rtl_parity
from tests.web.kit.geometry import reflow, target_sizes
from tests.web.kit.markup import headings_and_ids
from tests.web.kit.scriptless import no_script
from tests.web.kit.walk import address, walk_accented, walk_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.stories.house import DemoHouse
    from tests.web.kit.browser import Chromium
    from tests.web.kit.finding import Finding

Role = Literal["everyone", "secretary", "administrator"]
LANGUAGES = ("ar", "en")
RECORD = "/recommendations/REC-00012"
PAGES: dict[str, tuple[Role, str]] = {
    "home": ("everyone", "/"),
    "list": ("everyone", "/recommendations?mechanism=UPR"),
    "record": ("everyone", RECORD),
    "past day": ("everyone", f"{RECORD}?as-at=2026-05-01&by=happened"),
    "versions": ("everyone", f"{RECORD}/versions"),
    "mechanisms": ("everyone", "/mechanisms"),
    "about": ("everyone", "/about"),
    "help": ("everyone", "/help"),
    "accessibility": ("everyone", "/accessibility"),
    "sign-in": ("everyone", "/sign-in"),
    "type in": ("secretary", "/recommendations/new"),
    "correct": ("secretary", f"{RECORD}/correct"),
    "imports": ("secretary", "/imports"),
    "import": ("secretary", "{import}"),
    "status": ("administrator", "/status"),
}
NOT_THERE = "/recommendations/REC-99999"


class Visit(NamedTuple):
    """Who comes, and where an import stands that waits to be confirmed."""

    cookies: dict[Role, dict[str, str]]
    waiting: str


@pytest.fixture(scope="module")
def visit(demo_house: DemoHouse) -> Iterator[Visit]:
    with (
        demo_house.signed_in(SECRETARY) as secretary,
        demo_house.signed_in("nadia.admin") as administrator,
    ):
        desk = Desk(secretary)
        desk.hand_in("in-browser", template_of("in-browser", ["Words to be seen", "More words"]))
        cookies: dict[Role, dict[str, str]] = {
            "everyone": {},
            "secretary": dict(secretary.client.cookies),
            "administrator": dict(administrator.client.cookies),
        }
        yield Visit(cookies, desk.imports["in-browser"])


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_good_in_both_languages(
    chromium: Chromium, demo_house: DemoHouse, visit: Visit, page: str
) -> None:
    role, path = PAGES[page]
    look = Look(cookies=visit.cookies[role])
    path = path.replace("{import}", visit.waiting)
    found = chromium.run(walk_path, demo_house.address, path, LANGUAGES, look)
    assert not found, told(found)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", PAGES)
def test_a_language_brought_as_a_pack_fits_and_leaves_no_word_in_another(
    chromium: Chromium, demo_house: DemoHouse, visit: Visit, page: str
) -> None:
    role, path = PAGES[page]
    path = path.replace("{import}", visit.waiting)
    look = Look(cookies=visit.cookies[role])
    found = chromium.run(walk_accented, demo_house.address, path, look)
    assert not found, told(found)


def told(found: list[Finding]) -> str:
    return "\n" + "\n".join(map(str, found))


@pytest.mark.slow
def test_the_page_of_what_is_not_there_is_good_too(
    chromium: Chromium, demo_house: DemoHouse
) -> None:
    assert not (found := chromium.run(looked_at, demo_house.address)), told(found)


def looked_at(browser: Browser, base: str) -> list[Finding]:
    """Make every check that a page can stand whose answer is an error."""
    found: list[Finding] = []
    urls = {language: address(base, NOT_THERE, language) for language in LANGUAGES}
    for url in urls.values():
        with opened(browser, url) as page:
            found += headings_and_ids(page.content(), url)
            for check in (axe, reflow, target_sizes, bidi_order):
                found += check(page)
        found += no_script(browser, url)
    with opened(browser, urls["en"]) as english, opened(browser, urls["ar"]) as arabic:
        found += rtl_parity(english, arabic) + mirror(arabic)
    return found + walk_accented(browser, base, NOT_THERE)


def search(page: Page) -> None:
    page.get_by_role("searchbox").first.fill("children")
    page.get_by_role("searchbox").first.press("Enter")
    page.wait_for_url("**/recommendations?q=children*")
    assert page.locator("ol.cards li").count() > 0


def narrow_the_list(page: Page) -> None:
    page.locator("#filters details[open] li a").first.click()
    page.wait_for_url("**mechanism=*")
    assert page.locator("ul.active").count() == 1


def open_a_record(page: Page) -> None:
    page.locator("ol.cards h2 a").first.click()
    page.wait_for_url("**/recommendations/REC-*")
    assert page.locator("blockquote.official").count() == 1


def see_a_past_day(page: Page) -> None:
    page.locator("#by-happened").check()
    page.locator("#as-at").fill("2026-10-20")
    page.locator("section.asat button").click()
    page.wait_for_url("**as-at=2026-10-20*")
    assert page.locator(".ribbon").count() == 1
    page.locator(".ribbon a").click()
    assert page.locator(".ribbon").count() == 0


def compare_versions(page: Page) -> None:
    page.locator("section[aria-labelledby='versions'] p a").last.click()
    page.wait_for_url("**/versions")
    page.locator("main form button").click()
    page.wait_for_url("**older=*")


def sign_in(page: Page) -> None:
    page.locator("header a[href$='/sign-in']").click()
    page.locator("#sign_in").fill(SECRETARY)
    page.locator("#password").fill(password_of(SECRETARY))
    page.locator("main form button").click()
    page.locator("header .who").wait_for()


def correct_a_record(words: str) -> Callable[[Page], None]:
    def correct(page: Page) -> None:
        page.goto(page.url.rstrip("/") + "/recommendations/REC-00040")
        page.locator("main a[href$='/correct']").click()
        page.locator("#text").fill(words)
        page.locator("#reason").fill("Seen in the report")
        page.locator("main form button").last.click()
        page.locator("blockquote.official").wait_for()
        assert words in page.locator("main").inner_text()

    return correct


def import_a_file(page: Page) -> None:
    page.locator("header a[href$='/imports']").click()
    content = template_of("no-script", ["Words brought in without a script"])
    page.locator("#file").set_input_files(
        files={"name": "no-script.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("main form button").first.click()
    page.wait_for_url("**/imports/*")


def confirm_it(page: Page) -> None:
    look_again_until(page, "form[action$='/confirm']")
    page.locator("form[action$='/confirm'] button").click()


def undo_it(page: Page) -> None:
    look_again_until(page, "form[action$='/undo']")
    page.locator("#reason").fill("It was a rehearsal")
    page.locator("form[action$='/undo'] button").click()
    look_again_until(page, "main .tag.noted")


def look_again_until(page: Page, selector: str) -> None:
    """Load a page anew, as its refresh does, until it shows something."""
    for _ in range(200):
        if page.locator(selector).count():
            return
        page.reload()
    page.locator(selector).wait_for(timeout=1)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripting_everyone_searches_reads_and_looks_back(
    chromium: Chromium, demo_house: DemoHouse, language: str
) -> None:
    steps = [search, narrow_the_list, open_a_record, see_a_past_day, compare_versions]
    found = chromium.run(no_script, f"{demo_house.address}/{language}/", steps)
    assert not found, told(found)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripting_the_secretariat_corrects_imports_and_takes_back(
    chromium: Chromium, demo_house: DemoHouse, language: str
) -> None:
    correct = correct_a_record(f"Words corrected without a script, in {language}")
    steps = [sign_in, correct, import_a_file, confirm_it, undo_it]
    found = chromium.run(no_script, f"{demo_house.address}/{language}/", steps)
    assert not found, told(found)
