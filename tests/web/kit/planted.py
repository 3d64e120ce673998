"""What a check says of a page in which a fault was planted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.kit.browser import Chromium, opened
from tests.web.kit.served import served

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Browser, Page

    from tests.web.kit.finding import Finding

    Check = Callable[[Page], list[Finding]]
    Files = Mapping[str, str | bytes]


def seen(
    chromium: Chromium,
    check: Check,
    files: Files,
    path: str = "/ar/",
    headers: Mapping[str, str] | None = None,
) -> str:
    """Return what a check finds on one page of a site, as one text."""

    def look(browser: Browser, url: str) -> list[Finding]:
        with opened(browser, url) as at:
            return check(at)

    with served(files, headers) as base:
        return "\n".join(each.what for each in chromium.run(look, base + path))
