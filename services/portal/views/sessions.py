"""Which sessions live, and whether anybody can begin one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from services.portal.domain.session import Session, hashed, limits

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from services.portal.settings import PortalSettings

OF_COOKIE = (
    "SELECT person, csrf, seen_at FROM portal_read.sessions s"
    " WHERE s.id = %(id)s AND s.begun_at > %(begun)s AND s.seen_at > %(seen)s"
    " AND NOT EXISTS (SELECT FROM portal_read.ended_sign_ins e"
    " WHERE e.person = s.person AND e.version > s.version)"
)


async def living(
    pool: AsyncConnectionPool[Any], cookie: str, settings: PortalSettings
) -> Session | None:
    """Return the session of a cookie, None when there is none or its time is over.

    It ends also when a new password stands, or the person has left: of which the directory tells
    in a later version of the person than the one that signed in, however long signing in took.
    """
    asked = {
        "id": hashed(cookie),
        **limits(settings.longest_hours, settings.idle_minutes, datetime.now(UTC)),
    }
    async with pool.connection() as connection:
        cursor = await connection.execute(OF_COOKIE, asked)
        row = await cursor.fetchone()
        return Session(*row) if row else None


async def anybody_is_enrolled(pool: AsyncConnectionPool[Any]) -> bool:
    """Whether the first account stands, as far as the portal has heard."""
    async with pool.connection() as connection:
        cursor = await connection.execute("SELECT FROM portal_read.people LIMIT 1")
        return await cursor.fetchone() is not None
