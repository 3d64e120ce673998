"""Pictures of pages, for people to look at."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.web.kit.axe import SCHEMES
from tests.web.kit.browser import NARROW, WIDE, Look, opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser


def screens(
    browser: Browser,
    urls: Sequence[str],
    folder: Path,
    cookies: Mapping[str, str] = {},
) -> list[Path]:
    """Take each page whole, wide and narrow, light and dark; return the PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for url, width, scheme in product(urls, (WIDE, NARROW), SCHEMES):
        file = folder / f"{_name(url)}_{width}_{scheme}.png"
        with opened(browser, url, Look(width, scheme, cookies=cookies)) as page:
            page.screenshot(path=file, full_page=True)
        taken.append(file)
    return taken


def _name(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"[^\w-]+", "-", f"{parts.path}-{parts.query}").strip("-") or "home"
