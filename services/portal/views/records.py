"""The questions that the public record answers: lists with counts, one record, its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from services.portal.domain.record import Told
from services.portal.views.search import Match, matching

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

PAGE = 25
MOST_EXPORTED = 50_000
MOST_VALUES = 60

ONE_VALUED: dict[str, LiteralString] = {
    "mechanism": "mechanism",
    "cycle": "cycle::text",
    "position": "coalesce(position, 'none')",
    "status": "status",
    "lead": "lead",
    "state": "state",
}
MANY_VALUED: dict[str, LiteralString] = {"theme": "themes", "group": "groups", "sdg": "goals"}
FACETS = ("mechanism", "cycle", "theme", "group", "sdg", "position", "status")
ORDERS: dict[str, LiteralString] = {
    "number": "ordinal",
    "newest": "ordinal DESC",
    "changed": "changed_at DESC, ordinal",
    "deadline": "deadline NULLS LAST, ordinal",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked: words, filters, order and place; the same for pages and files."""

    q: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    page: int = 1
    size: int = PAGE
    everything: bool = False
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list."""

    id: UUID
    number: str
    state: str
    mechanism: str
    cycle: int | None
    official: bool
    shown: bool
    position: str | None
    status: str
    lead: str | None
    deadline: date | None
    changed_at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """A list: how many match, one page of them, the counts beside it, and what was searched."""

    total: int
    records: list[Listed]
    facets: dict[str, list[tuple[str, int]]]
    match: Match


_COLUMNS = sql.SQL(
    "id, number, state, mechanism, cycle, official, shown, position, status, lead, deadline,"
    " changed_at, body"
)


async def answer(
    pool: AsyncConnectionPool[Any], question: Question, *, facets: bool = True
) -> Answered:
    """Answer a list question."""
    async with pool.connection() as connection:
        match = await matching(connection, question.q)
        where, parameters = _where(question, match)
        total = await _count(connection, where, parameters)
        records = await _page(connection, question, match)
        counts = await _facets(connection, question, match) if facets else {}
        return Answered(total, records, counts, match)


def _where(
    question: Question, match: Match, without: str | None = None, *, paged: bool = False
) -> tuple[sql.Composed, dict[str, Any]]:
    found = match.page_condition if paged else match.condition
    conditions: list[sql.Composable] = [found(sql.SQL("r.id"))]
    if not question.everything:
        conditions.append(sql.SQL("shown"))
    parameters: dict[str, Any] = dict(match.parameters)
    for name, values in question.filters.items():
        if name == without or not values:
            continue
        if name in ONE_VALUED:
            conditions.append(sql.SQL(ONE_VALUED[name] + " = ANY(%(f_" + name + ")s)"))
        elif name in MANY_VALUED:
            conditions.append(sql.SQL(MANY_VALUED[name] + " && %(f_" + name + ")s::text[]"))
        else:
            continue
        parameters[f"f_{name}"] = list(values)
    return sql.SQL(" AND ").join(conditions), parameters


async def _count(
    connection: AsyncConnection[Any], where: sql.Composed, parameters: dict[str, Any]
) -> int:
    cursor = await connection.execute(
        sql.SQL("SELECT count(*) FROM portal_read.records r WHERE {}").format(where), parameters
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def _page(
    connection: AsyncConnection[Any],
    question: Question,
    match: Match,
) -> list[Listed]:
    where, parameters = _where(question, match, paged=True)
    order: sql.Composable = sql.SQL(ORDERS.get(question.order, "ordinal"))
    if not question.order and match.ranked:
        order = sql.SQL("{} DESC, ordinal").format(match.rank(sql.SQL("r.id")))
    query = sql.SQL(
        "SELECT {} FROM portal_read.records r WHERE {} ORDER BY {} LIMIT %(size)s OFFSET %(skip)s"
    ).format(_COLUMNS, where, order)
    size = min(question.size, MOST_EXPORTED)
    paging = {"size": size, "skip": (question.page - 1) * size}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters | paging)
        return [Listed(**row) for row in await cursor.fetchall()]


async def _facets(
    connection: AsyncConnection[Any], question: Question, match: Match
) -> dict[str, list[tuple[str, int]]]:
    """Count each facet's values under every filter but its own, so that a choice can be widened."""
    counts: dict[str, list[tuple[str, int]]] = {}
    for name in FACETS:
        where, parameters = _where(question, match, without=name)
        value = (
            sql.SQL(ONE_VALUED[name])
            if name in ONE_VALUED
            else sql.SQL("unnest({})").format(sql.SQL(MANY_VALUED[name]))
        )
        cursor = await connection.execute(
            sql.SQL(
                "SELECT value, count(*)"
                " FROM (SELECT {} AS value FROM portal_read.records r WHERE {}) v"
                " WHERE value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, value LIMIT {}"
            ).format(value, where, sql.Literal(MOST_VALUES)),
            parameters,
        )
        counts[name] = [(str(row[0]), int(row[1])) for row in await cursor.fetchall()]
    return counts


async def record(pool: AsyncConnectionPool[Any], number: str) -> Listed | None:
    """Return one record by its permanent number, shown or not."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            sql.SQL("SELECT {} FROM portal_read.records r WHERE number = %s").format(_COLUMNS),
            (number,),
        )
        row = await cursor.fetchone()
        return Listed(**row) if row else None


async def number_of(pool: AsyncConnectionPool[Any], identity: UUID) -> str | None:
    """Return the permanent number of a recommendation's id."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT number FROM portal_read.records WHERE id = %s", (identity,)
        )
        row = await cursor.fetchone()
        return str(row[0]) if row else None


async def history(pool: AsyncConnectionPool[Any], identity: UUID) -> list[Told]:
    """Return everything that was told of a recommendation, as it was recorded."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT event_id, topic, source, sequence, version, happened_at, recorded_at,"
            " actor, body FROM portal_read.history WHERE recommendation = %s"
            " ORDER BY recorded_at, source, sequence",
            (identity,),
        )
        return [Told(*row) for row in await cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was lately told of a public record."""

    number: str
    topic: str
    recorded_at: datetime
    happened_at: datetime
    actor: str
    body: dict[str, Any]
    record: dict[str, Any]


async def latest(pool: AsyncConnectionPool[Any], limit: int) -> list[Change]:
    """Return what last happened to public records, newest first."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT r.number, h.topic, h.recorded_at, h.happened_at, h.actor, h.body, r.body"
            " FROM portal_read.history h"
            " JOIN portal_read.records r ON r.id = h.recommendation AND r.shown"
            " WHERE h.topic <> 'tracking.case.opened.v1'"
            " ORDER BY h.happened_at DESC, h.sequence DESC LIMIT %s",
            (limit,),
        )
        return [Change(*row) for row in await cursor.fetchall()]


async def matrix(pool: AsyncConnectionPool[Any]) -> dict[tuple[str, str], int]:
    """Return how many public records each mechanism has in each status."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT mechanism, status, count(*) FROM portal_read.records WHERE shown GROUP BY 1, 2"
        )
        return {(row[0], row[1]): row[2] for row in await cursor.fetchall()}


async def due_next(pool: AsyncConnectionPool[Any], today: date, limit: int) -> list[Listed]:
    """Return the public records whose deadline comes next."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            sql.SQL(
                "SELECT {} FROM portal_read.records r WHERE shown AND deadline >= %s"
                " ORDER BY deadline, ordinal LIMIT %s"
            ).format(_COLUMNS),
            (today, limit),
        )
        return [Listed(**row) for row in await cursor.fetchall()]


async def words(pool: AsyncConnectionPool[Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Return every vocabulary: scheme → code → labels by language."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT scheme, code, labels FROM portal_read.terms ORDER BY ordinal"
        )
        for scheme, code, labels in await cursor.fetchall():
            found.setdefault(scheme, {})[code] = labels
        cursor = await connection.execute("SELECT code, names FROM portal_read.institutions")
        found["institution"] = dict(await cursor.fetchall())
        cursor = await connection.execute("SELECT person, institution FROM portal_read.people")
        found["person"] = {
            person: {"institution": code} for person, code in await cursor.fetchall()
        }
    return found


async def overdue(pool: AsyncConnectionPool[Any], today: date) -> int:
    """Return how many public records are past their deadline and not implemented."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT count(*) FROM portal_read.records"
            " WHERE shown AND deadline < %s AND status <> 'implemented'",
            (today,),
        )
        row = await cursor.fetchone()
        return int(row[0]) if row else 0


async def mechanism_kinds(pool: AsyncConnectionPool[Any]) -> dict[str, str]:
    """Return the kind of every mechanism that the vocabulary names, in its order."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT code, coalesce(facts->>'kind', '') FROM portal_read.terms"
            " WHERE scheme = 'mechanism' ORDER BY ordinal"
        )
        return {row[0]: row[1] for row in await cursor.fetchall()}
