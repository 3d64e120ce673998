"""Refused attempts at grave acts, kept in the ledger of the service that refused."""

from __future__ import annotations

from functools import cache

from eventsourcing.domain import Aggregate, event


@cache
def attempt_class(service: str) -> type[Aggregate]:
    """Return the aggregate that records one refused attempt in ``service``; private to it."""

    class Attempt(Aggregate):
        TOPIC = f"{service}.attempt"

        class Created(Aggregate.Created):
            TOPIC = f"{service}.attempt.refused.v1"
            action: str
            refusal: str
            attributes: dict[str, str]

        @event(Created)
        def __init__(self, action: str, refusal: str, attributes: dict[str, str]) -> None:
            self.action = action
            self.refusal = refusal
            self.attributes = attributes

    return Attempt
