"""axe-core, the vendored one, over a page as light and as dark."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from tests.web.kit.finding import Finding, findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

AXE: Final = Path(__file__).parents[1] / "vendor" / "axe.js"
TAGS: Final = (
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
)  # fmt: skip
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
RUN: Final = """
(tags) => axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})
"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe(page: Page) -> list[Finding]:
    """Find what axe calls a violation, in both colour schemes; the page is left light."""
    page.evaluate(_source())
    faults = [fault for scheme in SCHEMES for fault in _violations(page, scheme)]
    page.emulate_media(color_scheme="light")
    return findings("axe", page.url, faults)


def _violations(page: Page, scheme: Literal["light", "dark"]) -> Iterator[str]:
    page.emulate_media(color_scheme=scheme)
    answer: dict[str, Any] = page.evaluate(RUN, list(TAGS))
    for violation in answer["violations"]:
        for node in violation["nodes"]:
            at = " ".join(map(str, node["target"]))
            yield f"{violation['id']} ({scheme}): {violation['help']} at {at}"
