"""Signing in and out, the first account, and tokens for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from pydantic import BaseModel, SecretStr
from starlette.responses import RedirectResponse, Response

from libs.chassis.http import Ask
from services.portal.api.reading import Reader, Reading, cookie_name, must_come_from_here, typed_in
from services.portal.commands import sessions
from services.portal.commands.neighbours import PORTAL, Answered
from services.portal.views.page_parts import Field
from services.portal.views.page_parts import Form as PageForm
from services.portal.views.work_models import FirstSignInPage, SignInPage

if TYPE_CHECKING:
    from services.portal.api.framing import Pages
    from services.portal.commands.neighbours import Neighbours

TOKEN_SECONDS = 300


class Credentials(BaseModel):
    """Name and password of somebody who wants to use the command line."""

    sign_in: str
    password: SecretStr


class Token(BaseModel):
    """A token for requests to the services, valid for ``seconds``."""

    token: str
    seconds: int = TOKEN_SECONDS


def routes(pages: Pages, neighbours: Neighbours) -> APIRouter:
    """Return the routes of signing in."""
    router = APIRouter(tags=["pages"])

    @router.get("/{language}/sign-in", response_model=None)
    async def sign_in_page(reader: Reading) -> Response:
        """Ask for name and password."""
        return _sign_in_page(pages, reader)

    @router.post("/{language}/sign-in", response_model=None)
    async def sign_in(reader: Reading) -> Response:
        """Begin a session."""
        must_come_from_here(reader.request)
        typed = await typed_in(reader)
        name = typed.get("sign_in", "")
        try:
            person = await _person(neighbours, reader, name, typed.get("password", ""))
        except Answered as refused:
            return _sign_in_page(
                pages, reader, name, refused.problem.detail, refused.problem.status
            )
        return await _begin(pages, reader, person)

    @router.post("/{language}/sign-out", response_model=None)
    async def sign_out(reader: Reading) -> Response:
        """End the session."""
        must_come_from_here(reader.request)
        name = cookie_name(reader.service)
        await sessions.end(reader.service.pool, reader.request.cookies.get(name, ""))
        response = RedirectResponse(f"/{reader.language.tag}/", 303)
        response.delete_cookie(name)
        return response

    @router.get("/{language}/first-account", response_model=None)
    async def first_page(reader: Reading) -> Response:
        """Ask for the bootstrap token and the first administrator."""
        return _first_page(pages, reader, {})

    @router.post("/{language}/first-account", response_model=None)
    async def first(reader: Reading) -> Response:
        """Make the first account, then sign in."""
        must_come_from_here(reader.request)
        typed = await typed_in(reader)
        try:
            reply = await neighbours.ask(
                "directory", "POST", "/bootstrap", person=PORTAL, language=reader.language.tag,
                json={
                    "token": typed.get("token", ""),
                    "sign_in": typed.get("sign_in", ""),
                    "password": typed.get("password", ""),
                    "names": {reader.language.tag: typed.get("name", "")},
                },
            )  # fmt: skip
        except Answered as refused:
            return _first_page(pages, reader, typed, refused.problem.detail, refused.problem.status)
        return await _begin(pages, reader, str(reply.body["id"]))

    return router


def api_routes(neighbours: Neighbours) -> APIRouter:
    """Return the routes for programs."""
    router = APIRouter(tags=["tokens"])

    @router.post("/tokens")
    async def token(ask: Ask, credentials: Credentials, request: Request) -> Token:
        """Exchange name and password for a short-lived token."""
        ask.permit("session.begin")
        body = {"sign_in": credentials.sign_in, "password": credentials.password.get_secret_value()}
        reply = await neighbours.ask(
            "directory", "POST", "/sign-ins", person=PORTAL, language="en",
            json=body | {"address": _address(request)},
        )  # fmt: skip
        signed = ask.service.house.tokens.sign(reply.body["person"], TOKEN_SECONDS)
        return Token(token=signed)

    return router


async def _person(neighbours: Neighbours, reader: Reader, sign_in: str, password: str) -> str:
    reply = await neighbours.ask(
        "directory", "POST", "/sign-ins", person=PORTAL, language=reader.language.tag,
        json={"sign_in": sign_in, "password": password, "address": _address(reader.request)},
    )  # fmt: skip
    return str(reply.body["person"])


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def _begin(pages: Pages, reader: Reader, person: str) -> Response:
    cookie = await sessions.begin(reader.service.pool, person)
    response = RedirectResponse(f"/{reader.language.tag}/", 303)
    response.set_cookie(
        cookie_name(reader.service),
        cookie,
        max_age=pages.settings.longest_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=reader.service.house.settings.secure_cookies,
        path="/",
    )
    return response


def _sign_in_page(
    pages: Pages, reader: Reader, sign_in: str = "", error: str = "", status: int = 200
) -> Response:
    say = reader.language.message
    fields = (
        Field(
            "sign_in", say("sign-in-name"), value=sign_in, required=True, autocomplete="username"
        ),
        Field(
            "password",
            say("sign-in-password"),
            kind="password",
            required=True,
            error=error,
            autocomplete="current-password",
        ),
    )
    base = f"/{reader.language.tag}"
    page = SignInPage(
        PageForm(f"{base}/sign-in", say("sign-in-do"), fields), first_href=f"{base}/first-account"
    )
    frame = pages.frame(reader, say("title-sign-in"), wrong=bool(error))
    return pages.answer(reader, "sign_in.html", frame, page, status)


def _first_page(
    pages: Pages, reader: Reader, typed: dict[str, str], error: str = "", status: int = 200
) -> Response:
    say = reader.language.message
    fields = (
        Field(
            "token", say("first-token"), value=typed.get("token", ""), required=True, error=error
        ),
        Field(
            "name",
            say("first-name"),
            value=typed.get("name", ""),
            required=True,
            autocomplete="name",
        ),
        Field(
            "sign_in",
            say("sign-in-name"),
            value=typed.get("sign_in", ""),
            required=True,
            autocomplete="username",
        ),
        Field(
            "password",
            say("sign-in-password"),
            kind="password",
            required=True,
            hint=say("first-password-hint"),
            autocomplete="new-password",
        ),
    )
    page = FirstSignInPage(
        PageForm(f"/{reader.language.tag}/first-account", say("first-do"), fields)
    )
    frame = pages.frame(reader, say("title-first-account"), wrong=bool(error))
    return pages.answer(reader, "first_sign_in.html", frame, page, status)
