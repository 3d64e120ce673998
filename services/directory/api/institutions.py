"""Institutions over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from libs.chassis.http import Ask
from libs.kernel.refusal import Unknown
from services.directory import views
from services.directory.api import Answered, answer
from services.directory.commands import institutions
from services.directory.commands.institutions import (
    ReclassifyInstitution,
    RegisterInstitution,
    RenameInstitution,
)
from services.directory.domain.institution import Institution
from services.directory.views import InstitutionView

router = APIRouter(tags=["institutions"])


@router.get("/institutions")
async def list_institutions(
    ask: Ask, after: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[InstitutionView]:
    """List institutions by code; go on with the last code as ``after``."""
    ask.permit("institution.read")
    return await views.institutions(ask.service.pool, after, limit)


@router.get("/institutions/{code}")
async def read_institution(ask: Ask, code: str, response: Response) -> InstitutionView:
    """Read one institution."""
    ask.permit("institution.read")
    found = await views.institution(ask.service.pool, Institution.identity(code))
    if found is None:
        raise Unknown
    response.headers["ETag"] = f'"{found.id}-{found.version}"'
    return found


@router.post("/institutions", status_code=201)
def register(ask: Ask, command: RegisterInstitution, response: Response) -> Answered:
    """Let a body take part."""
    return answer(response, ask.perform(institutions.register, command))


@router.put("/institutions/{code}/names")
def rename(ask: Ask, code: str, command: RenameInstitution, response: Response) -> Answered:
    """Give other names."""
    return answer(response, ask.perform(institutions.rename, code, command))


@router.put("/institutions/{code}/classification")
def reclassify(ask: Ask, code: str, command: ReclassifyInstitution, response: Response) -> Answered:
    """Say anew what it is."""
    return answer(response, ask.perform(institutions.reclassify, code, command))
