"""Tracking's own read model: every case, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncCursor

    from libs.ledger.reader import Recorded


class CasesProjection:
    """Rows of cases, from the own ledger."""

    name = "cases"
    tables = (
        "CREATE TABLE IF NOT EXISTS tracking_read.cases (recommendation uuid PRIMARY KEY,"
        " number text NOT NULL, version bigint NOT NULL, lead text NOT NULL DEFAULT '',"
        " supporting text[] NOT NULL DEFAULT '{}', deadline date,"
        " statuses jsonb NOT NULL DEFAULT '{}', closed boolean NOT NULL DEFAULT false)"
    )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded]) -> None:
        """Write what happened to cases."""
        for event in events:
            match event.topic.removeprefix("tracking.case."):
                case "opened.v1":
                    await cursor.execute(
                        "INSERT INTO tracking_read.cases (recommendation, number, version)"
                        " VALUES (%(recommendation)s, %(number)s, 1) ON CONFLICT DO NOTHING",
                        event.data,
                    )
                case "assigned.v1":
                    await cursor.execute(
                        "UPDATE tracking_read.cases SET lead = %(lead)s,"
                        " supporting = %(supporting)s, deadline = %(deadline)s,"
                        " version = %(version)s"
                        " WHERE recommendation = %(recommendation)s",
                        event.data | {"version": event.version},
                    )
                case "assessed.v1":
                    await cursor.execute(
                        "UPDATE tracking_read.cases SET version = %(version)s, statuses = statuses"
                        " || jsonb_build_object(%(track)s::text, %(status)s::text)"
                        " WHERE recommendation = %(recommendation)s",
                        event.data | {"version": event.version},
                    )
                case "closed.v1":
                    await cursor.execute(
                        "UPDATE tracking_read.cases SET closed = true, version = %(version)s"
                        " WHERE recommendation = %(recommendation)s",
                        event.data | {"version": event.version},
                    )
                case _:
                    pass
