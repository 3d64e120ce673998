"""A task done with scripting switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error

from tests.web.kit.browser import Look, opened
from tests.web.kit.finding import Finding, findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser, Page


def no_script(
    browser: Browser,
    url: str,
    steps: Sequence[Callable[[Page], object]] = (),
    look: Look = Look(),  # noqa: B008
) -> list[Finding]:
    """Find what cannot be read, and the first step that cannot be taken, without JavaScript.

    A step acts on the page and may assert; one that raises ends the walk.
    """
    with opened(browser, url, look._replace(scripting=False)) as page:
        faults = [*_readable(page), *_walked(page, steps)]
    return findings("no_script", url, faults)


def _readable(page: Page) -> Iterator[str]:
    for part in ("h1", "main"):
        words = page.locator(part).all_inner_texts()
        if not any(each.strip() for each in words):
            yield f"<{part}> has no words without scripting"


def _walked(page: Page, steps: Sequence[Callable[[Page], object]]) -> Iterator[str]:
    for number, step in enumerate(steps, start=1):
        try:
            step(page)
        except (Error, AssertionError) as error:
            reason = str(error).partition("\n")[0]
            yield f"step {number} ({getattr(step, '__name__', 'step')}) at {page.url}: {reason}"
            return
