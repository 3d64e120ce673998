"""Intake's own read model: the register as it stands, by which imports find what they know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from psycopg.types.json import Jsonb

from services.intake.domain.matching import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncCursor

    from libs.ledger.reader import Recorded

_PREFIX = "intake.recommendation."
_ONE_FIELD = {"published.v1": "published = true", "withdrawn.v1": "withdrawn = true", "reinstated.v1": "withdrawn = false"}


class RegisterOfRecommendations:
    """Rows of recommendations, from the own ledger."""

    name = "recommendations"
    tables = """
        CREATE TABLE IF NOT EXISTS intake_read.recommendations (
          id uuid PRIMARY KEY, number text NOT NULL UNIQUE, version bigint NOT NULL,
          state text NOT NULL, mechanism text NOT NULL, kind text NOT NULL, language text NOT NULL,
          official boolean NOT NULL, published boolean NOT NULL DEFAULT false,
          withdrawn boolean NOT NULL DEFAULT false, corrected boolean NOT NULL DEFAULT false,
          annotation_id text, cycle int, paragraph text, fingerprint bytea NOT NULL,
          import_id text, fields jsonb NOT NULL, translations jsonb NOT NULL DEFAULT '{}',
          summaries jsonb NOT NULL DEFAULT '{}');
        CREATE INDEX IF NOT EXISTS recommendations_annotation ON intake_read.recommendations (annotation_id);
        CREATE INDEX IF NOT EXISTS recommendations_place
          ON intake_read.recommendations (state, mechanism, cycle, paragraph);
        CREATE INDEX IF NOT EXISTS recommendations_fingerprint ON intake_read.recommendations (fingerprint);
        CREATE INDEX IF NOT EXISTS recommendations_import ON intake_read.recommendations (import_id)
    """

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded]) -> None:
        """Write what happened to recommendations; runs of new ones go in together."""
        received: list[Recorded] = []
        for event in events:
            if event.topic == _PREFIX + "received.v1":
                received.append(event)
                continue
            if event.topic.startswith(_PREFIX):
                await _insert(cursor, received)
                received = []
                await _apply(cursor, event)
        await _insert(cursor, received)


async def _insert(cursor: AsyncCursor[Any], events: list[Recorded]) -> None:
    if events:
        await cursor.executemany(
            "INSERT INTO intake_read.recommendations (id, number, version, state, mechanism, kind, language,"
            " official, annotation_id, cycle, paragraph, fingerprint, import_id, fields)"
            " VALUES (%s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [_row(event) for event in events],
        )


_IDENTITY = {"number", "state", "mechanism", "kind", "official", "language", "source", "repairs"}


def _row(event: Recorded) -> tuple[Any, ...]:
    data = event.data
    fields = {name: value for name, value in data.items() if name not in _IDENTITY}
    return (
        event.stream,
        data["number"],
        data["state"],
        data["mechanism"],
        data["kind"],
        data["language"],
        data["official"],
        data["annotation_id"],
        data["cycle"],
        data["paragraph"],
        fingerprint(data["text"]),
        (data["source"] or {}).get("import_id"),
        orjson.dumps(fields).decode(),
    )


async def _apply(cursor: AsyncCursor[Any], event: Recorded) -> None:
    data = event.data
    match event.topic.removeprefix(_PREFIX):
        case "confirmed.v1":
            given = {name: value for name, value in data.items() if value is not None and name != "source"}
            await _change(cursor, event, given)
            await cursor.execute(
                "UPDATE intake_read.recommendations SET official = true WHERE id = %s", (event.stream,)
            )
        case "corrected.v1":
            await _change(cursor, event, data["fields"], by_hand=data["source"] is None)
        case "classified.v1":
            await _change(cursor, event, data)
        case "position-recorded.v1":
            position = {
                "position": data["position"],
                "position_as_written": data["nuance"],
                "position_source": data["position_source"],
            }
            await _change(cursor, event, position)
        case "translated.v1":
            await _word(cursor, event, "translations", data["text"])
        case "summarised.v1":
            await _word(cursor, event, "summaries", data["summary"])
        case known if known in _ONE_FIELD:
            await cursor.execute(
                f"UPDATE intake_read.recommendations SET version = %s, {_ONE_FIELD[known]} WHERE id = %s",  # noqa: S608
                (event.version, event.stream),
            )
        case _:
            await cursor.execute(
                "UPDATE intake_read.recommendations SET version = %s WHERE id = %s",
                (event.version, event.stream),
            )


async def _change(
    cursor: AsyncCursor[Any], event: Recorded, fields: dict[str, Any], *, by_hand: bool = False
) -> None:
    """Put fields; those that imports are matched by stand in columns of their own too."""
    await cursor.execute(
        "UPDATE intake_read.recommendations SET version = %s, fields = fields || %s,"
        " corrected = corrected OR %s WHERE id = %s"
        " RETURNING fields",
        (event.version, Jsonb(fields), by_hand, event.stream),
    )
    row = await cursor.fetchone()
    if row is not None:
        now = row[0]
        await cursor.execute(
            "UPDATE intake_read.recommendations SET annotation_id = %s, cycle = %s, paragraph = %s,"
            " fingerprint = %s WHERE id = %s",
            (now["annotation_id"], now["cycle"], now["paragraph"], fingerprint(now["text"]), event.stream),
        )


async def _word(cursor: AsyncCursor[Any], event: Recorded, column: str, text: str) -> None:
    await cursor.execute(
        f"UPDATE intake_read.recommendations SET version = %s,"  # noqa: S608  one of two names
        f" {column} = {column} || jsonb_build_object(%s::text, %s::text) WHERE id = %s",
        (event.version, event.data["language"], text, event.stream),
    )
