"""Tracking over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.chassis.asking import in_thread
from libs.chassis.http import Ask, AskToAct
from libs.chassis.openapi import OPEN, TAGGED
from libs.kernel.refusal import Unknown
from services.tracking import commands, views
from services.tracking.commands import AssessCase, AssignCase, CloseCase
from services.tracking.views import CaseView

router = APIRouter(tags=["cases"])


@router.get("/cases", openapi_extra=OPEN)
async def list_cases(
    ask: Ask, after: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[CaseView]:
    """List cases by number; go on with the last number as ``after``."""
    ask.permit("case.read")
    return await views.cases(ask.service.pool, after, limit)


@router.get("/cases/{recommendation}", responses=TAGGED, openapi_extra=OPEN)
async def read_case(ask: Ask, recommendation: UUID, response: Response) -> CaseView:
    """Read how the follow-up of a recommendation stands."""
    ask.permit("case.read")
    case = await views.case_of(ask.service.pool, recommendation)
    if case is None:
        raise Unknown
    response.headers["ETag"] = f'"{case.recommendation}-{case.version}"'
    return case


@router.put("/cases/{recommendation}/assignment")
async def assign(
    ask: AskToAct, recommendation: UUID, command: AssignCase, response: Response
) -> dict[str, Any]:
    """Make institutions responsible, of those that the directory has registered."""
    registered = await views.institutions(ask.service.pool)
    receipt = await in_thread(ask, commands.assign, recommendation, command, registered)
    return ask.answer(response, receipt)


@router.post("/cases/{recommendation}/assessments")
def assess(
    ask: AskToAct, recommendation: UUID, command: AssessCase, response: Response
) -> dict[str, Any]:
    """Say how far implementation stands."""
    return ask.answer(response, ask.perform(commands.assess, recommendation, command))


@router.post("/cases/{recommendation}/closure")
def close(
    ask: AskToAct, recommendation: UUID, command: CloseCase, response: Response
) -> dict[str, Any]:
    """End the follow-up."""
    return ask.answer(response, ask.perform(commands.close, recommendation, command))
