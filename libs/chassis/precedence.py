"""Who goes first in one process: what people read, then what follows from it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

MOST_SECONDS = 5.0
"""How long a reaction stands back at most: far less than the bus waits for it to be settled."""


class Precedence:
    """Reactions stand back while read models have much to take in.

    They share one interpreter: a case that is opened now makes everybody's search wait. None stands
    back for ever, so a read model that never catches up slows reactions down and stops none.
    """

    def __init__(self) -> None:
        """Begin with every read model level."""
        self._ended = False
        self._behind: set[object] = set()
        self._level = asyncio.Event()
        self._level.set()

    def say(self, follower: object, *, behind: bool) -> None:
        """Hear from a read model whether much is waiting for it."""
        (self._behind.add if behind else self._behind.discard)(follower)
        if self._behind and not self._ended:
            self._level.clear()
        else:
            self._level.set()

    def end(self) -> None:
        """Let nobody stand back any more: the process is about to finish what it has in hand."""
        self._ended = True
        self._level.set()

    async def stand_back(self) -> None:
        """Wait until every read model is level, but no longer than ``MOST_SECONDS``."""
        if not self._level.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._level.wait(), MOST_SECONDS)
