"""What a page costs to fetch, and whether its letters come from the fonts it brings."""

from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tests.web.kit.browser import Look, blank, settled
from tests.web.kit.finding import Finding, findings
from tests.web.kit.probe import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Response

KILOBYTE: Final = 1024
BUDGET: Final = {"document": 20, "stylesheet": 15, "script": 22}
"""Kilobytes after gzip, all files of a kind together."""
FONT_BUDGET: Final = {"ar": 130, "en": 110}
"""Kilobytes as sent, by the page's language; a language not named here has the larger."""
MARK: Final = "data-kit-letters"


def byte_budget(browser: Browser, url: str, look: Look = Look()) -> list[Finding]:  # noqa: B008
    """Find kinds of files that weigh more than their budget, by an empty cache."""
    with blank(browser, url, look) as page:
        answers = heard(page)
        page.goto(url, wait_until="load")
        settled(page)
        return weighed(page, answers)


def heard(page: Page) -> list[Response]:
    """Return a list that fills with what ``page`` fetches from now on."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  it sets a mark
    return answers


def weighed(page: Page, answers: list[Response]) -> list[Finding]:
    """Find kinds of files above their budget among what a first visit fetched."""
    language = page.locator("html").get_attribute("lang") or ""
    over = _over(_weights(answers), language.partition("-")[0])
    return findings("byte_budget", page.url, over)


def _weights(answers: list[Response]) -> Counter[str]:
    weights: Counter[str] = Counter()
    for answer in answers:
        kind = answer.request.resource_type
        if answer.ok and kind in {*BUDGET, "font"}:
            body = answer.body()
            weights[kind] += len(body if kind == "font" else gzip.compress(body, 9))
    return weights


def _over(weights: Counter[str], language: str) -> Iterator[str]:
    fonts = FONT_BUDGET.get(language, max(FONT_BUDGET.values()))
    for kind, allowed in {**BUDGET, "font": fonts}.items():
        if weights[kind] > allowed * KILOBYTE:
            yield f"{kind}: {weights[kind] / KILOBYTE:.1f} KB, allowed are {allowed} KB"


def fonts_loaded(page: Page) -> list[Finding]:
    """Find faces that failed to load, and letters drawn by a font of the machine's own.

    For each face and script in use, one element is asked which fonts its letters truly came from.
    """
    answer: dict[str, Any] = ask(page, "letters", MARK)
    faults = [f"the face {face} did not load" for face in answer["broken"]]
    faults += _foreign_letters(page, answer["kinds"])
    return findings("fonts_loaded", page.url, faults)


def _foreign_letters(page: Page, kinds: list[dict[str, str]]) -> Iterator[str]:
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for at, kind in enumerate(kinds):
        query = {"nodeId": root, "selector": f'[{MARK}="{at}"]'}
        node = session.send("DOM.querySelector", query)["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        brought = sum(each["glyphCount"] for each in fonts if each["isCustomFont"])
        if brought * 2 < sum(each["glyphCount"] for each in fonts):
            own = " and ".join(each["familyName"] for each in fonts if not each["isCustomFont"])
            yield f"{kind['script']} letters of {kind['name']} ({kind['weight']}) come from {own}"
    session.detach()
