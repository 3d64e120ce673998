"""A browser's copy of a page is used again only while nothing that the page shows has changed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from libs.testkit.waiting import until_true
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.house import DemoHouse

PAGE = "/en/mechanisms"
TRIES = 50
SHOWN = "SELECT count(*) FROM portal_read.records WHERE shown"
OPENED = (
    "SELECT 1 FROM portal_read.history"
    " WHERE recommendation = %s AND topic = 'tracking.case.opened.v1'"
)
WAITING = (
    "SELECT query FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND query LIKE '%portal_read.terms%'"
)


def draft(house: DemoHouse) -> str:
    """Return the address of a record in intake that is not public yet."""
    body = {"state": "XDM", "mechanism": "CESCR", "text": "Publish it meanwhile", "language": "en"}
    answer = httpx.post(
        f"{house.address}/api/intake/v1/recommendations", json=body, headers=house.bearer(SECRETARY)
    ).raise_for_status()
    return f"{house.address}/api/intake/v1/recommendations/{answer.json()['id']}"


def waiting(server: str) -> str:
    """Return what somebody waits to read of the vocabularies."""
    with psycopg.connect(server) as connection:
        row = connection.execute(WAITING).fetchone()
        return str(row[0]) if row else ""


@contextmanager
def page_half_read(house: DemoHouse) -> Iterator[list[httpx.Response]]:
    """Hold up a page after its figures were read, before the rest; give it once it may end."""
    server, pages = house.house.servers.database, list[httpx.Response]()
    for _ in range(TRIES):
        httpx.get(house.address + PAGE).raise_for_status()
        with psycopg.connect(server) as connection:
            connection.execute("LOCK TABLE portal_read.terms IN ACCESS EXCLUSIVE MODE")
            reading = threading.Thread(
                target=lambda: pages.append(httpx.get(house.address + PAGE, timeout=60))
            )
            reading.start()
            half_read = "facts->>'kind'" in until_true(lambda: waiting(server), 30)
            if half_read:
                yield pages
        reading.join()
        if half_read:
            return
        pages.clear()
    pytest.fail("the page was never met after its figures")


def test_a_page_that_was_read_before_a_change_is_sent_again_after_it(demo_house: DemoHouse) -> None:
    record = draft(demo_house)
    before = demo_house.rows("portal", SHOWN)[0][0]
    with page_half_read(demo_house) as pages:
        httpx.post(f"{record}/publication", headers=demo_house.bearer(SECRETARY)).raise_for_status()
        until_true(lambda: demo_house.rows("portal", SHOWN)[0][0] == before + 1, 30)
        # What follows of it, the case, must be told too, lest its own change send the page again.
        identity = record.rsplit("/", 1)[-1]
        until_true(lambda: demo_house.rows("portal", OPENED, identity), 30)
    copy = {"If-None-Match": pages[0].raise_for_status().headers["etag"]}
    again = httpx.get(demo_house.address + PAGE, headers=copy)
    assert again.status_code == 200
    assert again.text != pages[0].text


def test_a_page_that_shows_a_service_is_no_copy_of_anything(demo_house: DemoHouse) -> None:
    with demo_house.signed_in(SECRETARY) as secretary:
        for path in ("/imports", "/recommendations/new", "/recommendations/REC-00005/correct"):
            assert "etag" not in secretary.page(path).response.headers
