"""Who read what is personal or confidential, kept in the ledger of the service (design §6)."""

from __future__ import annotations

from functools import cache

from eventsourcing.domain import Aggregate, event


@cache
def reading_class(service: str) -> type[Aggregate]:
    """Return the aggregate that records a reading in ``service``; private to it."""

    class Reading(Aggregate):
        TOPIC = f"{service}.reading"

        class Created(Aggregate.Created):
            """Somebody read about ``subjects`` (pseudonymous ids), first within the hour.

            Who read, and by which rule, stands in the event's envelope; ``action`` is what was
            asked for.
            """

            TOPIC = f"{service}.reading.made.v1"
            action: str
            subjects: tuple[str, ...]

        @event(Created)
        def __init__(self, action: str, subjects: tuple[str, ...]) -> None:
            self.action = action
            self.subjects = subjects

    return Reading
