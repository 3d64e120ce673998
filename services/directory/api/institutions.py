"""Institutions over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response

from libs.chassis.asking import in_thread
from libs.chassis.http import Ask, AskToAct
from libs.chassis.openapi import OPEN, TAGGED
from libs.chassis.problems import Unavailable
from libs.kernel.refusal import Unknown
from services.directory import views
from services.directory.api import Answered
from services.directory.commands import institutions
from services.directory.commands.institutions import (
    ReclassifyInstitution,
    RegisterInstitution,
    RenameInstitution,
)
from services.directory.domain.institution import Institution
from services.directory.views import InstitutionView

if TYPE_CHECKING:
    from libs.chassis.service import Service

router = APIRouter(tags=["institutions"])


@router.get("/institutions", openapi_extra=OPEN)
async def list_institutions(
    ask: Ask, after: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[InstitutionView]:
    """List institutions by code; go on with the last code as ``after``."""
    ask.permit("institution.read")
    return await views.institutions(ask.service.pool, after, limit)


@router.get("/institutions/{code}", responses=TAGGED, openapi_extra=OPEN)
async def read_institution(ask: Ask, code: str, response: Response) -> InstitutionView:
    """Read one institution."""
    ask.permit("institution.read")
    found = await views.institution(ask.service.pool, Institution.identity(code))
    if found is None:
        raise Unknown
    response.headers["ETag"] = f'"{found.id}-{found.version}"'
    return found


@router.post("/institutions", status_code=201)
def register(ask: AskToAct, command: RegisterInstitution, response: Response) -> Answered:
    """Let a body take part."""
    return ask.answer(response, ask.perform(institutions.register, command))


@router.put("/institutions/{code}/names")
def rename(ask: AskToAct, code: str, command: RenameInstitution, response: Response) -> Answered:
    """Give other names."""
    return ask.answer(response, ask.perform(institutions.rename, code, command))


@router.put("/institutions/{code}/classification")
async def reclassify(
    ask: AskToAct, code: str, command: ReclassifyInstitution, response: Response
) -> Answered:
    """Say anew what it is; the roles that its people hold must fit."""
    held = await _roles_held(ask.service, code)
    receipt = await in_thread(ask, institutions.reclassify, code, command, held)
    return ask.answer(response, receipt)


async def _roles_held(service: Service, code: str) -> frozenset[str]:
    """Return the roles that people of an institution hold, with the newest that are recorded.

    Raises:
        Unavailable: the rows are behind the record.
    """
    head = await service.reader.head()
    for each in service.own:
        if not await each.progress.wait_for(service.name, head):
            raise Unavailable
    return await views.roles_held(service.pool, code)
