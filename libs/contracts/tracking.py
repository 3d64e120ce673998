"""What tracking tells: the follow-up of each recommendation."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from libs.contracts.contract import Contract


class CaseOpened(Contract):
    """Follow-up of a published recommendation began."""

    topic: ClassVar[str] = "tracking.case.opened.v1"

    recommendation: str
    number: str


class CaseAssigned(Contract):
    """An institution was made responsible, others support it."""

    topic: ClassVar[str] = "tracking.case.assigned.v1"

    recommendation: str
    number: str
    lead: str
    supporting: tuple[str, ...] = ()
    deadline: date | None = None
    reason: str | None = None


class CaseAssessed(Contract):
    """Somebody said how far implementation stands: ``track`` is whose word it is."""

    topic: ClassVar[str] = "tracking.case.assessed.v1"

    recommendation: str
    number: str
    track: str
    status: str
    note: dict[str, str] = {}


class CaseReopened(Contract):
    """Follow-up goes on."""

    topic: ClassVar[str] = "tracking.case.reopened.v1"

    recommendation: str
    number: str
    reason: str | None = None


class CaseClosed(Contract):
    """Follow-up ended, with a reason."""

    topic: ClassVar[str] = "tracking.case.closed.v1"

    recommendation: str
    number: str
    reason: str
