"""The questions that intake answers about the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

_COLUMNS = (
    "id, number, version, state, mechanism, kind, language, official, published, withdrawn,"
    " corrected, import_id, fields, translations, summaries"
)


class RecommendationView(BaseModel):
    """A record of the register as it stands."""

    id: UUID
    number: str
    version: int
    state: str
    mechanism: str
    kind: str
    language: str
    official: bool
    published: bool
    withdrawn: bool
    corrected: bool
    import_id: str | None
    fields: dict[str, Any]
    translations: dict[str, str]
    summaries: dict[str, str]


async def recommendation(
    pool: AsyncConnectionPool[Any], identity: UUID
) -> RecommendationView | None:
    """Return a record by its id."""
    return await _one(pool, "id = %s", identity)


async def by_number(pool: AsyncConnectionPool[Any], number: str) -> RecommendationView | None:
    """Return a record by its permanent number."""
    return await _one(pool, "number = %s", number)


async def _one(
    pool: AsyncConnectionPool[Any], where: str, value: object
) -> RecommendationView | None:
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(RecommendationView)) as cursor,
    ):
        await cursor.execute(
            f"SELECT {_COLUMNS} FROM intake_read.recommendations WHERE {where}",  # noqa: S608
            (value,),
        )
        return await cursor.fetchone()


async def recommendations(
    pool: AsyncConnectionPool[Any], after: str, limit: int, *, published_only: bool
) -> list[RecommendationView]:
    """Return records by number, those after number ``after``."""
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(RecommendationView)) as cursor,
    ):
        await cursor.execute(
            f"SELECT {_COLUMNS} FROM intake_read.recommendations"  # noqa: S608  fixed columns
            " WHERE number > %s AND (NOT %s OR (published AND NOT withdrawn))"
            " ORDER BY number LIMIT %s",
            (after, published_only, limit),
        )
        return await cursor.fetchall()
