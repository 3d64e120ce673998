"""Waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
LOOK_SECONDS = 0.01


async def until(look: Callable[[], Awaitable[T]], seconds: float = 15.0, what: str = "") -> T:
    """Look until the answer is true; return it.

    Raises:
        AssertionError: it did not become true within ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while True:
        seen = await look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            msg = f"not within {seconds} s: {what or look}; last seen: {seen!r}"
            raise AssertionError(msg)
        await asyncio.sleep(LOOK_SECONDS)


def until_true(
    look: Callable[[], T], seconds: float = 15.0, what: str = "", every: float = LOOK_SECONDS
) -> T:
    """Do the same without an event loop; look again ``every`` so many seconds.

    Raises:
        AssertionError: it did not become true within ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            msg = f"not within {seconds} s: {what or look}; last seen: {seen!r}"
            raise AssertionError(msg)
        time.sleep(every)
