"""Questions to a loaded page, each a file of JavaScript beside this one.

A probe is one function expression; ``sight.js`` stands before it and says what is seen and how an
element is called. ``page.evaluate`` is not held back by the page's Content-Security-Policy.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROBES: Final = Path(__file__).parent / "probes"


@cache
def _source(name: str) -> str:
    sight = (PROBES / "sight.js").read_text(encoding="utf-8")
    probe = (PROBES / f"{name}.js").read_text(encoding="utf-8")
    return f"(argument) => {{\n{sight}\nreturn (\n{probe}\n)(argument);\n}}"


def ask(page: Page, probe: str, argument: object = None) -> Any:
    """Return what the probe of this name answers about the page as it stands."""
    return page.evaluate(_source(probe), argument)
