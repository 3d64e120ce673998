"""The questions that intake answers about imports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from psycopg.rows import class_row, dict_row
from pydantic import BaseModel, Field

from services.intake.views.importing import DOUBTFUL

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

ImportState = Literal[
    "reading", "previewed", "failed", "confirming", "confirmed", "undoing", "undone"
]
RowKind = Literal["new", "changed", "unchanged", "conflict", "repeated", "not-understood"]
Chosen = RowKind | Literal["doubtful"]
"""Which rows of a preview are asked for: of a kind, or those on which there is a doubt."""

_STATE = (
    "CASE WHEN i.undone THEN 'undone' WHEN i.undoing IS NOT NULL THEN 'undoing'"
    " WHEN i.ended THEN 'confirmed' WHEN i.confirmation IS NOT NULL THEN 'confirming'"
    " WHEN p.refusal IS NOT NULL THEN 'failed' WHEN p.finished THEN 'previewed'"
    " ELSE 'reading' END"
)
# What a person confirmed stands in the ledger; only what is not confirmed is told by its preview.
_IMPORT = (
    f"SELECT i.id, i.version, {_STATE} AS state, i.file, i.file_name, i.size, i.options,"  # noqa: S608
    " i.registered_at, i.registered_by, i.undo_reason,"
    " coalesce(i.file_format, p.file_format, '') AS file_format,"
    " coalesce(i.counts, p.counts, '{}') AS counts, p.refusal,"
    " coalesce(p.rows_read, (i.counts ->> 'read')::int, 0) AS rows_read,"
    " coalesce(i.recorded, p.recorded, 0) AS rows_recorded,"
    " CASE WHEN i.undone THEN"
    " (SELECT count(*) FROM intake_read.effects e WHERE e.cause = i.confirmation)"
    " ELSE coalesce(p.taken_back, 0) END AS rows_taken_back,"
    " p.import_id IS NOT NULL AS rows_kept,"
    " (SELECT count(*) FROM intake_read.import_leftovers l WHERE l.import_id = i.id) AS left_over"
    " FROM intake_read.imports i LEFT JOIN intake_read.import_previews p ON p.import_id = i.id"
)


class Counts(BaseModel):
    """The figures of a preview: ``distinct`` recommendations among the rows that were read.

    ``new`` includes those that stand again after they were withdrawn by an undoing
    (``reinstated``); ``repeated`` rows say what an earlier row of the file says.
    """

    read: int = 0
    distinct: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    conflicts: int = 0
    not_understood: int = 0
    repeated: int = 0
    reinstated: int = 0


class Progress(BaseModel):
    """How far the work on an import has come, in rows or records."""

    rows_read: int
    rows_recorded: int
    rows_taken_back: int


class Refused(BaseModel):
    """Why a file could not be read: a code with a sentence in every language, and its facts."""

    code: str
    facts: dict[str, str | int]
    detail: str = ""


class ImportView(BaseModel):
    """An import as it stands."""

    id: UUID
    version: int
    state: ImportState
    file: str = Field(description="SHA-256 of the original.")
    file_name: str
    file_format: str
    size: int
    options: dict[str, str | int | bool | None]
    registered_at: datetime
    registered_by: str = Field(description="Who handed it in.")
    counts: Counts
    doubtful: int = Field(
        0, description="Rows on which something is for a person to look at; they count above too."
    )
    progress: Progress
    rows_kept: bool = Field(
        description="Whether the rows that were read can be looked at; no backup holds them."
    )
    refusal: Refused | None = None
    undo_reason: str | None = None
    left_over: int = Field(description="Records with which something was not done.")


class DifferenceView(BaseModel):
    """One field: what stands, what the file says, whether a person put what stands there."""

    before: Any
    after: Any
    by_hand: bool


class DoubtView(BaseModel):
    """What a person should look at: a code with a sentence in every language, what was written."""

    code: str
    written: str
    text: str = ""


class RowView(BaseModel):
    """One row of a preview: where it stands in the file, what it says, what would be done."""

    place: int
    row: int
    state: str
    kind: RowKind
    reason: str | None
    reason_text: str = ""
    number: str | None
    recommendation: UUID | None
    confirms: bool
    reinstates: bool
    stated: dict[str, Any]
    doubts: list[DoubtView] = []
    differences: dict[str, DifferenceView]


class LeftoverView(BaseModel):
    """A record with which something was not done, in which fields and why (a code)."""

    recommendation: UUID
    number: str
    reason: str
    reason_text: str = ""
    fields: list[str]


async def one_import(pool: AsyncConnectionPool[Any], identity: UUID) -> ImportView | None:
    """Return an import by its id."""
    found = await _imports(pool, "WHERE i.id = %s", identity)
    return found[0] if found else None


async def imports(
    pool: AsyncConnectionPool[Any], before: datetime | None, after: datetime | None, limit: int
) -> list[ImportView]:
    """Return imports, newest first: those nearest before a moment, or nearest after one."""
    found = await _imports(
        pool,
        "WHERE (%s::timestamptz IS NULL OR i.registered_at < %s)"
        " AND (%s::timestamptz IS NULL OR i.registered_at > %s)"
        f" ORDER BY i.registered_at {'DESC' if after is None else 'ASC'} LIMIT %s",
        before,
        before,
        after,
        after,
        limit,
    )
    return found if after is None else found[::-1]


async def _imports(pool: AsyncConnectionPool[Any], where: str, *values: object) -> list[ImportView]:
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(f"{_IMPORT} {where}".encode(), values)
        return [_view(row) for row in await cursor.fetchall()]


def _view(row: dict[str, Any]) -> ImportView:
    progress = {name: row[name] for name in Progress.model_fields}
    doubtful = row["counts"].get("doubtful", 0)
    return ImportView.model_validate({**row, "progress": progress, "doubtful": doubtful})


async def rows(  # noqa: PLR0913  one argument for each part of the question
    pool: AsyncConnectionPool[Any],
    identity: UUID,
    chosen: Chosen | None,
    after: int,
    skip: int,
    limit: int,
) -> list[RowView]:
    """Return the judged rows of a preview, the chosen ones if any are, in the file's order.

    Those up to place ``after`` are left out, and then the first ``skip``.
    """
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(RowView)) as cursor,
    ):
        await cursor.execute(
            "SELECT place, row, state, kind, reason, number, recommendation, confirms, reinstates,"  # noqa: S608  a fixed condition
            " stated, coalesce(stated->'doubts', '[]') AS doubts,"
            " coalesce(differences, '{}') AS differences FROM intake_read.import_rows"
            " WHERE import_id = %s AND place > %s AND kind IS NOT NULL"
            f" AND (%s::text IS NULL OR kind = %s OR (%s = 'doubtful' AND {DOUBTFUL}))"
            " ORDER BY place LIMIT %s OFFSET %s",
            (identity, after, chosen, chosen, chosen, limit, skip),
        )
        return await cursor.fetchall()


async def leftovers(
    pool: AsyncConnectionPool[Any], identity: UUID, after: str, limit: int
) -> list[LeftoverView]:
    """Return the records with which something was not done, by number, after that of ``after``.

    What there is of the last one is told whole, though it be more than ``limit``.
    """
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(LeftoverView)) as cursor,
    ):
        await cursor.execute(
            "SELECT recommendation, number, reason, fields FROM intake_read.import_leftovers"
            " WHERE import_id = %s AND (length(number), number) > (length(%s), %s)"
            " ORDER BY length(number), number FETCH FIRST %s ROWS WITH TIES",
            (identity, after, after, limit),
        )
        return await cursor.fetchall()
