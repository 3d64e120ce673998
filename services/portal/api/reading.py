"""Who reads a page: language, session, rights, and the reader's own last change."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from libs.chassis.asking import frame
from libs.chassis.identity import Asker
from libs.chassis.problems import NotFound
from libs.kernel.refusal import Forbidden, Misunderstood
from libs.ledger.act import new_id
from services.portal.api.keeping import keep
from services.portal.commands.sessions import use
from services.portal.domain.session import Session
from services.portal.views.records import positions
from services.portal.views.sessions import living

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from libs.chassis.asking import Asked
    from libs.chassis.language import Language
    from libs.chassis.problems import Problem
    from libs.chassis.service import Service
    from services.portal.settings import PortalSettings

SEEN = "dhakira-seen"
SEEN_SECONDS = 120
MOST_DIGITS = 12
MOST_NUMBER = 10**MOST_DIGITS
FAILED = 500
"""From this HTTP status on the failure is the service's own (RFC 9110)."""


class FormNotOurs(Forbidden):
    """A form was sent that this session did not get from here."""


class NumberNotUnderstood(Misunderstood):
    """A number in an address is written in digits alone, from 1 on; ``name`` says which one."""


@dataclass(slots=True)
class Reader:
    """One reader of one page."""

    asked: Asked
    language: Language
    session: Session | None
    request: Request
    waited_in_vain: bool = False
    name: str = ""
    positions: str = ""
    """How far the read models had come before anything of the page was read."""
    tag: str = ""
    """The page's entity tag, where it is a page that may be held against a copy."""

    @property
    def service(self) -> Service:
        """The portal."""
        return self.asked.service

    @property
    def csrf(self) -> str:
        """The token that this session's forms carry; empty without a session."""
        return self.session.csrf if self.session else ""

    def keeps_the_register(self) -> bool:
        """Whether the reader may see what is not public yet."""
        return self.asked.may("record.read-unpublished", custodian=self.custodian)

    @property
    def custodian(self) -> str:
        """The institution that keeps the register."""
        return self.service.house.settings.custodian

    def number(self, name: str, default: int) -> int:
        """Return a number of the address, the default where it names none.

        Raises:
            NumberNotUnderstood: what it names is no number, or the number of nothing.
        """
        written = self.request.query_params.get(name, "")
        found = whole_number(written)
        if written and not found:
            raise NumberNotUnderstood(name=name, value=written[:20])
        return default if found is None else found

    def must_use_the_desk(self) -> None:
        """Go on only for those who work at the desk.

        Raises:
            SignInNeeded: nobody signed in.
            NotPermitted: the reader does not work there.
        """
        self.asked.permit("desk.use", custodian=self.custodian)


def whole_number(written: str) -> int | None:
    """Return a number as people write it, in the digits of any script; None where it is none.

    Nothing here counts beyond ``MOST_NUMBER``: a larger number is that one.
    """
    if not written.isdecimal():
        return None
    return int(written) if len(written) <= MOST_DIGITS else MOST_NUMBER


def cookie_name(service: Service) -> str:
    """Return the session cookie's name: bound to this host alone where the portal is secure."""
    return "__Host-dhakira" if service.house.settings.secure_cookies else "dhakira"


async def reading(request: Request, language: str) -> Reader:
    """Frame a page request: the language stands in the path, the session in a cookie.

    Raises:
        NotFound: no such language is offered.
        TooManyRequests: somebody unknown sends more than their network may.
    """
    service: Service = request.app.state.service
    spoken = service.house.languages.get(language)
    if spoken is None:
        raise NotFound
    request.state.language = spoken
    with contextlib.suppress(FormNotOurs):
        must_come_from_here(request)
        await keep(request)
    session = request.state.session = await session_of(request)
    return await reader_of(request, spoken, session)


async def reader_of(request: Request, spoken: Language, session: Session | None) -> Reader:
    """Frame a page request of whoever has this session.

    Raises:
        TooManyRequests: somebody unknown sends more than their network may.
    """
    service: Service = request.app.state.service
    asker = await service.register.asker(session.person) if session is not None else Asker()
    asked = await frame(service, request, asker)
    asked.permit("page.read")
    reader = Reader(asked, spoken, session, request)
    reader.waited_in_vain = not await own_write_is_readable(request)
    reader.positions = await positions(service.pool)
    if session is not None:
        reader.name = await request.app.state.names.of(session.person, spoken.tag)
    return reader


Reading = Annotated[Reader, Depends(reading)]


async def session_of(request: Request) -> Session | None:
    """Return the request's session, if it has one that lives."""
    service: Service = request.app.state.service
    settings: PortalSettings = request.app.state.settings
    cookie = request.cookies.get(cookie_name(service))
    session = await living(service.pool, cookie, settings) if cookie else None
    if cookie and session is not None:
        await use(service.pool, cookie, session)
    return session


async def own_write_is_readable(request: Request) -> bool:
    """Wait until the read model holds the reader's own last change; say whether it does."""
    seen = request.cookies.get(SEEN, "")
    source, _, sequence = seen.partition(".")
    wanted = whole_number(sequence)
    if wanted is None:
        return True
    settings: PortalSettings = request.app.state.settings
    service: Service = request.app.state.service
    followers = [each for each in service.foreign if each.source == source]
    seconds = settings.own_write_seconds
    waits = (each.progress.wait_for(source, wanted, seconds) for each in followers)
    return all(await asyncio.gather(*waits))


def remember_position(response: Response, position: str) -> None:
    """Let the reader's next page wait for what was just recorded (``intake=123``)."""
    source, _, sequence = position.partition("=")
    if source.isalpha() and whole_number(sequence) is not None:
        response.set_cookie(
            SEEN, f"{source}.{sequence}", max_age=SEEN_SECONDS, httponly=True, samesite="lax"
        )


def permanent(number: str) -> str:
    """Return the one permanent path of a record, by its number."""
    return f"/id/recommendation/{number.removeprefix('REC-')}"


def must_be_our_form(reader: Reader, token: str) -> None:
    """Go on only if a form was sent from a page of ours, by this session.

    Raises:
        FormNotOurs: it came from elsewhere, or carries another session's token.
    """
    must_come_from_here(reader.request)
    if reader.session is not None and token != reader.session.csrf:
        raise FormNotOurs


def must_come_from_here(request: Request) -> None:
    """Go on only if the browser says that the request comes from a page of this host.

    Raises:
        FormNotOurs: it comes from another site.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise FormNotOurs
        return
    # Older browsers say only the origin, and "null" under the referrer policy that we ask for.
    origin = request.headers.get("origin", "null")
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise FormNotOurs


async def typed_in(reader: Reader) -> dict[str, str]:
    """Return what a form sent, as text."""
    async with reader.request.form() as form:
        return {name: str(value).replace("\r\n", "\n") for name, value in form.items()}


def key_of(typed: Mapping[str, str], problem: Problem | None = None) -> str:
    """Return the idempotency key that a form carries: one for each request.

    Where a service failed it is not known whether what was sent is recorded; the form that comes
    back then keeps its key, so that the same, sent again, is recorded once. After a refusal nothing
    is, and what is sent next is another request.
    """
    sent = typed.get("key", "")
    return sent if sent and problem is not None and problem.status >= FAILED else new_id()


def entity_tag(reader: Reader, build: str, words: str, today: str) -> str:
    """Return a page's entity tag: it changes when anything does that the page may show.

    It is made of how far the read models had come *before* the page was read: rows may be younger
    than their tag, which costs one answer more, and never older.
    """
    whole = "|".join(
        (
            build,
            words,
            today,
            reader.positions,
            str(reader.request.url),
            reader.language.tag,
            reader.csrf,
            reader.name,
            str(reader.waited_in_vain),
        )
    )
    return f'W/"{hashlib.sha256(whole.encode()).hexdigest()[:24]}"'
