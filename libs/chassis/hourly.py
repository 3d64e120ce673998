"""Counts of what happened within the hour, so that what repeats is not recorded without end."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

HOUR = 3600


class Hourly:
    """How often each thing happened to each person in this hour; safe to use from threads."""

    def __init__(self, most: int | None = None, further: Hashable = "") -> None:
        """Keep ``most`` things of a person apart, and count all others as ``further``."""
        self._most = most
        self._further = further
        self._hour = 0
        self._counts: dict[str, Counter[Hashable]] = {}
        self._lock = threading.Lock()

    def count(self, person: str, thing: Hashable, at: datetime) -> tuple[Hashable, int]:
        """Count one more; return what it was counted as, and how often that was so far."""
        with self._lock:
            self._turn(at)
            counts = self._counts.setdefault(person, Counter())
            if self._most is not None and thing not in counts and len(counts) >= self._most:
                thing = self._further
            counts[thing] += 1
            return thing, counts[thing]

    def times(self, person: str, thing: Hashable, at: datetime) -> int:
        """Return how often that was so far, in the hour of ``at`` or in a later one."""
        with self._lock:
            self._turn(at)
            return self._counts.get(person, Counter())[thing]

    def take_back(self, person: str, thing: Hashable) -> None:
        """Count one less: it could not be recorded. Of an hour that is over nothing is counted."""
        with self._lock:
            counts = self._counts.get(person, Counter())
            counts[thing] = max(counts[thing] - 1, 0)

    def _turn(self, at: datetime) -> None:
        hour = int(at.timestamp()) // HOUR
        if hour > self._hour:
            self._hour = hour
            self._counts = {}
