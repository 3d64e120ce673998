"""From the own ledger to rows: recommendations, imports, and what each import caused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import dict_row

from services.intake.projections import imports
from services.intake.projections.record import COLUMNS, RECORD, Row, changed, fresh, stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncCursor

    from libs.ledger.reader import Recorded

_SENT = {"jsonb": "text"}
"""JSON goes over the wire as text, in binary arrays: text arrays would be escaped sign by sign."""
_NAMES = ", ".join(COLUMNS)
_VALUES = ", ".join(f"%b::{_SENT.get(kind, kind)}[]::{kind}[]" for kind in COLUMNS.values())
_ANEW = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")


class RegisterOfRecommendations:
    """Rows of recommendations and imports, from the own ledger, in its order."""

    name = "recommendations"
    tables = f"""
        CREATE TABLE IF NOT EXISTS intake_read.recommendations (
          id uuid PRIMARY KEY, number text NOT NULL, version bigint NOT NULL,
          state text NOT NULL, mechanism text NOT NULL, kind text NOT NULL, language text NOT NULL,
          official boolean NOT NULL, published boolean NOT NULL, withdrawn boolean NOT NULL,
          withdrawn_by text, corrected boolean NOT NULL, by_hand jsonb NOT NULL, import_id text,
          fields jsonb NOT NULL, translations jsonb NOT NULL, summaries jsonb NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS recommendations_number
          ON intake_read.recommendations (length(number), number);
        CREATE INDEX IF NOT EXISTS recommendations_state
          ON intake_read.recommendations (state, number);
        CREATE INDEX IF NOT EXISTS recommendations_import
          ON intake_read.recommendations (import_id);
        CREATE TABLE IF NOT EXISTS intake_read.effects (
          cause text NOT NULL, recommendation uuid NOT NULL, PRIMARY KEY (cause, recommendation));
        {imports.TABLES}
    """

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded]) -> None:
        """Fold what happened to each recommendation, and write every row once."""
        ours = [event for event in events if event.topic.startswith(RECORD)]
        if ours:
            await _write(cursor, await _folded(cursor, ours))
            await _note_causes(cursor, ours)
        for event in events:
            if event.topic.startswith(imports.IMPORT):
                await imports.apply(cursor, event)


async def _folded(cursor: AsyncCursor[Any], events: list[Recorded]) -> list[Row]:
    rows = await _standing(cursor, {event.stream for event in events if event.version > 1})
    for event in events:
        if event.version == 1:
            rows[event.stream] = fresh(event)
        elif event.stream in rows:
            changed(rows[event.stream], event)
    return list(rows.values())


async def _standing(cursor: AsyncCursor[Any], streams: set[UUID]) -> dict[UUID, Row]:
    if not streams:
        return {}
    reading = cursor.connection.cursor(row_factory=dict_row)
    await reading.execute(
        f"SELECT {_NAMES} FROM intake_read.recommendations WHERE id = ANY(%s)",  # noqa: S608
        (list(streams),),
    )
    return {row["id"]: row for row in await reading.fetchall()}


async def _write(cursor: AsyncCursor[Any], rows: list[Row]) -> None:
    if rows:
        ready = [stored(row) for row in rows]
        await cursor.execute(
            f"INSERT INTO intake_read.recommendations ({_NAMES})"  # noqa: S608  fixed names
            f" SELECT * FROM unnest({_VALUES}) ON CONFLICT (id) DO UPDATE SET {_ANEW}",
            [[row[name] for row in ready] for name in COLUMNS],
        )


async def _note_causes(cursor: AsyncCursor[Any], events: list[Recorded]) -> None:
    """Keep which event caused a change: by this an import finds all that it did."""
    caused = {(event.meta["causation"], event.stream) for event in events if _cause(event)}
    if caused:
        await cursor.execute(
            "INSERT INTO intake_read.effects SELECT * FROM unnest(%s::text[], %s::uuid[])"
            " ON CONFLICT DO NOTHING",
            ([cause for cause, _ in caused], [stream for _, stream in caused]),
        )


def _cause(event: Recorded) -> bool:
    return "causation" in event.meta
