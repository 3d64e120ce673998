"""Work that goes on beside everything else for as long as its process lives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

PAUSE = 0.2
LONGEST_PAUSE = 5.0
POLL_SECONDS = 1.0
MOST_FAILURES = 3
STEADY_SECONDS = 5.0
logger = logging.getLogger(__name__)


class Lasting:
    """Goes on until its task is cancelled: what breaks it makes it begin again, each time later.

    ``problem`` says why it does not go on now; ``failed`` how often it has begun again.
    """

    def __init__(self, work: str) -> None:
        """Name the work, for logs and figures."""
        self.work = work
        self.problem = ""
        self.failed = 0
        self._in_a_row = 0
        self._begun_again_at = 0.0

    @property
    def failing(self) -> bool:
        """Whether it has broken so often, without going on for a while, that one should look."""
        return self._in_a_row >= MOST_FAILURES

    def goes_well(self) -> None:
        """Say that it goes on; after a while of that, what broke it before is over."""
        if time.monotonic() - self._begun_again_at >= STEADY_SECONDS:
            self._in_a_row = 0
        if not self.failing:
            self.problem = ""

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            try:
                await self._go_on()
                await asyncio.sleep(0)
            except (Exception, asyncio.CancelledError) as reason:  # noqa: BLE001  whatever it is, the work never ends by it
                leave_if_cancelled()
                await self._pause_after(reason)

    async def _go_on(self) -> None:
        """Do the work; returns only to begin anew at once."""
        raise NotImplementedError

    async def _pause_after(self, reason: BaseException) -> None:
        await asyncio.sleep(self.broke(reason))

    def broke(self, reason: BaseException) -> float:
        """Say what broke it; return after how many seconds it is to begin again."""
        self.problem = f"{type(reason).__name__}: {reason}"
        self.failed += 1
        self._in_a_row += 1
        if self._in_a_row in {1, MOST_FAILURES}:
            logger.warning("%s begins again: %s", self.work, self.problem)
        pause = min(PAUSE * 2.0 ** min(self._in_a_row - 1, 16), LONGEST_PAUSE)
        self._begun_again_at = time.monotonic() + pause
        return pause


async def wait(event: asyncio.Event, seconds: float = POLL_SECONDS) -> None:
    """Wait until woken, or the poll is due.

    Not by ``asyncio.wait_for``: before Python 3.12 it loses a cancellation that comes at the moment
    of waking, and the follower would go on for ever.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()


def leave_if_cancelled() -> None:
    """Stop a task that was told to, where its library turned the word into another error.

    Raises:
        asyncio.CancelledError: the current task was cancelled.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
