"""What tracking may be asked: each handler loads, asks whether it may, decides and saves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.ledger.ledger import Answer, Ledger, Receipt
from services.tracking.domain.case import Case, Status, Track

if TYPE_CHECKING:
    from libs.chassis.asking import Asked
    from libs.ledger.act import Act


class Command(BaseModel):
    """What every command has in common: nothing beyond what it names is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AssignCase(Command):
    """Make an institution responsible for a recommendation."""

    lead: str = Field(
        min_length=1, max_length=40, description="Code of the institution that leads."
    )
    supporting: tuple[str, ...] = Field(
        (), max_length=30, description="Codes of those that support."
    )
    deadline: date | None = Field(None, description="Day by which it must be done.")
    reason: str | None = Field(None, max_length=2000, description="Public reason.")


class AssessCase(Command):
    """Say how far implementation stands."""

    track: Track = "state"
    status: Status
    note: dict[str, str] = Field(default_factory=dict, description="Public note, by language.")


class CloseCase(Command):
    """End the follow-up."""

    reason: str = Field(max_length=2000, description="Public reason.")


def open_case(ledger: Ledger, recommendation: UUID, number: str, act: Act) -> None:
    """Begin the follow-up of a published recommendation; once, however often it is heard."""
    if ledger.exists(Case.identity(recommendation)):
        ledger.record(act)
        return
    ledger.record(act, Case.open(recommendation, number, act.recorded_at))


def assign(asked: Asked, recommendation: UUID, command: AssignCase) -> Receipt:
    """Assign the case of a recommendation."""
    case = _load(asked, recommendation)
    asked.permit("case.assign", lead=case.lead, custodian=asked.service.house.settings.custodian)
    case.assign(command.lead, command.supporting, command.deadline, command.reason)
    return _record(asked, case)


def assess(asked: Asked, recommendation: UUID, command: AssessCase) -> Receipt:
    """Record an assessment of the case of a recommendation."""
    case = _load(asked, recommendation)
    asked.permit(
        "case.assess",
        lead=case.lead,
        track=command.track,
        custodian=asked.service.house.settings.custodian,
    )
    case.assess(command.track, command.status, command.note)
    return _record(asked, case)


def close(asked: Asked, recommendation: UUID, command: CloseCase) -> Receipt:
    """Close the case of a recommendation."""
    case = _load(asked, recommendation)
    asked.permit("case.close", lead=case.lead, custodian=asked.service.house.settings.custodian)
    case.close(command.reason)
    return _record(asked, case)


def _load(asked: Asked, recommendation: UUID) -> Case:
    return asked.service.ledger.load_for(asked.act, Case, Case.identity(recommendation))


def _record(asked: Asked, case: Case) -> Receipt:
    answer = Answer(facts={"recommendation": case.recommendation, "version": case.version})
    return asked.service.ledger.record(asked.act, case, answer=answer)
