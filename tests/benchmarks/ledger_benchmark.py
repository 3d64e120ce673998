"""Commands at the ledger, beside raw inserts of the same rows and the stock library, in one run.

``ledger_benchmark.py 20000`` for so many commands a round (design §9).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[2]))

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder
from psycopg.conninfo import conninfo_to_dict

from libs.ledger.act import Act, new_id
from libs.ledger.leaf import leaf_bytes, meta_of, new_salt
from libs.ledger.ledger import Ledger
from libs.ledger.mapper import PlainMapper, payload_of
from libs.testkit.servers import database, postgres, provisioned
from tests.benchmarks.figures import Figure, figure, run

SIZE = 4_000
WRITERS = 8
ROUNDS = 3
RAW_TABLES = """
CREATE TABLE raw_events (s uuid, v bigint, t text, b bytea, PRIMARY KEY (s, v));
CREATE TABLE raw_leaves (s uuid, v bigint, l bytea, PRIMARY KEY (s, v));
CREATE TABLE raw_answers (a text, k text, r bytea, b bytea, PRIMARY KEY (a, k))
"""


class Note(Aggregate):
    """A thing of one event."""

    TOPIC: ClassVar[str] = "bench.note"

    class Created(Aggregate.Created):
        """It was noted."""

        TOPIC: ClassVar[str] = "bench.note.noted.v1"
        number: str
        text: str

    @event(Created)
    def __init__(self, number: str, text: str) -> None:
        self.number = number
        self.text = text


def _note(number: int) -> Note:
    return Note(number=f"REC-{number:05d}", text="x" * 200)


def rate(write: Callable[[int], None], commands: int) -> float:
    """Return commands a second of ``WRITERS`` threads that share ``commands``."""

    def work(first: int) -> None:
        for number in range(first, commands, WRITERS):
            write(number)

    threads = [threading.Thread(target=work, args=(each,)) for each in range(WRITERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return commands / (time.perf_counter() - began)


def raw_writer(url: str) -> Callable[[int], None]:
    """Return a writer of the same three rows by hand, one autocommitted statement each time."""
    local = threading.local()
    mapper = PlainMapper(JSONTranscoder())
    statement = (
        "WITH e AS (INSERT INTO raw_events VALUES (%s, %s, %s, %s)),"
        " l AS (INSERT INTO raw_leaves VALUES (%s, %s, %s))"
        " INSERT INTO raw_answers VALUES (%s, %s, %s, %s)"
    )

    def write(number: int) -> None:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(url, autocommit=True)
        note = _note(number)
        pending = note.collect_events()[0]
        act = Act.of_person("bench", key=None, request=b"")
        payload = payload_of(pending)
        meta = meta_of(act, new_id(), new_salt(), "national")
        state = mapper.stored(pending, meta, payload).state
        leaf = leaf_bytes("bench", note.id, 1, Note.Created.TOPIC, state)
        local.connection.execute(
            statement,
            (
                note.id,
                1,
                Note.Created.TOPIC,
                state,
                note.id,
                1,
                leaf,
                "bench",
                act.key,
                act.request,
                b"",
            ),
            prepare=True,
        )

    return write


def stock_writer(admin: str) -> Callable[[int], None]:
    """Return a writer through the library as it comes."""
    parts = conninfo_to_dict(admin)
    application: Application[Any] = Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_PORT": str(parts.get("port", 5432)),
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": "8",
        }
    )
    return lambda number: (application.save(_note(number)), None)[1]


def ledger_writer(ledger: Ledger) -> Callable[[int], None]:
    """Return a writer through the ledger."""
    return lambda number: (
        ledger.record(Act.of_person("bench", key=None, request=b""), _note(number)),
        None,
    )[1]


def measure(commands: int) -> list[Figure]:
    """Run the three in turn, ``ROUNDS`` times; return the medians and ratios."""
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres(Path(folder)) as server,
        database(server) as admin,
    ):
        ledger = Ledger("bench", provisioned(admin, "bench"), [Note.Created])
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(RAW_TABLES)
        writers = {
            "ledger": ledger_writer(ledger),
            "raw": raw_writer(admin),
            "stock": stock_writer(admin),
        }
        rates: dict[str, list[float]] = {name: [] for name in writers}
        for write in writers.values():
            rate(write, WRITERS * 10)
        for _ in range(ROUNDS):
            for name, write in writers.items():
                rates[name].append(rate(write, commands))
        ledger.close()
    return figures({name: statistics.median(each) for name, each in rates.items()})


def figures(medians: dict[str, float]) -> list[Figure]:
    """Return the figures of design §9 that these rates make."""
    told = f"commands/s, {WRITERS} writers, of "
    return [
        figure(
            f"{told}raw inserts of the same rows", medians["ledger"], medians["raw"], ">=", 0.75
        ),
        figure(f"{told}the library's own save()", medians["ledger"], medians["stock"], ">=", 3),
    ]


if __name__ == "__main__":
    run(__doc__, measure, SIZE)
