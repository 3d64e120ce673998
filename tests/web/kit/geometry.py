"""Narrow windows, cut words, small letters and small targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.web.kit.browser import HEIGHT, NARROW
from tests.web.kit.finding import Finding, findings
from tests.web.kit.probe import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

SMALLEST_TEXT: Final = 12
"""CSS pixels, as drawn: letters inside a shrunken drawing count at their drawn size."""
SMALLEST_TARGET: Final = 24
"""CSS pixels, both ways (WCAG 2.2, 2.5.8). Only text links may make use of its exceptions."""


def reflow(page: Page, width: int = NARROW) -> list[Finding]:
    """Find sideways scrolling, cut text and tiny text in a window of ``width`` px.

    320 px is what a window of 1280 px leaves at 400 % zoom (WCAG 2.2, 1.4.10). A wide table may
    scroll inside a container of its own. The window is given back its size.
    """
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": HEIGHT})
    found = findings("reflow", page.url, ask(page, "reflow", SMALLEST_TEXT))
    if before is not None:
        page.set_viewport_size(before)
    return found


def clipped(page: Page, width: int = NARROW) -> list[Finding]:
    """Find words that are cut off, run out of their box or lie over others, at ``width`` px.

    A list to choose from may end in an ellipsis: its words stand whole when it opens. The window
    is given back its size.
    """
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": HEIGHT})
    found = findings("clipped", f"{page.url} at {width} px", ask(page, "clipped"))
    if before is not None:
        page.set_viewport_size(before)
    return found


def target_sizes(page: Page, smallest: int = SMALLEST_TARGET) -> list[Finding]:
    """Find things to press that are smaller than ``smallest`` px.

    A link in a sentence may be, and so may a text link on its own with room around it.
    """
    return findings("target_sizes", page.url, ask(page, "targets", smallest))
