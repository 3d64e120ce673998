"""A page in the reader's own few colours, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.web.kit.browser import HEIGHT
from tests.web.kit.finding import Finding, findings
from tests.web.kit.probe import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PAPER: Final = 718
"""CSS pixels between the margins of an A4 sheet: 210 mm less twice 10 mm, at 96 px an inch."""


def forced_colours_and_print(page: Page) -> list[Finding]:
    """Find marks and buttons lost in forced colours, and what is wrong on paper."""
    found = findings("forced_colours", page.url, _lost(page))
    return found + findings("print", page.url, _printed(page))


def _lost(page: Page) -> Iterator[str]:
    before: dict[str, Any] = ask(page, "painted")
    page.emulate_media(forced_colors="active")
    after: dict[str, Any] = ask(page, "painted")
    page.emulate_media(forced_colors="none")
    for at, name in before["marks"].items():
        if at not in after["marks"]:
            yield f"{name} is a background alone, and vanishes in forced colours"
    for name in after["buttons"]:
        yield f"{name} has no edge in forced colours"


def _printed(page: Page) -> list[str]:
    before = page.viewport_size
    page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    page.emulate_media(media="print", color_scheme="light")
    faults: list[str] = ask(page, "paper")
    page.emulate_media(media="screen")
    if before is not None:
        page.set_viewport_size(before)
    return faults
