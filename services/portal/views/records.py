"""The questions that the public record answers: one record, its history, figures, words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from services.portal.domain.record import Basis, Told, as_recorded

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool


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


COLUMNS = sql.SQL(
    "id, number, state, mechanism, cycle, official, shown, position, status, lead, deadline,"
    " changed_at, body"
)


async def record(pool: AsyncConnectionPool[Any], number: str) -> Listed | None:
    """Return one record by its permanent number, shown or not."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            sql.SQL("SELECT {} FROM portal_read.records r WHERE number = %s").format(COLUMNS),
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
            "WITH counted AS MATERIALIZED (SELECT m.value AS mechanism, s.value AS status,"
            " bit_count(shown.bits & m.bits & s.bits) AS records FROM portal_read.bearers shown"
            " JOIN portal_read.bearers m ON m.part = shown.part AND m.facet = 'mechanism'"
            " JOIN portal_read.bearers s ON s.part = shown.part AND s.facet = 'status'"
            " WHERE shown.facet = 'record' AND shown.key = 'shown')"
            " SELECT mechanism, status, sum(records)::bigint FROM counted WHERE records > 0"
            " GROUP BY 1, 2"
        )
        return {(row[0], row[1]): row[2] for row in await cursor.fetchall()}


async def due_next(pool: AsyncConnectionPool[Any], today: date, limit: int) -> list[Listed]:
    """Return the public records that are due next."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            sql.SQL(
                "SELECT {} FROM portal_read.records r WHERE shown AND due >= %s"
                " ORDER BY due, ordinal LIMIT %s"
            ).format(COLUMNS),
            (today, limit),
        )
        return [Listed(**row) for row in await cursor.fetchall()]


ROWS_OF: Final = "coalesce(to_regclass('portal_read.records')::oid::bigint, 0)"
"""Which making of the read models stands: a rebuild puts other tables in their place."""


async def positions(pool: AsyncConnectionPool[Any]) -> str:
    """Return how far every read model of the portal has come, as one word to compare.

    Once they are rebuilt the word is another, wherever they stand.
    """
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT string_agg(format('%s.%s=%s', projection, source, sequence), ' '"  # noqa: S608  our own names
            f" ORDER BY projection, source) || ' of ' || {ROWS_OF} FROM portal_read.positions"
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


async def mechanism_kinds(pool: AsyncConnectionPool[Any]) -> dict[str, str]:
    """Return the kind of every mechanism that the vocabulary names, in its order."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT code, coalesce(facts->>'kind', '') FROM portal_read.terms"
            " WHERE scheme = 'mechanism' ORDER BY ordinal"
        )
        return {row[0]: row[1] for row in await cursor.fetchall()}
