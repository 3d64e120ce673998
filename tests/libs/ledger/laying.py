"""Ledgers for tests: ours, and ours with one fault planted in the statements that lay it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psutil
import psycopg

from libs.ledger.act import Act
from libs.ledger.ledger import Ledger, Receipt
from libs.ledger.schema import statements
from libs.ledger.writer import Command, NewEvent
from libs.testkit.servers import provisioned, run_time
from libs.testkit.waiting import until_true
from services.tracking.domain.case import Case

SERVICE = "tracking"
EVENTS = [Case.Created, Case.Assigned, Case.Assessed, Case.Closed]


def lay(database: str) -> str:
    """Lay the ledger as it ships; return the run-time role's connection string."""
    return provisioned(database, SERVICE)


def lay_with_fault(database: str, *faults: tuple[str, str]) -> str:
    """Lay the ledger with parts of its statements replaced; each part must really stand there."""
    text = statements(SERVICE)
    for sound, faulty in faults:
        said = sound.replace("{service}", SERVICE)
        assert said in text, f"the ledger's statements do not say {sound!r}"
        text = text.replace(said, faulty.replace("{service}", SERVICE))
    with psycopg.connect(database) as connection:
        connection.execute(text.encode())
    return run_time(database, SERVICE)


@contextmanager
def opened(url: str, origin: str = "national") -> Iterator[Ledger]:
    ledger = Ledger(SERVICE, url, EVENTS, origin)
    try:
        yield ledger
    finally:
        ledger.close()


def act(key: str | None = None, request: bytes = b"asked", **more: int) -> Act:
    return Act.of_person("person-1", key=key, request=request, based_on=more.get("based_on"))


def new_case(number: str = "REC-00001") -> Case:
    return Case.open(uuid4(), number, act().recorded_at)


def record_case(ledger: Ledger, number: str = "REC-00001") -> UUID:
    """Record a new case; return its id."""
    case = new_case(number)
    ledger.record(act(), case)
    return case.id


def assign(ledger: Ledger, case_id: UUID, lead: str, **how: str) -> Receipt:
    case = ledger.load(Case, case_id)
    case.assign(lead, (), None)
    return ledger.record(act(how.get("key")), case)


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return list(connection.execute(statement.encode()).fetchall())


def command(key: str = "", stream: UUID | None = None, version: int = 1) -> Command:
    event = NewEvent(stream or uuid4(), version, "tracking.case.opened.v1", b"{}", b"{}")
    return Command("person-1", key or str(uuid4()), b"asked", b"[200,null,{},0]", None, [event])


def end_all(database: str) -> None:
    """End every connection to a database, as its restart does, and see their servers gone."""
    with psycopg.connect(database, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    until_true(lambda: not any(psutil.pid_exists(pid) for pid, _ in ended))
