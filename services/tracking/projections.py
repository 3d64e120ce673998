"""Tracking's read models: every case and how it stands, and which institutions take part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from libs.contracts.directory import InstitutionReclassified, InstitutionRegistered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncCursor

    from libs.chassis.envelope import Heard
    from libs.ledger.reader import Recorded


_STEPS: Final = {
    "opened.v1": "INSERT INTO tracking_read.cases (recommendation, number, version)"
    " VALUES (%(recommendation)s, %(number)s, 1) ON CONFLICT DO NOTHING",
    "assigned.v1": "UPDATE tracking_read.cases SET lead = %(lead)s, supporting = %(supporting)s,"
    " deadline = %(deadline)s, version = %(version)s WHERE recommendation = %(recommendation)s",
    "assessed.v1": "UPDATE tracking_read.cases SET version = %(version)s, statuses = statuses"
    " || jsonb_build_object(%(track)s::text, %(status)s::text)"
    " WHERE recommendation = %(recommendation)s",
    "closed.v1": "UPDATE tracking_read.cases SET closed = true, version = %(version)s"
    " WHERE recommendation = %(recommendation)s",
    "reopened.v1": "UPDATE tracking_read.cases SET closed = false, version = %(version)s"
    " WHERE recommendation = %(recommendation)s",
}


class CasesProjection:
    """Rows of cases, from the own ledger."""

    name = "cases"
    tables = (
        "CREATE TABLE IF NOT EXISTS tracking_read.cases (recommendation uuid PRIMARY KEY,"
        " number text NOT NULL, version bigint NOT NULL, lead text NOT NULL DEFAULT '',"
        " supporting text[] NOT NULL DEFAULT '{}', deadline date,"
        " statuses jsonb NOT NULL DEFAULT '{}', closed boolean NOT NULL DEFAULT false);"
        "CREATE INDEX IF NOT EXISTS cases_number ON tracking_read.cases (length(number), number)"
    )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded]) -> None:
        """Write what happened to cases, without waiting for one statement before the next."""
        async with cursor.connection.pipeline():
            for event in events:
                statement = _STEPS.get(event.topic.removeprefix("tracking.case."))
                if statement is not None:
                    await cursor.execute(statement, event.data | {"version": event.version})


class Institutions:
    """The institutions that take part, each with its kind, from the directory's stream."""

    name = "institutions"
    tables = (
        "CREATE TABLE IF NOT EXISTS tracking_read.institutions"
        " (code text PRIMARY KEY, kind text NOT NULL)"
    )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Heard]) -> None:
        """Write who takes part, and as what."""
        for heard in events:
            if isinstance(heard.event, (InstitutionRegistered, InstitutionReclassified)):
                await cursor.execute(
                    "INSERT INTO tracking_read.institutions (code, kind) VALUES (%s, %s)"
                    " ON CONFLICT (code) DO UPDATE SET kind = excluded.kind",
                    (heard.event.code, heard.event.kind),
                )
