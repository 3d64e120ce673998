"""People over HTTP: for administrators, and a name for the portal's page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.chassis.http import Ask, AskToAct
from libs.chassis.openapi import TAGGED
from libs.kernel.refusal import Unknown
from services.directory import views
from services.directory.api import Answered
from services.directory.commands import people
from services.directory.commands.people import EnrolPerson, ErasePerson, IssueCredential
from services.directory.views import NameView, PersonView

if TYPE_CHECKING:
    from libs.chassis.asking import Asked
    from services.directory.commands.safe import Safe

NOT_KEPT = "no-store"
READ = "person.read-personal"


def routes(safe: Safe) -> APIRouter:
    """Return the routes of people, with what their secrets are kept with."""
    router = APIRouter(tags=["people"])
    _reading(router, safe)
    _acting(router, safe)
    return router


def _reading(router: APIRouter, safe: Safe) -> None:
    @router.get("/people")
    async def list_people(
        ask: Ask,
        response: Response,
        after: UUID | None = None,
        institution: str = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[PersonView]:
        """List people by id; go on with the last id as ``after``."""
        await _may_read(ask)
        response.headers["Cache-Control"] = NOT_KEPT
        found = await views.people(ask.service.pool, safe.vault, after, institution, limit)
        await _keep_reading(ask, *found)
        return found

    @router.get("/people/{identity}", responses=TAGGED)
    async def read_person(ask: Ask, identity: UUID, response: Response) -> PersonView:
        """Read one person, with who it is."""
        await _may_read(ask, identity)
        found = await views.person(ask.service.pool, safe.vault, identity)
        if found is None:
            raise Unknown
        await _keep_reading(ask, found)
        response.headers["ETag"] = f'"{found.id}-{found.version}"'
        response.headers["Cache-Control"] = NOT_KEPT
        return found

    @router.get("/people/{identity}/name")
    async def read_name(ask: Ask, identity: UUID, response: Response) -> NameView:
        """Read what a page shows of the person who has signed in; for the portal alone."""
        ask.permit("person.read-name", **ask.custody)
        found = await views.person(ask.service.pool, safe.vault, identity)
        if found is None or found.gone:
            raise Unknown
        response.headers["Cache-Control"] = NOT_KEPT
        names = found.personal.names if found.personal else {}
        return NameView(id=found.id, institution=found.institution, roles=found.roles, names=names)


async def _may_read(ask: Asked, *subject: UUID) -> None:
    """Go on only if the asker may read about people; a refused attempt is recorded."""
    await asyncio.to_thread(_permit_reading, ask, *subject)


def _permit_reading(ask: Asked, *subject: UUID) -> None:
    ask.permit(READ, *subject, **ask.custody)


async def _keep_reading(ask: Asked, *people: PersonView) -> None:
    """Keep who reads about whom, where anything personal is shown."""
    shown = [each.id for each in people if each.personal is not None]
    await asyncio.to_thread(ask.keep_reading, READ, shown)


def _acting(router: APIRouter, safe: Safe) -> None:
    @router.post("/people", status_code=201)
    def enrol(ask: AskToAct, command: EnrolPerson, response: Response) -> Answered:
        """Enrol a person, at once with roles and a first password."""
        return ask.answer(response, safe.veil(ask).perform(people.enrol, safe, command))

    @router.put("/people/{identity}/roles/{role}")
    def grant(ask: AskToAct, identity: UUID, role: str, response: Response) -> Answered:
        """Give a role."""
        return ask.answer(response, ask.perform(people.grant, identity, role))

    @router.delete("/people/{identity}/roles/{role}")
    def withdraw(ask: AskToAct, identity: UUID, role: str, response: Response) -> Answered:
        """Take a role."""
        return ask.answer(response, ask.perform(people.withdraw, identity, role))

    @router.put("/people/{identity}/credential")
    def issue(
        ask: AskToAct, identity: UUID, command: IssueCredential, response: Response
    ) -> Answered:
        """Let a new password stand."""
        asked = safe.veil(ask)
        return ask.answer(response, asked.perform(people.issue_credential, safe, identity, command))

    @router.post("/people/{identity}/departure")
    def leave(ask: AskToAct, identity: UUID, response: Response) -> Answered:
        """Let a person go."""
        return ask.answer(response, ask.perform(people.leave, identity))

    @router.post("/people/{identity}/erasure")
    def erase(ask: AskToAct, identity: UUID, command: ErasePerson, response: Response) -> Answered:
        """Make a gone person's data unreadable for good."""
        return ask.answer(response, safe.veil(ask).perform(people.erase, safe, identity, command))
