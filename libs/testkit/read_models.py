"""Whether read models are the same: every row of every table, told apart by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ReadModels = dict[str, list[str]]
MOST_TOLD = 5


def read_models(url: str, service: str, leave_out: Collection[str] = ()) -> ReadModels:
    """Return the rows of every table of a service's read schema, in an order of their own.

    A number drawn from a sequence counts by its rank: a batch that was rolled back leaves a gap.
    Of positions only what the ledgers give is told, not where the bus keeps it. The indexes are a
    table too. ``url``: of a role that may read them; all is read at one moment.
    """
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return read_models_of(connection, service, leave_out)


def read_models_of(
    connection: psycopg.Connection[Any], service: str, leave_out: Collection[str] = ()
) -> ReadModels:
    """Return the same within a transaction of the caller's."""
    schema = f"{service}_read"
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'"
        " ORDER BY relname",
        (schema,),
    ).fetchall()
    found = {name: _rows(connection, schema, name) for (name,) in tables if name not in leave_out}
    indexes = connection.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND NOT tablename = ANY(%s)"
        " ORDER BY indexdef",
        (schema, list(leave_out)),
    ).fetchall()
    return found | {"indexes": [definition for (definition,) in indexes]}


def differences(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> list[str]:
    """Return in words what stands in one alone; empty when they are the same."""
    told = []
    for table in sorted(one.keys() | other.keys()):
        first, second = one.get(table), other.get(table)
        if first is None or second is None:
            told.append(f"{table}: only in {'the other' if first is None else 'the one'}")
        elif first != second:
            gone = sorted(set(first) - set(second))
            come = sorted(set(second) - set(first))
            counts = f"{table}: {len(first)} rows, in the other {len(second)}"
            told.append(f"{counts}; only there: {gone[:MOST_TOLD]}; only here: {come[:MOST_TOLD]}")
    return told


def _rows(connection: psycopg.Connection[Any], schema: str, table: str) -> list[str]:
    if table == "positions":
        told = sql.SQL(
            "SELECT projection || ' ' || source || ' ' || sequence || ' ' || last_id FROM {}"
        ).format(sql.Identifier(schema, table))
        rows = connection.execute(told).fetchall()
        return sorted(row for (row,) in rows)
    drawn = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND column_default LIKE 'nextval(%%'",
        (schema, table),
    ).fetchall()
    row = sql.Composed([sql.SQL("to_jsonb(t)")])
    for (name,) in drawn:
        row += sql.SQL(" || jsonb_build_object({}, rank() OVER (ORDER BY t.{}))").format(
            sql.Literal(name), sql.Identifier(name)
        )
    query = sql.SQL("SELECT ({})::text FROM {} AS t").format(row, sql.Identifier(schema, table))
    return sorted(each for (each,) in connection.execute(query).fetchall())
