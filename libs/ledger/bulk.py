"""Many aggregates at once, for long pieces of work that would else ask for each by itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import StoredEvent
from psycopg import sql

from libs.ledger.reader import Recorded, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from psycopg import Connection
    from psycopg.rows import DictRow

    from libs.ledger.ledger import Ledger

A = TypeVar("A", bound=Aggregate)
History = list[tuple[Any, Recorded]]


@contextmanager
def borrowed(ledger: Ledger) -> Iterator[Connection[DictRow]]:
    """Lend the ledger's own reading connection (run-time role) for a short piece of work."""
    with ledger.factory.datastore.get_connection() as connection:  # type: ignore[attr-defined]
        yield connection


def head_of(ledger: Ledger) -> int:
    """Return the position of the ledger's newest event, 0 when there is none."""
    query = sql.SQL("SELECT coalesce(max(notification_id), 0) AS head FROM {}")
    with borrowed(ledger) as connection:
        row = connection.execute(query.format(_events(ledger))).fetchone()
    return int(row["head"]) if row else 0


def histories(ledger: Ledger, streams: Sequence[UUID]) -> dict[UUID, History]:
    """Return the events of many streams, oldest first, as the domain knows them and as recorded."""
    query = sql.SQL(
        "SELECT notification_id, originator_id, originator_version, topic, state FROM {}"
        " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version"
    ).format(_events(ledger))
    with borrowed(ledger) as connection:
        rows = connection.execute(query, (list(streams),)).fetchall()
    found: dict[UUID, History] = {}
    for row in rows:
        stream, version, topic = row["originator_id"], row["originator_version"], row["topic"]
        state = bytes(row["state"])
        event = ledger.mapper.to_domain_event(StoredEvent(stream, version, topic, state))
        place = recorded(row["notification_id"], stream, version, topic, state)
        found.setdefault(stream, []).append((event, place))
    return found


def load_many(ledger: Ledger, kind: type[A], streams: Sequence[UUID]) -> dict[UUID, A]:
    """Return many aggregates of a kind as their histories make them; unknown ones are left out."""
    loaded: dict[UUID, A] = {}
    for stream, history in histories(ledger, streams).items():
        aggregate: Any = None
        for event, _ in history:
            aggregate = event.mutate(aggregate)
        if isinstance(aggregate, kind):
            loaded[stream] = aggregate
    return loaded


def _events(ledger: Ledger) -> sql.Identifier:
    return sql.Identifier(ledger.service, f"{ledger.service}_events")
