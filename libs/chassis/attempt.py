"""Refused attempts at grave acts, kept in the ledger of the service that refused (design §3.1)."""

from __future__ import annotations

from functools import cache
from typing import Any

from eventsourcing.domain import Aggregate, event

MOST_APART = 50
"""At how many things one person's attempts of an hour are told apart; others count together."""
FURTHER = "further"


@cache
def attempt_class(service: str) -> type[Aggregate]:
    """Return the aggregate that records refused attempts in ``service``; private to it."""

    class Attempt(Aggregate):
        TOPIC = f"{service}.attempt"

        class Created(Aggregate.Created):
            """Somebody was refused: the ``times``-th time within the hour.

            ``thing`` is what the act was to be done to, where it has an id; ``further`` stands for
            all those beyond ``MOST_APART``. ``attributes`` are what the rules were told.
            """

            TOPIC = f"{service}.attempt.refused.v2"
            action: str
            refusal: str
            thing: str
            times: int
            attributes: dict[str, str]

            @staticmethod
            def upcast_v1_v2(data: dict[str, Any]) -> None:
                data["thing"] = ""
                data["times"] = 1

        @event(Created)
        def __init__(
            self, action: str, refusal: str, thing: str, times: int, attributes: dict[str, str]
        ) -> None:
            self.action = action
            self.refusal = refusal
            self.thing = thing
            self.times = times
            self.attributes = attributes

    return Attempt


def is_told(times: int) -> bool:
    """Whether so many refusals are recorded: the first, and then each power of ten."""
    digits = str(times)
    return digits == "1" + "0" * (len(digits) - 1)
