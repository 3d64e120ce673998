"""The Universal Periodic Review's calendar: its cycles, and the sessions of each."""

from __future__ import annotations

from typing import Final

_LAST_SESSIONS: Final = ((12, 1), (26, 2), (40, 3), (54, 4))
"""The last session of each cycle (HRC resolution 16/21 and decisions that set the calendar)."""
LAST_CYCLE: Final = _LAST_SESSIONS[-1][1]
"""The last cycle whose sessions are set."""
NEXT_CYCLE: Final = LAST_CYCLE + 1
"""It may begin before its sessions stand here, so it is taken, and a person looks at it."""


def cycle_of_session(session: str | None) -> int | None:
    """Give the cycle in which a session of the working group falls."""
    if session is None or not session.isdecimal():
        return None
    number = int(session[:4])
    return next((cycle for last, cycle in _LAST_SESSIONS if 0 < number <= last), None)


def is_cycle(number: int) -> bool:
    """Say whether the review has such a cycle, or is about to."""
    return 0 < number <= NEXT_CYCLE
