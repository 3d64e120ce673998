"""The bodies that take part, from what the directory tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from libs.contracts.directory import InstitutionRegistered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncCursor

    from libs.chassis.envelope import Heard


class Institutions:
    """Rows of institutions with their names by language."""

    name = "institutions"
    tables = (
        "CREATE TABLE IF NOT EXISTS portal_read.institutions (code text PRIMARY KEY,"
        " names jsonb NOT NULL, kind text NOT NULL, membership text NOT NULL)"
    )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Heard]) -> None:
        """Write which bodies were registered, and under which names."""
        for heard in events:
            if isinstance(heard.event, InstitutionRegistered):
                event = heard.event
                await cursor.execute(
                    "INSERT INTO portal_read.institutions (code, names, kind, membership)"
                    " VALUES (%s, %s, %s, %s) ON CONFLICT (code) DO UPDATE"
                    " SET names = excluded.names, kind = excluded.kind,"
                    " membership = excluded.membership",
                    (event.code, Jsonb(event.names), event.kind, event.membership),
                )
