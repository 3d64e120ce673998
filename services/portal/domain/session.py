"""A session: known by a cookie's random id, kept as a hash alone; how long it lives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in, the token that forms of this session carry, and when it was last used."""

    person: str
    csrf: str
    seen_at: datetime


def hashed(cookie: str) -> bytes:
    """Return what is kept of a cookie."""
    return hashlib.sha256(cookie.encode()).digest()


def limits(longest_hours: int, idle_minutes: int, now: datetime) -> dict[str, datetime]:
    """Return since when a session that lives has begun and was used."""
    return {
        "begun": now - timedelta(hours=longest_hours),
        "seen": now - timedelta(minutes=idle_minutes),
    }
