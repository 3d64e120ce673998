"""The directory's own read models, and the erasure of what was sealed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncCursor

    from libs.ledger.reader import Recorded
    from libs.ledger.vault import Vault


class InstitutionsProjection:
    """Rows of institutions, from the own ledger."""

    name = "institutions"
    tables = (
        "CREATE TABLE IF NOT EXISTS directory_read.institutions (id uuid PRIMARY KEY,"
        " code text NOT NULL UNIQUE, names jsonb NOT NULL, kind text NOT NULL,"
        " membership text NOT NULL, version bigint NOT NULL)"
    )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded]) -> None:
        """Write what happened to institutions."""
        for event in events:
            fields = event.data | {"id": event.stream, "version": event.version}
            if "names" in fields:
                fields["names"] = Jsonb(fields["names"])
            match event.topic.removeprefix("directory.institution."):
                case "registered.v1":
                    await cursor.execute(
                        "INSERT INTO directory_read.institutions"
                        " (id, code, names, kind, membership, version)"
                        " VALUES (%(id)s, %(code)s, %(names)s, %(kind)s, %(membership)s, 1)"
                        " ON CONFLICT DO NOTHING",
                        fields,
                    )
                case "renamed.v1":
                    await cursor.execute(
                        "UPDATE directory_read.institutions SET names = %(names)s,"
                        " version = %(version)s WHERE id = %(id)s",
                        fields,
                    )
                case "reclassified.v1":
                    await cursor.execute(
                        "UPDATE directory_read.institutions SET kind = %(kind)s,"
                        " membership = %(membership)s, version = %(version)s WHERE id = %(id)s",
                        fields,
                    )
                case _:
                    pass


_CHANGES = {
    "role-granted.v1": "roles = array_append(array_remove(roles, %(role)s), %(role)s)",
    "role-withdrawn.v1": "roles = array_remove(roles, %(role)s)",
    "credential-issued.v1": "signs_in = true",
    "hash-renewed.v1": "signs_in = true",
    "left.v1": "roles = '{}', signs_in = false, gone = true",
    "erased.v1": "erased = true",
}


class EnrolmentsProjection:
    """Rows of people, from the own ledger: a pseudonym and the vault reference."""

    name = "enrolments"
    tables = (
        "CREATE TABLE IF NOT EXISTS directory_read.enrolments (id uuid PRIMARY KEY,"
        " institution text NOT NULL, secret uuid NOT NULL, roles text[] NOT NULL DEFAULT '{}',"
        " signs_in boolean NOT NULL DEFAULT false, gone boolean NOT NULL DEFAULT false,"
        " erased boolean NOT NULL DEFAULT false, version bigint NOT NULL)"
    )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded]) -> None:
        """Write what happened to people."""
        for event in events:
            kind, _, what = event.topic.removeprefix("directory.").partition(".")
            if kind != "person":
                continue
            fields = event.data | {"id": event.stream, "version": event.version}
            if what == "enrolled.v1":
                await cursor.execute(
                    "INSERT INTO directory_read.enrolments (id, institution, secret, version)"
                    " VALUES (%(id)s, %(institution)s, %(secret)s, 1) ON CONFLICT DO NOTHING",
                    fields,
                )
            elif what in _CHANGES:
                await cursor.execute(
                    f"UPDATE directory_read.enrolments SET {_CHANGES[what]},"  # noqa: S608  our words
                    " version = %(version)s WHERE id = %(id)s",
                    fields,
                )


class Erasures:
    """Deletes keys and vault rows of those whose erasure was recorded; harmless when repeated.

    A crash between the event and the deletion leaves nothing behind: this goes on where it stopped.
    """

    name = "erasures"
    tables = ""

    def __init__(self, vault: Vault) -> None:
        """Delete keys of ``vault``."""
        self._vault = vault

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Recorded]) -> None:
        """Delete what recorded erasures name."""
        for event in events:
            if event.topic == "directory.person.erased.v1":
                await asyncio.to_thread(self._vault.forget, event.stream)
                await cursor.execute("SELECT directory.forget(%s)", (event.stream,))
