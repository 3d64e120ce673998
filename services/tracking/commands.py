"""What tracking may be asked: each handler loads, asks whether it may, decides and saves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from pydantic import Field

from libs.chassis.command import Command
from libs.kernel.words import INDEPENDENT
from libs.ledger.ledger import Answer, Ledger, Receipt
from services.tracking.domain.case import (
    Case,
    InstitutionIndependent,
    InstitutionNotRegistered,
    Status,
    Track,
)
from services.tracking.domain.standing import Known, Standing, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libs.chassis.asking import Asked
    from libs.chassis.permissions import Attribute
    from libs.ledger.act import Act

NEAREST, NEAR = 3, 0.5
"""How many codes like a mistaken one are told, and how like it they must be (0 to 1)."""

Code = Annotated[str, Field(min_length=1, max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Note = Annotated[str, Field(max_length=2000)]


class AssignCase(Command):
    """Make an institution responsible for a recommendation."""

    lead: Code = Field(description="Code of the institution that leads.")
    supporting: tuple[Code, ...] = Field(
        (), max_length=30, description="Codes of those that support."
    )
    deadline: date | None = Field(None, description="Day by which it must be done.")
    reason: str | None = Field(None, max_length=2000, description="Public reason.")


class AssessCase(Command):
    """Say how far implementation stands."""

    track: Track = "state"
    status: Status
    note: dict[Language, Note] = Field(
        default_factory=dict, max_length=20, description="Public note, by language."
    )


class CloseCase(Command):
    """End the follow-up."""

    reason: str = Field(max_length=2000, description="Public reason.")


def follow_record(ledger: Ledger, recommendation: UUID, told: Statement, act: Act) -> None:
    """Let follow-up begin, end or go on as the record stands now that this was heard of it.

    Whatever the order in which statements are heard, and however often, the end is the same. A case
    that a person closed stays closed.
    """
    case, standing = _of(ledger, recommendation)
    before = standing.known if standing else Known(case.number, published=True) if case else Known()
    known = before.after(told)
    if known.stands and not before.stands:
        if case is None:
            case = Case.open(recommendation, known.number, act.recorded_at)
        elif before.ended:
            case.reopen(told.reason)
        known = replace(known, ended=False)
    elif before.stands and not known.stands and case is not None and not case.closed:
        case.close(told.reason or "")
        known = replace(known, ended=True)
    if standing is None:
        standing = Standing.begin(recommendation, known, act.recorded_at)
    standing.follow(known)
    ledger.record(act, *([case] if case else []), standing)


def _of(ledger: Ledger, recommendation: UUID) -> tuple[Case | None, Standing | None]:
    """Return the case of a recommendation and its record's standing, as far as there are any.

    The standing is read first: whatever is heard meanwhile is recorded on it too, so that the
    decision made on it conflicts, whichever case was read after it.
    """
    standing = ledger.find(Standing, Standing.identity(recommendation))
    return ledger.find(Case, Case.identity(recommendation)), standing


def assign(
    asked: Asked, recommendation: UUID, command: AssignCase, registered: Mapping[str, str]
) -> Receipt:
    """Assign the case of a recommendation to institutions; ``registered`` tells each one's kind."""
    case = _load(asked, recommendation, "case.assign")
    lead = _responsible(command.lead, registered)
    supporting = tuple(_responsible(each, registered) for each in command.supporting)
    case.assign(lead, supporting, command.deadline, command.reason)
    return _record(asked, case)


def _responsible(code: str, registered: Mapping[str, str]) -> str:
    """Return a code as the directory writes it, in whatever case its letters were given.

    Raises:
        InstitutionNotRegistered: there is no such institution; tells the codes that are nearest.
        InstitutionIndependent: it is a body that no government instructs (design §6).
    """
    codes = {each.casefold(): each for each in registered}
    found = codes.get(code.casefold())
    if found is None:
        nearest = get_close_matches(code.casefold(), codes, NEAREST, NEAR)
        near = [codes[each] for each in nearest if registered[codes[each]] not in INDEPENDENT]
        raise InstitutionNotRegistered(code=code, near=", ".join(near) or "none")
    if registered[found] in INDEPENDENT:
        raise InstitutionIndependent(code=found)
    return found


def assess(asked: Asked, recommendation: UUID, command: AssessCase) -> Receipt:
    """Record an assessment of the case of a recommendation."""
    case = _load(asked, recommendation, "case.assess", track=command.track)
    case.assess(command.track, command.status, command.note)
    return _record(asked, case)


def close(asked: Asked, recommendation: UUID, command: CloseCase) -> Receipt:
    """Close the case of a recommendation."""
    case = _load(asked, recommendation, "case.close")
    case.close(command.reason)
    return _record(asked, case)


def _load(asked: Asked, recommendation: UUID, action: str, **more: Attribute) -> Case:
    identity = Case.identity(recommendation)
    return asked.load_permitted(
        Case, identity, action, attributes=lambda case: {"lead": case.lead, **more}
    )


def _record(asked: Asked, case: Case) -> Receipt:
    answer = Answer(facts={"recommendation": case.recommendation, "version": case.version})
    return asked.service.ledger.record(asked.act, case, answer=answer)
