"""The questions that the directory answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel

from libs.ledger.vault import Forgotten
from services.directory.domain.institution import Institution

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from libs.ledger.vault import Vault

_INSTITUTION = "SELECT id, code, names, kind, membership, version FROM directory_read.institutions"
_PERSON = (
    "SELECT e.id, e.institution, e.roles, e.signs_in, e.gone, e.erased, e.version, e.secret,"
    " v.sealed FROM directory_read.enrolments e LEFT JOIN directory.vault v ON v.ref = e.secret"
)


class InstitutionView(BaseModel):
    """An institution as it stands."""

    id: UUID
    code: str
    names: dict[str, str]
    kind: str
    membership: str
    version: int


class PersonalView(BaseModel):
    """Who somebody is, out of the vault."""

    sign_in: str
    names: dict[str, str]
    posts: dict[str, str]
    email: str


class PersonView(BaseModel):
    """A person as administrators see them; ``personal`` is None once it was erased."""

    id: UUID
    institution: str
    roles: list[str]
    signs_in: bool
    gone: bool
    erased: bool
    version: int
    personal: PersonalView | None = None


class NameView(BaseModel):
    """What a page shows of the person who has signed in."""

    id: UUID
    institution: str
    roles: list[str]
    names: dict[str, str]


class _Row(PersonView):
    secret: UUID
    sealed: bytes | None

    def opened(self, vault: Vault) -> PersonView:
        found = personal(vault, self.id, self.secret, self.sealed)
        return PersonView(
            **self.model_dump(exclude={"secret", "sealed", "personal"}), personal=found
        )


def personal(vault: Vault, subject: UUID, ref: UUID, sealed: bytes | None) -> PersonalView | None:
    """Return who somebody is, None once it was erased."""
    if sealed is None:
        return None
    try:
        fields = vault.open(subject, ref, sealed)
    except Forgotten:
        return None
    return PersonalView(
        sign_in=fields["sign-in"],
        email=fields["email"],
        names=_by_language(fields, "name."),
        posts=_by_language(fields, "post."),
    )


def _by_language(fields: dict[str, str], prefix: str) -> dict[str, str]:
    return {
        key.removeprefix(prefix): text for key, text in fields.items() if key.startswith(prefix)
    }


async def institutions(
    pool: AsyncConnectionPool[Any], after: str, limit: int
) -> list[InstitutionView]:
    """Return institutions by code, those after code ``after``."""
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(InstitutionView)) as cursor,
    ):
        await cursor.execute(
            f'{_INSTITUTION} WHERE code > %s COLLATE "C" ORDER BY code COLLATE "C" LIMIT %s',
            (after, limit),
        )
        return await cursor.fetchall()


async def institution(pool: AsyncConnectionPool[Any], identity: UUID) -> InstitutionView | None:
    """Return an institution by its id."""
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(InstitutionView)) as cursor,
    ):
        await cursor.execute(f"{_INSTITUTION} WHERE id = %s", (identity,))
        return await cursor.fetchone()


async def roles_held(pool: AsyncConnectionPool[Any], code: str) -> frozenset[str]:
    """Return the roles that people of an institution hold."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT DISTINCT unnest(e.roles) FROM directory_read.enrolments e"
            " JOIN directory_read.institutions i ON i.code = e.institution WHERE i.id = %s",
            (Institution.identity(code),),
        )
        return frozenset(str(row[0]) for row in await cursor.fetchall())


async def people(
    pool: AsyncConnectionPool[Any],
    vault: Vault,
    after: UUID | None,
    institution_code: str,
    limit: int,
) -> list[PersonView]:
    """Return people by id, those after ``after``, of one institution where a code is given."""
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(_Row)) as cursor,
    ):
        await cursor.execute(
            f"{_PERSON} WHERE (%s::uuid IS NULL OR e.id > %s) AND (%s = '' OR e.institution = %s)"
            " ORDER BY e.id LIMIT %s",
            (after, after, institution_code, institution_code, limit),
        )
        rows = await cursor.fetchall()
    return await asyncio.to_thread(lambda: [row.opened(vault) for row in rows])


async def person(pool: AsyncConnectionPool[Any], vault: Vault, identity: UUID) -> PersonView | None:
    """Return a person, with who it is."""
    async with (
        pool.connection() as connection,
        connection.cursor(row_factory=class_row(_Row)) as cursor,
    ):
        await cursor.execute(f"{_PERSON} WHERE e.id = %s", (identity,))
        row = await cursor.fetchone()
    return await asyncio.to_thread(row.opened, vault) if row else None


async def kept_hash(
    pool: AsyncConnectionPool[Any], vault: Vault, subject: UUID, ref: UUID
) -> str | None:
    """Return the password hash that stands under a vault reference, None once it was erased."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT sealed FROM directory.vault WHERE ref = %s", (ref,)
        )
        row = await cursor.fetchone()
    if row is None:
        return None
    try:
        fields = await asyncio.to_thread(vault.open, subject, ref, bytes(row[0]))
        return fields["argon2id"]
    except Forgotten:
        return None
