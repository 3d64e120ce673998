"""A page gone through with the Tab key alone."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypedDict

from tests.web.kit.browser import settled
from tests.web.kit.finding import Finding, findings
from tests.web.kit.probe import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

MARK: Final = "kitUnfocused"
MOST_STOPS: Final = 150
"""A longer page is walked this far; reaching its end is then not asked for."""


MOST_FIELDS: Final = 8
"""Stops that Tab may make inside one input of a date: its fields and its calendar."""


class Stop(TypedDict):
    """Where the focus stands; ``at`` numbers the elements that Tab can reach."""

    at: int
    name: str
    fields: bool
    shown: bool
    inside: bool
    open: bool
    jumps: str | None


def keyboard_walk(page: Page, most_stops: int = MOST_STOPS) -> list[Finding]:
    """Find: no skip link first, focus that is not seen or is covered, a trap, things not reached.

    The page is loaded again, so that the walk begins at its beginning.
    """
    where = page.url
    _afresh(page)
    reachable: list[str] = ask(page, "unfocused", MARK)
    stops = list(_stops(page, min(len(reachable), most_stops)))
    faults = [fault for stop in stops for fault in _seen(stop)]
    faults += _reached(reachable, stops, most_stops)
    faults += _skip_link(page, stops)
    return findings("keyboard_walk", where, faults)


def _afresh(page: Page) -> None:
    """Load the page again and stand before its first element, whatever took the focus at load."""
    page.reload(wait_until="load")
    settled(page)
    ask(page, "beginning")


def _stops(page: Page, most: int) -> Iterator[Stop]:
    """Give each stop until the focus leaves the page, comes back, or is kept."""
    known: set[int] = set()
    for _ in range(most * MOST_FIELDS):
        page.keyboard.press("Tab")
        stop: Stop | None = ask(page, "focused", MARK)
        if stop is None:
            return
        yield stop
        if len(known) == most or (stop["at"] in known and not stop["fields"]):
            return
        known.add(stop["at"])


def _seen(stop: Stop) -> Iterator[str]:
    if not stop["shown"] and not stop["fields"]:
        yield f"{stop['name']} does not show that it has the focus"
    if not stop["inside"]:
        yield f"{stop['name']} takes the focus outside the window"
    elif not stop["open"]:
        yield f"{stop['name']} is covered while it has the focus"


def _reached(reachable: list[str], stops: list[Stop], most_stops: int) -> Iterator[str]:
    visited = [stop["at"] for stop in stops]
    kept = next((stop["name"] for stop, times in _runs(stops) if times > _fields(stop)), None)
    if kept is not None:
        yield f"{kept} keeps the focus: Tab does not leave it"
    elif len(reachable) <= most_stops:
        for missed in sorted(set(range(len(reachable))) - set(visited)):
            yield f"{reachable[missed]} is not reached by Tab"


def _runs(stops: list[Stop]) -> Iterator[tuple[Stop, int]]:
    for _, run in groupby(stops, key=itemgetter("at")):
        same = list(run)
        yield same[0], len(same)


def _fields(stop: Stop) -> int:
    return MOST_FIELDS if stop["fields"] else 1


def _skip_link(page: Page, stops: list[Stop]) -> Iterator[str]:
    if not stops or not stops[0]["jumps"]:
        yield "the first thing that Tab reaches is no skip link"
        return
    _afresh(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    target = stops[0]["jumps"]
    if not ask(page, "inside", target):
        page.keyboard.press("Tab")
        if not ask(page, "inside", target):
            yield f"the skip link does not bring the focus to #{target}"
