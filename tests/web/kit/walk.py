"""Every check over a list of pages of a running platform."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from tests.web.kit.axe import axe
from tests.web.kit.browser import HEIGHT, NARROW, Chromium, Look, blank, opened, settled
from tests.web.kit.console import console_and_csp
from tests.web.kit.direction import bidi_order, mirror, rtl_parity
from tests.web.kit.finding import Finding, findings
from tests.web.kit.geometry import clipped, reflow, target_sizes
from tests.web.kit.keyboard import keyboard_walk
from tests.web.kit.markup import headings_and_ids
from tests.web.kit.media import forced_colours_and_print
from tests.web.kit.pseudo import ACCENTED_TAG, hard_coded
from tests.web.kit.scriptless import no_script
from tests.web.kit.weight import fonts_loaded, heard, weighed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from playwright.sync_api import Browser, Page

    PageCheck = Callable[[Page], list[Finding]]

LANGUAGE: Final = "{language}"
ON_ONE_PAGE: Final[tuple[PageCheck, ...]] = (
    console_and_csp,
    fonts_loaded,
    target_sizes,
    bidi_order,
    reflow,
    clipped,
    axe,
    forced_colours_and_print,
    keyboard_walk,
)
"""Each leaves the page as it was but the last; the first and the last load it anew."""
LEFT_TO_RIGHT: Final = "en"
RIGHT_TO_LEFT: Final = "ar"
WIDTHS: Final = (1280, NARROW)
"""CSS pixels: windows in which words longer than any real language's must fit."""


def address(base_url: str, path: str, language: str) -> str:
    """Return where ``path`` is read in ``language``: in place of ``{language}``, or before it."""
    place = path if LANGUAGE in path else f"{LANGUAGE}/{path.lstrip('/')}"
    return f"{base_url.rstrip('/')}/{place.lstrip('/').replace(LANGUAGE, language)}"


def walk(
    base_url: str,
    paths: Sequence[str],
    languages: Sequence[str] = ("ar", "en"),
    *,
    chromium: Chromium | None = None,
    cookies: Mapping[str, str] = {},
) -> list[Finding]:
    """Run every check over every path in every language; parity where ``ar`` and ``en`` are both.

    Without ``chromium`` one is started for this walk alone. ``cookies`` are a signed-in person's.

    Raises:
        BrowserMissingError: there is no Chromium.
    """
    with ExitStack() as stack:
        browser = chromium or stack.enter_context(Chromium())
        return [
            found
            for path in paths
            for found in browser.run(walk_path, base_url, path, languages, Look(cookies=cookies))
        ]


def walk_path(
    browser: Browser, base_url: str, path: str, languages: Sequence[str], look: Look
) -> list[Finding]:
    """Run every check over one path; see ``walk``."""
    urls = {language: address(base_url, path, language) for language in languages}
    with ExitStack() as stack:
        pages = {each: stack.enter_context(blank(browser, urls[each], look)) for each in urls}
        found = [fault for each in urls for fault in _walk_page(pages[each], urls[each])]
        if any(each.check == "answer" for each in found):
            return found
        if {LEFT_TO_RIGHT, RIGHT_TO_LEFT} <= pages.keys():
            found += _parity(pages[LEFT_TO_RIGHT], pages[RIGHT_TO_LEFT])
    return found + [fault for url in urls.values() for fault in no_script(browser, url, (), look)]


def _walk_page(page: Page, url: str) -> list[Finding]:
    """Open an address in an empty page and run every check that needs no second language."""
    answers = heard(page)
    answer = page.goto(url)
    if answer is None or not answer.ok:
        return findings("answer", url, [f"answered {answer and answer.status}"])
    settled(page)
    found = headings_and_ids(answer.text(), url) + weighed(page, list(answers))
    for check in ON_ONE_PAGE:
        found += check(page)
    return found


def _parity(english: Page, arabic: Page) -> list[Finding]:
    """Hold two pages that were walked through against one another, wide and narrow."""
    for page in (english, arabic):
        page.reload(wait_until="load")
        settled(page)
    found = rtl_parity(english, arabic) + mirror(arabic)
    for page in (english, arabic):
        page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    return found + rtl_parity(english, arabic) + mirror(arabic)


def walk_accented(
    browser: Browser,
    base_url: str,
    path: str,
    look: Look = Look(),  # noqa: B008
) -> list[Finding]:
    """Find what longer words break, and words that are in no pack, on a page of the pseudo-pack."""
    with (
        opened(browser, address(base_url, path, ACCENTED_TAG), look) as accented,
        opened(browser, address(base_url, path, RIGHT_TO_LEFT), look) as arabic,
    ):
        found = hard_coded(accented, arabic)
        for width in WIDTHS:
            found += reflow(accented, width) + clipped(accented, width)
        return found
