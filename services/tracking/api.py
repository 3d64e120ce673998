"""Tracking over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.chassis.asking import tell_position
from libs.chassis.http import Ask
from libs.kernel.refusal import Unknown
from libs.ledger.ledger import Receipt
from services.tracking import commands, views
from services.tracking.commands import AssessCase, AssignCase, CloseCase
from services.tracking.views import CaseView

router = APIRouter(tags=["cases"])


@router.get("/cases")
async def list_cases(
    ask: Ask, after: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[CaseView]:
    """List cases by number; go on with the last number as ``after``."""
    ask.permit("case.read")
    return await views.cases(ask.service.pool, after, limit)


@router.get("/cases/{recommendation}")
async def read_case(ask: Ask, recommendation: UUID, response: Response) -> CaseView:
    """Read how the follow-up of a recommendation stands."""
    ask.permit("case.read")
    case = await views.case_of(ask.service.pool, recommendation)
    if case is None:
        raise Unknown
    response.headers["ETag"] = f'"{case.recommendation}-{case.version}"'
    return case


@router.put("/cases/{recommendation}/assignment")
def assign(
    ask: Ask, recommendation: UUID, command: AssignCase, response: Response
) -> dict[str, Any]:
    """Make an institution responsible."""
    return _answer(response, ask.perform(commands.assign, recommendation, command))


@router.post("/cases/{recommendation}/assessments")
def assess(
    ask: Ask, recommendation: UUID, command: AssessCase, response: Response
) -> dict[str, Any]:
    """Say how far implementation stands."""
    return _answer(response, ask.perform(commands.assess, recommendation, command))


@router.post("/cases/{recommendation}/closure")
def close(ask: Ask, recommendation: UUID, command: CloseCase, response: Response) -> dict[str, Any]:
    """End the follow-up."""
    return _answer(response, ask.perform(commands.close, recommendation, command))


def _answer(response: Response, receipt: Receipt) -> dict[str, Any]:
    tell_position(response, "tracking", receipt)
    return receipt.answer.facts
