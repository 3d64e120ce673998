"""The questions that the public record answers: lists with counts, one record, its history."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from services.portal.domain.record import Basis, Told, as_recorded
from services.portal.views.search import Match, matching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

PAGE = 25
BATCH = 500
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
LATE = "late"
"""A filter without values of its own: what is due and its day has passed."""
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


_SELECT = sql.SQL("SELECT {} FROM portal_read.records r WHERE {} ORDER BY {}")


async def answer(pool: AsyncConnectionPool[Any], question: Question) -> Answered:
    """Answer a list question; a page beyond the last is the last."""
    async with pool.connection() as connection:
        match = await matching(connection, question.q, everything=question.everything)
        where, parameters = _where(question, match)
        total = await _count(connection, where, parameters)
        asked = replace(question, page=min(question.page, pages_of(total, question.size)))
        records = await _page(connection, asked, match)
        counts = await _facets(connection, question, match)
        return Answered(total, records, counts, match)


@asynccontextmanager
async def every(
    pool: AsyncConnectionPool[Any], question: Question
) -> AsyncIterator[tuple[int, AsyncIterator[list[Listed]]]]:
    """Give how many records match, and all of them in batches, both as they stand at one moment."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        match = await matching(connection, question.q, everything=question.everything)
        where, parameters = _where(question, match)
        total = await _count(connection, where, parameters)
        yield total, _batches(connection, question, match)


async def _batches(
    connection: AsyncConnection[Any], question: Question, match: Match
) -> AsyncIterator[list[Listed]]:
    where, parameters = _where(question, match)
    query = _SELECT.format(_COLUMNS, where, _order(question, match))
    async with connection.cursor("every", row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        while rows := await cursor.fetchmany(BATCH):
            yield [Listed(**row) for row in rows]


def pages_of(total: int, size: int) -> int:
    """Return how many pages a list has; an empty one has one."""
    return max(1, -(-total // size))


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
        if name == LATE:
            conditions.append(sql.SQL("due < %(today)s"))
            parameters["today"] = datetime.now(UTC).date()
        elif name in ONE_VALUED:
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
    query = _SELECT.format(_COLUMNS, where, _order(question, match))
    query += sql.SQL(" LIMIT %(size)s OFFSET %(skip)s")
    paging = {"size": question.size, "skip": (question.page - 1) * question.size}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters | paging)
        return [Listed(**row) for row in await cursor.fetchall()]


def _order(question: Question, match: Match) -> sql.Composable:
    if not question.order and match.ranked:
        return sql.SQL("{} DESC, ordinal").format(match.rank(sql.SQL("r.id")))
    return sql.SQL(ORDERS.get(question.order, "ordinal"))


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


async def history(pool: AsyncConnectionPool[Any], identity: UUID) -> list[Told]:
    """Return everything that was told of a recommendation, as it was recorded."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT event_id, topic, source, sequence, version, happened_at, recorded_at,"
            " actor, body FROM portal_read.history WHERE recommendation = %s",
            (identity,),
        )
        return as_recorded(Told(*row) for row in await cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Import:
    """A source file that somebody confirmed: its SHA-256, the name it came with, when and who."""

    file: str
    file_name: str
    confirmed_at: datetime
    actor: str


async def source_file(pool: AsyncConnectionPool[Any], import_id: str) -> Import | None:
    """Return the file that an import brought in; None while its confirmation was not heard."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT file, file_name, confirmed_at, actor FROM portal_read.imports WHERE id = %s",
            (import_id,),
        )
        row = await cursor.fetchone()
        return Import(*row) if row else None


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
    """Return what last happened to public records since they are public, newest first."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT r.number, h.topic, h.recorded_at, h.happened_at, h.actor, h.body, r.body"
            " FROM portal_read.history h"
            " JOIN portal_read.records r ON r.id = h.recommendation AND r.shown"
            " WHERE h.topic <> 'tracking.case.opened.v1' AND h.recorded_at >="
            " (SELECT max(p.recorded_at) FROM portal_read.history p"
            " WHERE p.recommendation = r.id AND p.topic = 'intake.recommendation.published.v1')"
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
    """Return the public records that are due next."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            sql.SQL(
                "SELECT {} FROM portal_read.records r WHERE shown AND due >= %s"
                " ORDER BY due, ordinal LIMIT %s"
            ).format(_COLUMNS),
            (today, limit),
        )
        return [Listed(**row) for row in await cursor.fetchall()]


async def positions(pool: AsyncConnectionPool[Any]) -> str:
    """Return how far every read model of the portal has come, as one word to compare."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT string_agg(format('%s.%s=%s', projection, source, sequence), ' '"
            " ORDER BY projection, source) FROM portal_read.positions"
        )
        row = await cursor.fetchone()
        return str(row[0]) if row else ""


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


async def institution_names(
    pool: AsyncConnectionPool[Any], until: datetime, basis: Basis
) -> dict[str, dict[str, str]]:
    """Return the names that each institution bore at a moment; its first ones before it had any."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT DISTINCT ON (code) code, names FROM (SELECT code, names, sequence,"
            " CASE %(basis)s WHEN 'recorded' THEN recorded_at ELSE happened_at END AS since"
            " FROM portal_read.institution_names) named"
            " ORDER BY code, since <= %(until)s DESC,"
            " CASE WHEN since <= %(until)s THEN sequence END DESC, sequence",
            {"until": until, "basis": basis},
        )
        return dict(await cursor.fetchall())


async def overdue(pool: AsyncConnectionPool[Any], today: date) -> int:
    """Return how many public records are late."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT count(*) FROM portal_read.records WHERE shown AND due < %s",
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
