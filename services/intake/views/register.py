"""The questions that intake answers about the register."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import class_row, dict_row
from pydantic import BaseModel

from services.intake.domain.source_row import SourceRow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg_pool import AsyncConnectionPool

_COLUMNS = (
    "id, number, version, state, mechanism, kind, language, official, published, withdrawn,"
    " corrected, import_id, fields, translations, summaries"
)


_PLAIN = (
    "paragraph", "annotation_id", "symbol", "cycle", "session", "position", "position_as_written",
    "position_source",
)  # fmt: skip
ROWS_AT_ONCE = 500


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
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(RecommendationView)) as cursor,
    ):
        await cursor.execute(
            f"SELECT {_COLUMNS} FROM intake_read.recommendations WHERE id = %s",  # noqa: S608
            (identity,),
        )
        return await cursor.fetchone()


async def standing(
    pool: AsyncConnectionPool[Any], *, published_only: bool
) -> AsyncIterator[list[SourceRow]]:
    """Return the records that stand as a source would state them, by number, all of one moment."""
    statement = (
        "SELECT state, mechanism, kind, language, official, fields"
        " FROM intake_read.recommendations WHERE NOT withdrawn AND (NOT %s OR published)"
        " ORDER BY length(number), number"
    )
    async with (
        pool.connection() as connection,
        connection.transaction(),
        connection.cursor("standing", row_factory=dict_row) as cursor,
    ):
        await cursor.execute(statement, (published_only,))
        number = 0
        while rows := await cursor.fetchmany(ROWS_AT_ONCE):
            yield [_as_stated(number, row) for number, row in enumerate(rows, number + 1)]
            number += len(rows)


def _as_stated(number: int, row: dict[str, Any]) -> SourceRow:
    fields, day = row["fields"], row["fields"]["document_date"]
    return SourceRow(
        row=number,
        state=row["state"],
        mechanism=row["mechanism"],
        text=fields["text"],
        language=row["language"],
        kind=row["kind"],
        document_date=date.fromisoformat(day) if day else None,
        main_theme=fields["main_theme"]["label"] if fields["main_theme"] else None,
        official=row["official"],
        themes=tuple(term["label"] for term in fields["themes"]),
        groups=tuple(term["label"] for term in fields["groups"]),
        sdgs=tuple(fields["sdgs"]),
        recommending_states=tuple(fields["recommending_states"]),
        **{name: fields[name] for name in _PLAIN},
    )


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
            " WHERE (length(number), number) > (length(%s), %s)"
            " AND (NOT %s OR (published AND NOT withdrawn))"
            " ORDER BY length(number), number LIMIT %s",
            (after, after, published_only, limit),
        )
        return await cursor.fetchall()
