"""What every service knows of the directory: who holds which role for which institution."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from libs.chassis.identity import Asker
from libs.contracts.directory import (
    PersonEnrolled,
    PersonLeft,
    PersonRoleGranted,
    PersonRoleWithdrawn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import AsyncCursor
    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.envelope import Heard

SERVICE = "service:"


class RegisterProjection:
    """Rows of people, from the directory's stream; ids only, never a name."""

    name = "register"

    def __init__(self, service: str) -> None:
        """Keep the register of ``service``."""
        self._table = f"{service}_read.people"
        self.tables = (
            f"CREATE TABLE IF NOT EXISTS {self._table} (person text PRIMARY KEY,"
            " institution text NOT NULL, roles text[] NOT NULL DEFAULT '{}')"
        )

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Heard]) -> None:
        """Write who enrolled, which roles were granted or withdrawn, and who left."""
        for heard in events:
            person = str(heard.stream)
            match heard.event:
                case PersonEnrolled(institution=institution):
                    await cursor.execute(
                        f"INSERT INTO {self._table} (person, institution) VALUES (%s, %s)"  # noqa: S608
                        " ON CONFLICT (person) DO UPDATE SET institution = excluded.institution",
                        (person, institution),
                    )
                case PersonRoleGranted(role=role):
                    await cursor.execute(
                        f"UPDATE {self._table}"  # noqa: S608
                        " SET roles = array_append(array_remove(roles, %s), %s) WHERE person = %s",
                        (role, role, person),
                    )
                case PersonRoleWithdrawn(role=role):
                    await cursor.execute(
                        f"UPDATE {self._table}"  # noqa: S608
                        " SET roles = array_remove(roles, %s) WHERE person = %s",
                        (role, person),
                    )
                case PersonLeft():
                    await cursor.execute(
                        f"UPDATE {self._table} SET roles = '{{}}' WHERE person = %s",  # noqa: S608
                        (person,),
                    )
                case _:
                    pass


class Register:
    """Answers who somebody is, and how fresh that knowledge is."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], service: str, contacted: Callable[[], float]
    ) -> None:
        """Read the rows that ``RegisterProjection`` of ``service`` writes."""
        self._pool = pool
        self._table = f"{service}_read.people"
        self._contacted = contacted

    @property
    def age(self) -> float:
        """Seconds since the directory was last heard, by this machine's monotonic clock."""
        return time.monotonic() - self._contacted()

    async def asker(self, subject: str) -> Asker:
        """Return whom a token's subject stands for, with the roles of now."""
        if subject.startswith(SERVICE):
            return Asker(subject, "", frozenset({"service"}))
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                f"SELECT institution, roles FROM {self._table} WHERE person = %s",  # noqa: S608
                (subject,),
            )
            row = await cursor.fetchone()
        if row is None:
            return Asker(subject, "", frozenset())
        return Asker(subject, row[0], frozenset(row[1]))
