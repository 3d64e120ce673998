"""Read models are built anew beside the live ones: pages stay up, nothing is missing or stale."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from libs.chassis.rebuild import Rebuild, RebuildStatus
from libs.testkit.read_models import differences, read_models
from libs.testkit.waiting import until_true
from tests.libs.chassis.life import rebuilding
from tests.libs.chassis.life.rebuilding import Counted, Hasty, Stuck
from tests.libs.chassis.life.small_house import SmallHouse

ROOT = Path(__file__).parents[4]
SERVICES = ("directory", "intake", "tracking", "portal")
ROUNDS = 3


def rebuilt(house: SmallHouse, service: str, kind: type[Rebuild] = Rebuild) -> Rebuild:
    """Rebuild and wait; return it, done."""
    rebuild = kind(house.service(service))
    house.run(rebuild.begin())
    status = house.run(rebuild.finish())
    assert status.state == "done", status.problem
    return rebuild


def url(house: SmallHouse, service: str) -> str:
    return house.running.url_of(service)


def rows(house: SmallHouse, service: str) -> dict[str, list[str]]:
    return read_models(url(house, service), service)


def left_over(house: SmallHouse, service: str) -> list[str]:
    """Return what stands in the schema where read models are built."""
    with psycopg.connect(url(house, service)) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %(schema)s::regnamespace"
            " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace",
            {"schema": f"{service}_read_next"},
        ).fetchall()
    return [name for (name,) in found]


def identity(house: SmallHouse, service: str, table: str) -> int:
    with psycopg.connect(url(house, service)) as connection:
        name = f"{service}_read.{table}"
        row = connection.execute("SELECT %s::regclass::oid", (name,)).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("service", SERVICES)
def test_rebuilt_read_models_are_the_same_row_for_row(house: SmallHouse, service: str) -> None:
    house.publish_one()
    house.settle()
    before, old = rows(house, service), identity(house, service, "people")
    rebuilt(house, service)
    assert differences(before, rows(house, service)) == []
    assert identity(house, service, "people") != old
    assert left_over(house, service) == []
    house.publish_one()
    house.settle()
    grown = rows(house, service)
    rebuilt(house, service)
    assert differences(grown, rows(house, service)) == []


def test_a_row_that_is_wrong_is_seen_and_mended(house: SmallHouse) -> None:
    case = house.publish_one()
    house.settle()
    before = rows(house, "tracking")
    with psycopg.connect(url(house, "tracking")) as connection:
        connection.execute(
            "UPDATE tracking_read.cases SET lead = 'NOBODY' WHERE recommendation = %s", (case,)
        )
    [told] = differences(before, rows(house, "tracking"))
    assert "NOBODY" in told
    rebuilt(house, "tracking")
    assert differences(before, rows(house, "tracking")) == []


def test_what_comes_from_no_event_is_left_alone(house: SmallHouse) -> None:
    event = str(uuid4())
    kept = {
        "intake": "INSERT INTO intake_read.import_previews (import_id) VALUES (gen_random_uuid())",
        "portal": "INSERT INTO portal_read.sessions VALUES ('\\x01', 'p', 'c', now(), now())",
        "tracking": "INSERT INTO tracking_read.quarantine (reaction, event_id, subject, headers,"
        f" body, cause, deliveries) VALUES ('r', '{event}', 's', '{{}}', '', 'c', 6)",
    }
    for service, statement in kept.items():
        with psycopg.connect(url(house, service)) as connection:
            connection.execute(statement.encode())
        before = rows(house, service)
        rebuilt(house, service)
        assert differences(before, rows(house, service)) == []


# --- while people read and write ----------------------------------------------------------------


@contextmanager
def reading(house: SmallHouse, known: list[UUID]) -> Iterator[list[str]]:
    """Read pages without a pause; yield what was wrong with any: failed, missing, gone back."""
    ended, wrong = threading.Event(), list[str]()

    def read() -> None:
        seen, paths = -1, ("/en/", "/ar/recommendations", "/en/recommendations?q=school")
        client = house.running.client("portal")
        while not ended.is_set():
            for path in paths:
                answer = house.run(client.get(path, follow_redirects=True))
                if not answer.is_success:
                    wrong.append(f"{path}: {answer.status_code}")
            with psycopg.connect(url(house, "portal")) as connection:
                row = connection.execute("SELECT count(*) FROM portal_read.records").fetchone()
            count = int(row[0]) if row else 0
            if count < seen:
                wrong.append(f"{count} records after {seen}")
            seen = count
            for each in tuple(known):
                answer = house.ask("GET", f"tracking/cases/{each}")
                if not answer.is_success:
                    wrong.append(f"case {each}: {answer.status_code}")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield wrong
    finally:
        ended.set()
        reader.join()


def test_pages_and_commands_go_on_meanwhile(house: SmallHouse) -> None:
    known = [house.publish_one() for _ in range(3)]
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            known.append(house.publish_one())

    worker = threading.Thread(target=work)
    with reading(house, known) as wrong:
        worker.start()
        try:
            fewer = [
                rebuilt(house, service, Counted).fewer  # type: ignore[attr-defined]
                for _ in range(ROUNDS)
                for service in SERVICES
            ]
        finally:
            ended.set()
            worker.join()
    assert wrong == []
    assert not any(fewer), fewer
    house.settle()
    for service in SERVICES:
        before = rows(house, service)
        rebuilt(house, service)
        assert differences(before, rows(house, service)) == []


def test_a_switch_before_the_new_rows_have_come_is_caught(house: SmallHouse) -> None:
    house.publish_one()
    house.settle()
    before = rows(house, "tracking")
    hasty = rebuilt(house, "tracking", Hasty)
    assert isinstance(hasty, Counted)
    assert set(hasty.fewer) == {"cases", "institutions", "people"}
    house.settle()
    rebuilt(house, "tracking")
    assert differences(before, rows(house, "tracking")) == []


def test_a_page_that_is_read_for_long_holds_the_switch_and_not_other_pages(
    house: SmallHouse,
) -> None:
    house.publish_one()
    house.settle()
    rebuild = Rebuild(house.service("tracking"))
    with psycopg.connect(url(house, "tracking")) as connection:
        connection.execute("SELECT count(*) FROM tracking_read.cases")
        house.run(rebuild.begin())
        until_true(lambda: rebuild.status.state == "switching")
        with reading(house, [house.publish_one()]) as wrong:
            house.publish_one()
        assert rebuild.status.state == "switching"
    assert house.run(rebuild.finish()).state == "done"
    assert wrong == []


# --- given up, killed, two at a time --------------------------------------------------------------


def test_one_that_is_stopped_leaves_the_live_ones_and_nothing_else(house: SmallHouse) -> None:
    house.publish_one()
    house.settle()
    before = rows(house, "tracking")
    rebuild = Stuck(house.service("tracking"))
    house.run(rebuild.begin())
    until_true(lambda: "cases" in left_over(house, "tracking"))
    house.run(rebuild.stop())
    assert rebuild.status.state == "failed"
    assert left_over(house, "tracking") == []
    assert differences(before, rows(house, "tracking")) == []


def test_one_that_loses_the_database_says_so_and_leaves_the_live_ones(house: SmallHouse) -> None:
    house.publish_one()
    house.settle()
    before = rows(house, "tracking")
    rebuild = Stuck(house.service("tracking"))
    house.run(rebuild.begin())
    until_true(lambda: "cases" in left_over(house, "tracking"))
    with psycopg.connect(url(house, "tracking")) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tracking rebuild' AND datname = current_database()"
        )
    status = house.run(rebuild.finish())
    assert (status.state, bool(status.problem)) == ("failed", True)
    assert differences(before, rows(house, "tracking")) == []
    rebuilt(house, "tracking")
    assert differences(before, rows(house, "tracking")) == []


@contextmanager
def another_process(house: SmallHouse, point: str) -> Iterator[subprocess.Popen[str]]:
    """Run one more process of tracking whose rebuild has come to ``point``; kill it in the end."""
    settings = house.running.settings
    given = [point, str(settings.data), settings.origin, house.database, house.bus_url]
    module = rebuilding.__name__
    with subprocess.Popen(
        [sys.executable, "-m", module, *given], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("point", ["building", "switching"])
def test_one_that_is_killed_leaves_the_live_ones_and_the_next_clears_up(
    house: SmallHouse, point: str
) -> None:
    house.publish_one()
    house.settle()
    before = rows(house, "tracking")
    with another_process(house, point):
        pass
    until_true(lambda: _is_free(house), what="the dead process's lock is gone")
    assert "cases" in left_over(house, "tracking")
    assert differences(before, rows(house, "tracking")) == []
    rebuilt(house, "tracking")
    assert left_over(house, "tracking") == []
    assert differences(before, rows(house, "tracking")) == []


def test_two_at_a_time_are_refused_whatever_process_they_are_in(house: SmallHouse) -> None:
    with another_process(house, "building"):
        refused = house.ask("POST", "tracking/rebuild", "administrator")
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("rebuild-under-way")
    until_true(lambda: _is_free(house), what="the dead process's lock is gone")
    rebuilt(house, "tracking")


def _is_free(house: SmallHouse) -> bool:
    with psycopg.connect(url(house, "tracking")) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tracking rebuild'"
            " AND datname = current_database()"
        ).fetchone()
    return row == (0,)


def test_an_administrator_asks_for_it_over_http(house: SmallHouse) -> None:
    house.publish_one()
    house.settle()
    old = identity(house, "tracking", "cases")
    assert house.ask("POST", "tracking/rebuild", "secretary").status_code == 403
    begun = house.done("POST", "tracking/rebuild", "administrator")
    assert begun["service"] == "tracking"

    def status() -> RebuildStatus:
        return RebuildStatus(**house.done("GET", "tracking/rebuild", "administrator"))

    until_true(lambda: status().state == "done")
    told = status()
    assert told.done == told.total > 0
    assert identity(house, "tracking", "cases") != old
