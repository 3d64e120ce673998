"""Dates as exports write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from libs.kernel.words import CHARTER_SIGNED

_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_SERIAL: Final = re.compile(r"(\d{4,5})(?:\.\d+)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
"""Day 0 of the 1900 date system, for all days after 28 February 1900 (ISO/IEC 29500-1, 18.17.4)."""
_ELSEWHERE: Final = timedelta(days=1)
"""A day begins earlier elsewhere than in UTC, by 14 hours at most."""
_MONTHS: Final = 12


def date_of(written: str) -> date | None:
    """Give the date of ISO text, of an Excel serial, or of day, month and year if certain."""
    found = _read(written)
    return found if found and found >= CHARTER_SIGNED else None


def lies_ahead(day: date) -> bool:
    """Say whether no document can bear this date yet, wherever it is issued."""
    return day > datetime.now(UTC).date() + _ELSEWHERE


def _read(written: str) -> date | None:
    try:
        if iso := _ISO.fullmatch(written):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if serial := _SERIAL.fullmatch(written):
            return _EXCEL_DAY_ZERO + timedelta(days=int(serial[1]))
        if parts := _DAY_FIRST.fullmatch(written):
            return _certain(int(parts[1]), int(parts[2]), int(parts[3]))
    except (ValueError, OverflowError):
        return None
    return None


def _certain(first: int, second: int, year: int) -> date | None:
    """Give the date only where day and month cannot be mistaken for one another."""
    if first > _MONTHS or first == second:
        return date(year, second, first)
    return date(year, first, second) if second > _MONTHS else None
