"""What every service knows of the directory: who holds which role for which institution."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from libs.chassis.identity import Asker
from libs.contracts.directory import (
    PersonEnrolled,
    PersonLeft,
    PersonRoleGranted,
    PersonRoleWithdrawn,
)
from libs.ledger.lasting import POLL_SECONDS, Lasting, leave_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import AsyncCursor
    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.envelope import Heard
    from libs.chassis.projection import ForeignFollower, Pages

SERVICE = "service:"
HEAR_SECONDS = 10.0
ALL = 2**62


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


class Hearing(Lasting):
    """Hears the directory itself, again and again: does the register hold all that it tells?

    The bus alone cannot say: it goes on, and is silent, while the directory cannot reach it.
    """

    def __init__(self, service: str, register: ForeignFollower, pages: Pages) -> None:
        """Ask the directory's event feed what ``register`` of ``service`` has not heard yet."""
        super().__init__(f"{service}'s hearing of {register.source}")
        self._register = register
        self._pages = pages
        self.at = float("-inf")
        """When it was last so, by this machine's monotonic clock."""
        self.heard = asyncio.Event()

    async def _go_on(self) -> None:
        while True:
            leave_if_cancelled()
            asked = time.monotonic()
            is_whole = await self._is_whole()
            self.goes_well()
            if is_whole:
                self.at = asked
                self.heard.set()
            await asyncio.sleep(HEAR_SECONDS if is_whole else POLL_SECONDS)

    async def _is_whole(self) -> bool:
        known = self._register.position.sequence
        async for page in self._pages(self._register.source, known, ALL):
            if page.last_sequence > self._register.position.sequence:
                return False
        return True


class Register:
    """Answers who somebody is, and how fresh that knowledge is."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], service: str, heard_at: Callable[[], float]
    ) -> None:
        """Read the rows that ``RegisterProjection`` of ``service`` writes."""
        self._pool = pool
        self._table = f"{service}_read.people"
        self._heard_at = heard_at

    @property
    def age(self) -> float:
        """Seconds since the register held all that the directory told, as the directory said."""
        return time.monotonic() - self._heard_at()

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
