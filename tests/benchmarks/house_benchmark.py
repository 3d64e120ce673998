"""A whole house under a full record: importing, pages, the way from a command to what is read.

``house_benchmark.py 300000`` for so many recommendations; all come in through an import. With the
real export of thirteen UPR sessions at hand, that is imported first, against its own limits.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import httpx
import uvicorn

from libs.chassis.service import Service
from libs.testkit.waiting import until_true
from services.house.demo.loading import password_of
from services.house.importing import Visit, Wish, bring_in
from services.intake.adapters import template
from tests.benchmarks.figures import Figure, figure, percentile, run, shown
from tests.benchmarks.rebuild_benchmark import APART_SECONDS, ARRIVES_WITHIN, SECRETARY, level, rows
from tests.stories.house import DemoHouse, running_demo

SIZE = 5_000
REAL = Path(__file__).parents[3] / "shared" / "data" / "upr-info" / "sessions-01-13.json.gz"
WARM = 20
ASKED = 200
COMMANDS = 150
PAUSE = 1 / 50
ANSWERS_WITHIN = 30.0
FSYNCS = 200
FOLLOWED = ("intake", "records")
SYMBOL = "A/HRC/47/5"
SEARCHES = ("women violence", "justice", "education health", "tortrue", '"prison torture"')
"""Frequent words, rare ones, a misspelt one, a phrase."""


def imported(house: DemoHouse, file: Path) -> tuple[float, float, float]:
    """Import a file; return the seconds until durable, on the public list, and with cases."""
    begun = time.perf_counter()
    visit = Visit(house.running.client("portal"), "en")
    wish = Wish(file, any_state=True)
    work = bring_in(visit, wish, SECRETARY, password_of(SECRETARY), lambda *_: None)
    house.call(work, ARRIVES_WITHIN)
    durable = time.perf_counter() - begun
    until_true(lambda: _listed(house), ARRIVES_WITHIN, every=APART_SECONDS)
    searchable = time.perf_counter() - begun
    until_true(lambda: level(house) and _cases(house), ARRIVES_WITHIN, every=APART_SECONDS)
    return durable, searchable, time.perf_counter() - begun


def _listed(house: DemoHouse) -> bool:
    (kept,) = house.rows("intake", "SELECT count(*) FROM intake_read.recommendations")
    (heard,) = house.rows("portal", "SELECT count(*) FROM portal_read.records")
    return bool(kept == heard)


def _cases(house: DemoHouse) -> bool:
    """Whether every published record has its case."""
    (shown,) = house.rows("portal", "SELECT count(*) FROM portal_read.records WHERE shown")
    (cases,) = house.rows("tracking", "SELECT count(*) FROM tracking_read.cases")
    return bool(cases[0] >= shown[0])


def asked(client: httpx.Client, addresses: list[str], **more: Any) -> list[float]:
    """Ask for pages in turn; return the milliseconds that each took."""
    times = []
    for number in range(WARM + ASKED):
        begun = time.perf_counter()
        answer = client.get(addresses[number % len(addresses)], **more)
        answer.read()
        if number >= WARM:
            times.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code in {200, 304}, answer.text
    return times


async def _bare(_: Any, __: Any, send: Callable[[Any], Any]) -> None:
    """Answer as little as a program can."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"."})


@contextmanager
def bare_server() -> Iterator[str]:
    """Serve that, as the house is served."""
    server = uvicorn.Server(uvicorn.Config(_bare, port=0, lifespan="off", log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        until_true(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def pages(house: DemoHouse) -> list[Figure]:
    """Ask for the pages that people open most."""
    [(many,)] = house.rows("portal", "SELECT count(*) FROM portal_read.records WHERE shown")
    told = f", {many} public records"
    with bare_server() as address, httpx.Client(base_url=address) as bare:
        least = percentile(asked(bare, ["/"]), 50)
    with httpx.Client(base_url=house.address, timeout=30) as client:
        found = house.rows(
            "portal",
            "SELECT number FROM portal_read.records WHERE shown ORDER BY md5(number) LIMIT 100",
        )
        records = [f"/en/recommendations/{number}" for (number,) in found]
        page = client.get(records[0])
        record = asked(client, records)
        lists = asked(client, ["/en/recommendations", "/ar/recommendations?page=2"])
        searches = asked(client, [f"/en/recommendations?q={each}" for each in SEARCHES])
        known = {"If-None-Match": page.headers["etag"]}
        unchanged = asked(client, records[:1], headers=known)
    return [
        figure("record page, KB gzipped", len(gzip.compress(page.content)) / 1024, 20),
        figure(f"record page{told}, p95 ms", percentile(record, 95), 30),
        figure(
            f"record page{told}, speed of bare ASGI", 1 / percentile(record, 50), 1 / least,
            ">=", 0.02,
        ),
        figure(f"list of 25 with total{told}, p95 ms", percentile(lists, 95), 60),
        figure(f"search page{told}, p95 ms", percentile(searches, 95), 60),
        figure("304 of a record page, of the page itself", percentile(unchanged, 50),
               percentile(record, 50)),
    ]  # fmt: skip


def ways(house: DemoHouse, folder: Path) -> list[Figure]:
    """Send commands at 50/s; return how soon read models had them, beside the disk's fsync."""
    own, bus = house.call(_ways(house, house.token(SECRETARY)), ARRIVES_WITHIN)
    disk = fsyncs(folder)
    return [
        figure("command to own read model at 50/s, p50 ms", percentile(own, 50), 15),
        figure("command over the bus at 50/s, p50 ms", percentile(bus, 50), 30),
        shown("command to own read model, p99 of fsync's", percentile(own, 99),
              percentile(disk, 99)),
        shown("command over the bus, p99 of fsync's", percentile(bus, 99), percentile(disk, 99)),
    ]  # fmt: skip


async def _ways(house: DemoHouse, token: str) -> tuple[list[float], list[float]]:
    services: dict[str, Service] = {each.name: each for each in house.running.services}
    intake, portal = services["intake"], services["portal"]
    follower = next(each for each in portal.foreign if (each.source, each.name) == FOLLOWED)
    client = house.running.client("intake")
    own: list[float] = []
    bus: list[float] = []

    async def one(number: int) -> None:
        body = {
            "state": "XDM", "mechanism": "CESCR", "official": False, "language": "en",
            "text": f"Keep the lamp of lighthouse {number} lit",
        }  # fmt: skip
        begun = time.perf_counter()
        answer = await client.post(
            "/api/intake/v1/recommendations",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        position = int(answer.headers["Dhakira-Position"].partition("=")[2])

        async def until_read(progress: Any, times: list[float]) -> None:
            assert await progress.wait_for("intake", position, ANSWERS_WITHIN)
            times.append(1000 * (time.perf_counter() - begun))

        await asyncio.gather(
            until_read(intake.own[0].progress, own), until_read(follower.progress, bus)
        )

    under_way = []
    for number in range(COMMANDS):
        under_way.append(asyncio.create_task(one(number)))
        await asyncio.sleep(PAUSE)
    await asyncio.gather(*under_way)
    return own, bus


def fsyncs(folder: Path) -> list[float]:
    """Return the milliseconds that the disk took to keep a page, again and again."""
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(FSYNCS):
            file.write(b"x" * 8192)
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append(1000 * (time.perf_counter() - begun))
    return times


def measure(many: int) -> list[Figure]:
    """Fill a house and ask it."""
    with tempfile.TemporaryDirectory() as place, running_demo(Path(place) / "data") as house:
        folder = Path(place)
        found = []
        if REAL.exists():
            durable, searchable, cases = imported(house, REAL)
            found = [
                figure("import of thirteen sessions, durable, s", durable, 15),
                figure("import of thirteen sessions, searchable, s", searchable, 30),
                figure("import of thirteen sessions, all cases open, s", cases, 300),
            ]
        file = folder / "rows.csv"
        file.write_bytes(b"".join(template.write_csv(rows(many, SYMBOL))))
        imported(house, file)
        return [*found, *pages(house), *ways(house, folder)]


if __name__ == "__main__":
    run(__doc__, measure, SIZE)
