"""Sessions: begun, used and ended; kept on the server, and told to nobody by any event."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.portal.domain.session import Session, hashed, limits

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from services.portal.settings import PortalSettings

SESSION_TABLES = (
    "CREATE TABLE IF NOT EXISTS portal_read.sessions (id bytea PRIMARY KEY, person text NOT NULL,"
    " csrf text NOT NULL, begun_at timestamptz NOT NULL, seen_at timestamptz NOT NULL);"
    "ALTER TABLE portal_read.sessions ADD COLUMN IF NOT EXISTS version bigint NOT NULL DEFAULT 0"
)
PURGE = "DELETE FROM portal_read.sessions WHERE begun_at <= %(begun)s OR seen_at <= %(seen)s"
REFRESH = timedelta(minutes=1)


async def begin(
    pool: AsyncConnectionPool[Any], person: str, version: int, settings: PortalSettings
) -> str:
    """Begin a session; return the value of its cookie (256 random bits). Old ones are purged.

    ``version`` is that of the person in the directory whose password was asked for.
    """
    cookie = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    async with pool.connection() as connection:
        await connection.execute(PURGE, limits(settings.longest_hours, settings.idle_minutes, now))
        await connection.execute(
            "INSERT INTO portal_read.sessions (id, person, csrf, begun_at, seen_at, version)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (hashed(cookie), person, secrets.token_urlsafe(24), now, now, version),
        )
    return cookie


async def use(pool: AsyncConnectionPool[Any], cookie: str, session: Session) -> None:
    """Note that a session is used, at most once a minute."""
    now = datetime.now(UTC)
    if now - session.seen_at > REFRESH:
        async with pool.connection() as connection:
            await connection.execute(
                "UPDATE portal_read.sessions SET seen_at = %s WHERE id = %s", (now, hashed(cookie))
            )


async def end(pool: AsyncConnectionPool[Any], cookie: str) -> None:
    """End a session; harmless when it has ended."""
    async with pool.connection() as connection:
        await connection.execute(
            "DELETE FROM portal_read.sessions WHERE id = %s", (hashed(cookie),)
        )
