"""Sessions: kept on the server, known by a cookie's random id, stored as a hash alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from services.portal.settings import PortalSettings

SESSION_TABLES = (
    "CREATE TABLE IF NOT EXISTS portal_read.sessions (id bytea PRIMARY KEY, person text NOT NULL,"
    " csrf text NOT NULL, begun_at timestamptz NOT NULL, seen_at timestamptz NOT NULL)"
)
REFRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in, and the token that forms of this session carry."""

    person: str
    csrf: str


def _hashed(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


async def begin(pool: AsyncConnectionPool[Any], person: str) -> str:
    """Begin a session; return the value of its cookie (256 random bits)."""
    cookie = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    async with pool.connection() as connection:
        await connection.execute(
            "INSERT INTO portal_read.sessions (id, person, csrf, begun_at, seen_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (_hashed(cookie), person, secrets.token_urlsafe(24), now, now),
        )
    return cookie


async def of(
    pool: AsyncConnectionPool[Any], cookie: str, settings: PortalSettings
) -> Session | None:
    """Return the session of a cookie, None when there is none or its time is over."""
    now = datetime.now(UTC)
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT person, csrf, seen_at FROM portal_read.sessions"
            " WHERE id = %s AND begun_at > %s AND seen_at > %s",
            (
                _hashed(cookie),
                now - timedelta(hours=settings.longest_hours),
                now - timedelta(minutes=settings.idle_minutes),
            ),
        )
        row = await cursor.fetchone()
        if row is None:
            return None
        if now - row[2] > REFRESH:
            await connection.execute(
                "UPDATE portal_read.sessions SET seen_at = %s WHERE id = %s", (now, _hashed(cookie))
            )
        return Session(row[0], row[1])


async def end(pool: AsyncConnectionPool[Any], cookie: str) -> None:
    """End a session; harmless when it has ended."""
    async with pool.connection() as connection:
        await connection.execute(
            "DELETE FROM portal_read.sessions WHERE id = %s", (_hashed(cookie),)
        )
