"""The questions that tracking answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool


class CaseView(BaseModel):
    """How the follow-up of a recommendation stands."""

    recommendation: UUID
    number: str
    version: int
    lead: str
    supporting: list[str]
    deadline: date | None
    statuses: dict[str, str]
    closed: bool


async def case_of(pool: AsyncConnectionPool[Any], recommendation: UUID) -> CaseView | None:
    """Return the case of a recommendation, None while there is none."""
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(CaseView)) as cursor,
    ):
        await cursor.execute(
            "SELECT * FROM tracking_read.cases WHERE recommendation = %s", (recommendation,)
        )
        return await cursor.fetchone()


async def cases(pool: AsyncConnectionPool[Any], after: str, limit: int) -> list[CaseView]:
    """Return cases by number, those after number ``after``."""
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(CaseView)) as cursor,
    ):
        await cursor.execute(
            "SELECT * FROM tracking_read.cases WHERE (length(number), number) > (length(%s), %s)"
            " ORDER BY length(number), number LIMIT %s",
            (after, after, limit),
        )
        return await cursor.fetchall()


async def institutions(pool: AsyncConnectionPool[Any]) -> dict[str, str]:
    """Return the kinds of the institutions that take part, by their codes, in order."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            'SELECT code, kind FROM tracking_read.institutions ORDER BY code COLLATE "C"'
        )
        return dict(await cursor.fetchall())
