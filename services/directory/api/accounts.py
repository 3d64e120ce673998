"""Local accounts over HTTP: the first administrator, and signing in."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from libs.chassis.asking import Asked, in_thread
from libs.chassis.http import Ask, AskToAct
from libs.chassis.openapi import OPEN, refused
from libs.kernel.refusal import Refusal
from libs.ledger.writer import LedgerUnavailable
from services.directory import views
from services.directory.api import Answered
from services.directory.commands import accounts
from services.directory.commands.accounts import EnrolFirstAdministrator, SignIn

if TYPE_CHECKING:
    from services.directory.commands.safe import Safe

logger = logging.getLogger(__name__)


class SignedIn(BaseModel):
    """Whom name and password belong to; ``version`` is that of the person when it was asked."""

    person: UUID
    version: int


def routes(safe: Safe) -> APIRouter:
    """Return the routes of accounts, with what their secrets are kept with."""
    router = APIRouter(tags=["accounts"])

    @router.post("/bootstrap", status_code=201, openapi_extra=OPEN)
    def bootstrap(ask: AskToAct, command: EnrolFirstAdministrator, response: Response) -> Answered:
        """Enrol the first administrator, with the token that was shown at the first start."""
        asked = accounts.by_bootstrap(safe.veil(ask))
        return ask.answer(response, asked.perform(accounts.bootstrap, safe, command))

    @router.post("/sign-ins", responses=refused(429))
    async def sign_in(ask: Ask, command: SignIn, response: Response) -> SignedIn:
        """Ask whether name and password belong together; for the portal alone."""
        ask.permit("account.sign-in")
        response.headers["Cache-Control"] = "no-store"
        person = await asyncio.to_thread(accounts.who_signs_in, ask.service.ledger, safe, command)
        kept = None
        if person is not None and person.credential is not None:
            kept = await views.kept_hash(ask.service.pool, safe.vault, person.id, person.credential)
        known = await asyncio.to_thread(accounts.check, safe, person, kept, command)
        if kept is not None and safe.hashes.outgrown(kept):
            await _renew(safe.veil(ask), safe, known.id, command)
        return SignedIn(person=known.id, version=known.version)

    return router


async def _renew(asked: Asked, safe: Safe, identity: UUID, command: SignIn) -> None:
    """Hash again with the parameters of now; signing in does not depend on it."""
    try:
        await in_thread(asked, accounts.renew, safe, identity, command)
    except (Refusal, LedgerUnavailable) as reason:
        logger.warning("a password hash keeps its old parameters: %s", type(reason).__name__)
