"""Who does what, when and why: the frame around every change of the record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Self

import uuid_utils.compat as uuids

if TYPE_CHECKING:
    from uuid import UUID

PEOPLE_KEYS_KEPT = timedelta(days=7)


def new_id() -> str:
    """Return a new UUIDv7 (RFC 9562) as text: unique, and ordered by the time it was made."""
    return str(uuids.uuid7())


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a person or a policy on the record.

    ``actor`` and ``on_behalf_of`` are pseudonymous ids, never names. ``key`` makes the act
    repeatable: the same actor, key and ``request`` (SHA-256 of what was asked) get the first
    answer again. ``recorded_at`` is now; ``happened_at`` is when the fact took place, which may
    be long ago. ``policy`` names the version and rule that allowed it. ``permitted`` are the
    aggregates that the rules were asked about, and only those can be recorded with it; None is for
    acts that no request asks for: a policy's, and carrying out what a person decided.
    ``kept_until`` is None when the answer is kept for ever.
    """

    actor: str
    key: str
    request: bytes
    recorded_at: datetime
    happened_at: datetime
    on_behalf_of: str | None = None
    correlation_id: str = field(default_factory=new_id)
    causation_id: str | None = None
    traceparent: str | None = None
    policy: str | None = None
    permitted: frozenset[UUID] | None = None
    based_on: int | None = None
    kept_until: date | None = None

    @classmethod
    def of_person(  # noqa: PLR0913  one argument for each thing that a request tells
        cls,
        actor: str,
        *,
        key: str | None,
        request: bytes,
        happened_at: datetime | None = None,
        based_on: int | None = None,
        traceparent: str | None = None,
        now: datetime | None = None,
    ) -> Self:
        """Frame what a signed-in person asks for."""
        now = now or datetime.now(UTC)
        return cls(
            actor=actor,
            key=key or new_id(),
            request=hashlib.sha256(request).digest(),
            recorded_at=now,
            happened_at=happened_at or now,
            based_on=based_on,
            traceparent=traceparent,
            kept_until=(now + PEOPLE_KEYS_KEPT).date(),
        )

    @classmethod
    def of_policy(
        cls,
        policy: str,
        *,
        event_id: str,
        correlation_id: str,
        traceparent: str | None = None,
        happened_at: datetime | None = None,
    ) -> Self:
        """Frame what a policy does because it heard an event; its answer is kept for ever."""
        now = datetime.now(UTC)
        return cls(
            actor=f"policy:{policy}",
            key=event_id,
            request=hashlib.sha256(event_id.encode()).digest(),
            recorded_at=now,
            happened_at=happened_at or now,
            correlation_id=correlation_id,
            causation_id=event_id,
            traceparent=traceparent,
            policy=f"policy:{policy}",
        )

    def part(self, name: str) -> Self:
        """Return the act for one part of a long piece of work, repeatable by itself."""
        return replace(self, key=f"{self.key}/{name}")

    def asked_for(self) -> Self:
        """Return the act as a request asks for it: no aggregate is permitted yet."""
        return replace(self, permitted=frozenset())

    def allowed_by(self, rule: str, *aggregates: UUID) -> Self:
        """Return the act with the permission rule that allowed it, on these aggregates."""
        permitted = None if self.permitted is None else self.permitted.union(aggregates)
        return replace(self, policy=rule, permitted=permitted)
