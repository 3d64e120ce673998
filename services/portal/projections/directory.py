"""What the directory tells: the bodies that take part, and whose sign-ins have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from libs.contracts.directory import (
    InstitutionReclassified,
    InstitutionRegistered,
    InstitutionRenamed,
    PersonCredentialIssued,
    PersonLeft,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncCursor

    from libs.chassis.envelope import Heard


class Institutions:
    """Rows of institutions, and of every name that each has borne."""

    name = "institutions"
    tables = """
        CREATE TABLE IF NOT EXISTS portal_read.institutions (code text PRIMARY KEY,
          names jsonb NOT NULL, kind text NOT NULL, membership text NOT NULL);
        CREATE TABLE IF NOT EXISTS portal_read.institution_names (event_id text PRIMARY KEY,
          code text NOT NULL, names jsonb NOT NULL, sequence bigint NOT NULL,
          happened_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL);
    """

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Heard]) -> None:
        """Write which bodies take part, under which names, and as what."""
        for heard in events:
            match heard.event:
                case InstitutionRegistered(code=code, names=names, kind=kind, membership=member):
                    await cursor.execute(
                        "INSERT INTO portal_read.institutions (code, names, kind, membership)"
                        " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                        (code, Jsonb(names), kind, member),
                    )
                    await _name(cursor, heard, code, names)
                case InstitutionRenamed(code=code, names=names):
                    await cursor.execute(
                        "UPDATE portal_read.institutions SET names = %s WHERE code = %s",
                        (Jsonb(names), code),
                    )
                    await _name(cursor, heard, code, names)
                case InstitutionReclassified(code=code, kind=kind, membership=member):
                    await cursor.execute(
                        "UPDATE portal_read.institutions SET kind = %s, membership = %s"
                        " WHERE code = %s",
                        (kind, member, code),
                    )
                case _:
                    pass


async def _name(cursor: AsyncCursor[Any], heard: Heard, code: str, names: dict[str, str]) -> None:
    await cursor.execute(
        "INSERT INTO portal_read.institution_names"
        " (event_id, code, names, sequence, happened_at, recorded_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (heard.id, code, Jsonb(names), heard.sequence, heard.happened_at, heard.recorded_at),
    )


class EndedSignIns:
    """Before which version of a person no sign-in counts: a new password stands, or who left."""

    name = "sign-ins"
    tables = (
        "CREATE TABLE IF NOT EXISTS portal_read.ended_sign_ins"
        " (person text PRIMARY KEY, version bigint NOT NULL)"
    )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Heard]) -> None:
        """Write whose sign-ins have ended, and with which version."""
        for heard in events:
            if isinstance(heard.event, (PersonCredentialIssued, PersonLeft)):
                await cursor.execute(
                    "INSERT INTO portal_read.ended_sign_ins AS known (person, version)"
                    " VALUES (%s, %s) ON CONFLICT (person) DO UPDATE"
                    " SET version = greatest(known.version, excluded.version)",
                    (str(heard.stream), heard.version),
                )
