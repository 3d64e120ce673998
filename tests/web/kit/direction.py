"""Right to left: the mirror image of a page, and the order of what runs along its lines.

axe sees none of these faults. Words differ in length between languages, so a part is held against
its row: the row must keep its distance from the same logical edge of what is around it (or its
middle), and the part must follow what goes before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, TypedDict

from tests.web.kit.finding import Finding, findings
from tests.web.kit.probe import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

TOLERANCE: Final = 4.0
"""CSS pixels by which a mirrored edge may be off."""
EXACT: Final = 1.0
"""CSS pixels by which an edge may be off when the same words are set the other way round."""
LABELS: Final = {"beside": 24, "above": 120, "shift": 40}
"""CSS pixels: gap to a control on the same line; above one, hints between; between their starts."""


class Step(TypedDict):
    """Where an element stands in its row and the row in its parent; px from logical edges."""

    name: str
    tag: str
    before: float
    after: float
    place: int
    gaps: list[float]
    start: float
    end: float


Parts: TypeAlias = dict[str, list[Step]]


def rtl_parity(
    page_en: Page, page_ar: Page, *, tolerance: float = TOLERANCE, exact: bool = False
) -> list[Finding]:
    """Find parts that do not stand at the mirror image of where they stand left to right.

    ``exact`` holds every edge against its mirror image: for a page with the same words in both.
    """
    english: Parts = ask(page_en, "parts")
    arabic: Parts = ask(page_ar, "parts")
    faults = [f"{key} is seen in one direction only" for key in sorted(english.keys() ^ arabic)]
    for key in (each for each in english if each in arabic):
        pair = english[key], arabic[key]
        faults += _exactly(*pair, tolerance) if exact else _logically(*pair, tolerance)
    found = findings("rtl_parity", page_ar.url, faults)
    for page in (page_en, page_ar):
        found += findings("rtl_parity", page.url, ask(page, "labels", LABELS))
    return found


def mirror(page: Page) -> list[Finding]:
    """Find each visible box and line that is not its own mirror image when the page is turned.

    The same page, with the same words, is set the other way round; the page is left as it was.
    """
    return findings("mirror", page.url, ask(page, "mirror", EXACT))


def bidi_order(page_ar: Page) -> list[Finding]:
    """Find what runs against its line, and symbols, dates and addresses torn or turned round."""
    return findings("bidi_order", page_ar.url, ask(page_ar, "bidi"))


def _exactly(english: list[Step], arabic: list[Step], tolerance: float) -> Iterator[str]:
    left, right = english[0], arabic[0]
    for edge, off in (
        ("start", abs(left["start"] - right["start"])),
        ("end", abs(left["end"] - right["end"])),
    ):
        if off > tolerance:
            yield f"{right['name']}: its {edge} edge is {off:.0f} px off the mirror image"


def _logically(english: list[Step], arabic: list[Step], tolerance: float) -> Iterator[str]:
    if [each["tag"] for each in english] != [each["tag"] for each in arabic]:
        yield f"{arabic[0]['name']} stands in other elements than left to right"
        return
    for left, right in zip(english, arabic, strict=True):
        if not _anchored(left, right, tolerance):
            yield (
                f"{right['name']} stands {right['before']:.0f} px from the start and "
                f"{right['after']:.0f} px from the end of its row; left to right it is "
                f"{left['before']:.0f} and {left['after']:.0f}"
            )
        if not _follows(left, right, tolerance):
            yield f"{right['name']} and its neighbours do not follow one another as left to right"


def _anchored(left: Step, right: Step, tolerance: float) -> bool:
    at_start = abs(left["before"] - right["before"]) <= tolerance
    at_end = abs(left["after"] - right["after"]) <= tolerance
    middle = all(abs(each["before"] - each["after"]) <= tolerance for each in (left, right))
    spread = at_start and at_end and 0 < left["place"] < len(left["gaps"])
    return (
        (at_start and _alike(_preceding(left), _preceding(right), tolerance))
        or (at_end and _alike(_following(left), _following(right), tolerance))
        or middle
        or spread
    )


def _preceding(step: Step) -> list[float]:
    return step["gaps"][: step["place"]][::-1]


def _following(step: Step) -> list[float]:
    return step["gaps"][step["place"] :]


def _alike(left: list[float], right: list[float], tolerance: float) -> bool:
    """Tell whether gaps are the same, as far as both rows go: lines break where words end."""
    return all(abs(one - other) <= tolerance for one, other in zip(left, right, strict=False))


def _follows(left: Step, right: Step, tolerance: float) -> bool:
    pairs = zip(left["gaps"], right["gaps"], strict=False)
    return all((one >= -tolerance) == (other >= -tolerance) for one, other in pairs)
