"""Signing in and out, the first account, and tokens for the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from pydantic import BaseModel, SecretStr
from starlette.responses import RedirectResponse, Response

from libs.chassis.http import Ask
from libs.chassis.identity import TOKEN_SECONDS
from libs.chassis.openapi import OPEN, refused
from libs.chassis.problems import Answered, Problem, language_of, retry_header
from services.portal.api.keeping import kept_of, sign_in_form
from services.portal.api.reading import (
    Reader,
    Reading,
    cookie_name,
    must_come_from_here,
    reader_of,
    typed_in,
)
from services.portal.commands import sessions
from services.portal.commands.neighbours import PORTAL
from services.portal.views.page_parts import Field
from services.portal.views.page_parts import Form as PageForm
from services.portal.views.sessions import anybody_is_enrolled, living
from services.portal.views.work_models import FirstSignInPage, FormPage, SignInPage

if TYPE_CHECKING:
    from services.portal.api.framing import Pages
    from services.portal.api.keeping import Kept
    from services.portal.commands.neighbours import Neighbours

ABOUT = {"password": "password", "sign-in": "sign_in", "name": "name"}
"""How a refusal of the first account is called, and the field that it is about; else the token."""


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
        return await _sign_in_page(pages, reader, sign_in_form(reader.language))

    @router.post("/{language}/sign-in", response_model=None)
    async def sign_in(reader: Reading) -> Response:
        """Begin a session."""
        must_come_from_here(reader.request)
        typed = await typed_in(reader)
        name, sent = typed.get("sign_in", ""), kept_of(reader.request)
        kept = sent.resumed if sent else None
        try:
            known = await _person(neighbours, reader, name, typed.get("password", ""))
        except Answered as refused:
            problem = refused.problem
            form = sign_in_form(reader.language, name, problem.detail, kept)
            page = await _sign_in_page(pages, reader, form, problem.status)
            page.headers.update(retry_header(problem))
            return page
        return await _begin(pages, reader, *known, kept)

    @router.post("/{language}/sign-out", response_model=None)
    async def sign_out(reader: Reading) -> Response:
        """End the session."""
        must_come_from_here(reader.request)
        name = cookie_name(reader.service)
        await sessions.end(reader.service.pool, reader.request.cookies.get(name, ""))
        response = RedirectResponse(f"/{reader.language.tag}/", 303)
        secure = reader.service.house.settings.secure_cookies
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
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
            return _first_page(pages, reader, typed, refused.problem)
        return await _begin(pages, reader, str(reply.body["id"]), reply.body["version"])

    return router


def api_routes(neighbours: Neighbours) -> APIRouter:
    """Return the routes for programs."""
    router = APIRouter(tags=["tokens"])

    @router.post("/tokens", responses=refused(429), openapi_extra=OPEN)
    async def token(ask: Ask, credentials: Credentials, request: Request) -> Token:
        """Exchange name and password for a short-lived token."""
        ask.permit("session.begin")
        language = language_of(request, ask.service.house.languages)
        body = {"sign_in": credentials.sign_in, "password": credentials.password.get_secret_value()}
        reply = await neighbours.ask(
            "directory", "POST", "/sign-ins", person=PORTAL, language=language.tag,
            json=body | {"address": _address(request)},
        )  # fmt: skip
        signed = ask.service.house.tokens.sign(reply.body["person"], TOKEN_SECONDS)
        return Token(token=signed)

    return router


async def _person(
    neighbours: Neighbours, reader: Reader, sign_in: str, password: str
) -> tuple[str, int]:
    """Return whom name and password belong to, and the version of the person they were asked of."""
    reply = await neighbours.ask(
        "directory", "POST", "/sign-ins", person=PORTAL, language=reader.language.tag,
        json={"sign_in": sign_in, "password": password, "address": _address(reader.request)},
    )  # fmt: skip
    return str(reply.body["person"]), reply.body["version"]


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def _begin(
    pages: Pages, reader: Reader, person: str, version: int, kept: Kept | None = None
) -> Response:
    """Begin a session: on the front page, or with what was typed before it began."""
    cookie = await sessions.begin(reader.service.pool, person, version, pages.settings)
    response: Response = RedirectResponse(f"/{reader.language.tag}/", 303)
    if kept is not None:
        response = await _resume(pages, reader, cookie, kept)
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


async def _resume(pages: Pages, reader: Reader, cookie: str, kept: Kept) -> Response:
    """Show what was typed before signing in, in a form of the new session."""
    session = await living(reader.service.pool, cookie, pages.settings)
    now = await reader_of(reader.request, reader.language, session)
    say = reader.language.message
    page = FormPage(say("problem-kept"), kept.again(reader.language), lede=say("kept-signed-in"))
    return pages.answer(now, "form.html", pages.frame(now, page.title), page)


async def _sign_in_page(
    pages: Pages, reader: Reader, form: PageForm, status: int = 200
) -> Response:
    """Ask for name and password; the way to the first account is shown until that stands."""
    stands = await anybody_is_enrolled(reader.service.pool)
    page = SignInPage(form, "" if stands else f"/{reader.language.tag}/first-account")
    wrong = bool(form.mistakes)
    frame = pages.frame(reader, reader.language.message("title-sign-in"), wrong=wrong)
    return pages.answer(reader, "sign_in.html", frame, page, status)


def _first_page(
    pages: Pages, reader: Reader, typed: dict[str, str], problem: Problem | None = None
) -> Response:
    say = reader.language.message
    fields = [
        Field("token", say("first-token"), required=True),
        Field("name", say("first-name"), value=typed.get("name", ""), required=True,
              autocomplete="name"),
        Field("sign_in", say("sign-in-name"), value=typed.get("sign_in", ""), required=True,
              autocomplete="username"),
        Field("password", say("sign-in-password"), kind="password", required=True,
              hint=say("first-password-hint"), autocomplete="new-password"),
    ]  # fmt: skip
    wrong = _wrong_of(problem) if problem is not None else {}
    page = FirstSignInPage(
        PageForm(
            f"/{reader.language.tag}/first-account",
            say("first-do"),
            tuple(replace(each, error=wrong.get(each.name, "")) for each in fields),
        )
    )
    frame = pages.frame(reader, say("title-first-account"), wrong=bool(wrong))
    status = problem.status if problem is not None else 200
    return pages.answer(reader, "first_sign_in.html", frame, page, status)


def _wrong_of(problem: Problem) -> dict[str, str]:
    """Return what is wrong by field: those that a problem points to, else the one it is about."""
    pointed = {_field_of(each.pointer.split("/")[1]): each.detail for each in problem.errors}
    return pointed or {_field_of(problem.type.removeprefix("/problems/")): problem.detail}


def _field_of(word: str) -> str:
    """Return the field that a part of the request, or a refusal's code, is about."""
    about = (field for begins, field in ABOUT.items() if word.replace("_", "-").startswith(begins))
    return next(about, "token")
