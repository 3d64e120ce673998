"""Imports as rows: what was handed in, confirmed, undone, and by which event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from psycopg import AsyncCursor

    from libs.ledger.reader import Recorded

IMPORT: Final = "intake.import."
TABLES: Final = """
        CREATE TABLE IF NOT EXISTS intake_read.imports (
          id uuid PRIMARY KEY, version bigint NOT NULL, file text NOT NULL, file_name text NOT NULL,
          size bigint NOT NULL, options jsonb NOT NULL, registered_at timestamptz NOT NULL,
          registered_by text NOT NULL, confirmation text, file_format text, counts jsonb,
          undoing text, recorded int, ended boolean NOT NULL DEFAULT false,
          undone boolean NOT NULL DEFAULT false, undo_reason text);
        CREATE INDEX IF NOT EXISTS imports_unfinished ON intake_read.imports (id) WHERE NOT undone;
"""
_STEPS: Final = {
    "confirmed.v1": "confirmation = %(event)s, file_format = %(file_format)s, counts = %(counts)s",
    "ended.v1": "ended = true, recorded = %(recorded)s",
    "undo-begun.v1": "undoing = %(event)s, undo_reason = %(reason)s",
    "undone.v1": "undone = true",
}


async def apply(cursor: AsyncCursor[Any], event: Recorded) -> None:
    """Write one step of an import."""
    step = event.topic.removeprefix(IMPORT)
    if step == "registered.v1":
        await _register(cursor, event)
    elif step in _STEPS:
        await cursor.execute(
            f"UPDATE intake_read.imports SET version = %(version)s, {_STEPS[step]}"  # noqa: S608
            " WHERE id = %(id)s",
            {
                "id": event.stream,
                "version": event.version,
                "event": event.event_id,
                "reason": event.data.get("reason"),
                "recorded": event.data.get("recorded"),
                "file_format": event.data.get("file_format"),
                "counts": orjson.dumps(event.data.get("counts")).decode(),
            },
        )


async def _register(cursor: AsyncCursor[Any], event: Recorded) -> None:
    data = event.data
    await cursor.execute(
        "INSERT INTO intake_read.imports"
        " (id, version, file, file_name, size, options, registered_at, registered_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING",
        (
            event.stream,
            event.version,
            data["file"],
            data["file_name"],
            data["size"],
            orjson.dumps(data["options"]).decode(),
            event.recorded_at,
            event.meta["actor"],
        ),
    )
