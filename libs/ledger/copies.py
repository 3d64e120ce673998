"""A ledger's rows out of a database and into another, exactly as they stand.

Rows travel in PostgreSQL's text format of COPY, one row a line, in a fixed order: what is equal in
two databases is equal byte for byte, whatever their versions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from psycopg import sql

from libs.ledger.schema import version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import psycopg

PARTS = ("events", "leaves", "answers", "vault")
_ORDER: dict[str, LiteralString] = {
    "events": "notification_id",
    "leaves": "idx",
    "answers": 'actor COLLATE "C", key COLLATE "C"',
    "vault": "ref",
}
_FORM = (
    "SET LOCAL client_encoding = 'UTF8'; SET LOCAL bytea_output = 'hex';"
    " SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'"
)


class Gap(Exception):  # noqa: N818  a state of the ledger, named as one
    """A ledger's ids are not dense, or an event and its leaf do not stand together."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a ledger holds: its version, the position of its last event, rows of each part."""

    version: int
    position: int
    rows: dict[str, int]


def settle(connection: psycopg.Connection[Any]) -> None:
    """Fix how values are written, for the connection's transaction."""
    connection.execute(_FORM.encode())


def extent(connection: psycopg.Connection[Any], service: str) -> Extent:
    """Measure a ledger as the connection's transaction sees it.

    Raises:
        Gap: events are missing, or leaves.
    """
    rows = {part: _number(connection, service, part, "count(*)") for part in PARTS}
    position = _number(connection, service, "events", "coalesce(max(notification_id), 0)")
    leaf = _number(connection, service, "leaves", "coalesce(max(idx), -1)")
    if not rows["events"] == rows["leaves"] == position == leaf + 1:
        msg = f"{service}: {rows}, last event {position}, last leaf {leaf}"
        raise Gap(msg)
    return Extent(version(connection, service), position, rows)


def columns(connection: psycopg.Connection[Any], service: str, part: str) -> list[str]:
    """Return the columns of a part, in their order."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum",
        (f"{service}.{_table(service, part)}",),
    )
    return [str(row[0]) for row in found]


def rows_out(
    connection: psycopg.Connection[Any], service: str, part: str, names: Sequence[str]
) -> Iterator[bytes]:
    """Yield a part's rows, in the fixed order; what is yielded may hold several or part of one."""
    _as_owner(connection, service)
    copying = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _list(names), sql.Identifier(service, _table(service, part)), sql.SQL(_ORDER[part])
    )
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for chunk in copy:
            yield bytes(chunk)
    connection.execute(b"RESET ROLE")


def rows_in(
    connection: psycopg.Connection[Any],
    service: str,
    part: str,
    names: Sequence[str],
    rows: Iterable[bytes],
) -> None:
    """Put rows of a part into an empty table of it, as the owner of the ledger."""
    _as_owner(connection, service)
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(service, _table(service, part)), _list(names)
    )
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for chunk in rows:
            copy.write(chunk)
    connection.execute(b"RESET ROLE")


def digest(
    connection: psycopg.Connection[Any], service: str, part: str, names: Sequence[str]
) -> str:
    """Return the SHA-256 of a part's rows as ``rows_out`` gives them."""
    seen = hashlib.sha256()
    for chunk in rows_out(connection, service, part, names):
        seen.update(chunk)
    return seen.hexdigest()


def _number(
    connection: psycopg.Connection[Any], service: str, part: str, what: LiteralString
) -> int:
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(what), sql.Identifier(service, _table(service, part))
    )
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _table(service: str, part: str) -> str:
    return f"{service}_events" if part == "events" else part


def _list(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(each) for each in names)


def _as_owner(connection: psycopg.Connection[Any], service: str) -> None:
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(f"{service}_owner")))
