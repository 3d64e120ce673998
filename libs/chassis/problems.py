"""Errors as people and programs read them: RFC 9457, in the reader's language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from libs.kernel.refusal import Misunderstood, Refusal, Unknown
from libs.ledger.act import new_id
from libs.ledger.writer import LedgerUnavailable

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.responses import Response

    from libs.chassis.language import Languages

MEDIA_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    """One field that could not be taken: where (JSON Pointer) and why."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    correlation_id: str
    facts: dict[str, str | int] = {}
    errors: list[FieldProblem] = []


class NotFound(Unknown):
    """No page or resource stands at this address."""


class MethodNotAllowed(Refusal):
    """The address stands, but not for this method."""

    status = 405


class RequestMisunderstood(Misunderstood):
    """The request does not have the form that the address asks for."""


class BodyTooLarge(Refusal):
    """More was sent than the address takes."""

    status = 413


class TooManyRequests(Refusal):
    """The same address asked too often in a short time."""

    status = 429


class Unavailable(Refusal):
    """A part of the house does not answer now; nothing of the request was recorded."""

    status = 503


class Defect(Refusal):
    """The house itself made a mistake; nothing of the request was recorded."""

    status = 500


def problem_of(refusal: Refusal, request: Request, languages: Languages) -> Problem:
    """Return the problem document of a refusal in the reader's language."""
    language = getattr(request.state, "language", None) or languages.negotiate(
        request.headers.get("accept-language", "")
    )
    return Problem(
        type=f"/problems/{refusal.code}",
        title=language.message(f"problem-title-{refusal.status}"),
        status=refusal.status,
        detail=language.message(f"refusal-{refusal.code}", **refusal.facts),
        instance=request.url.path,
        correlation_id=getattr(request.state, "correlation_id", "") or new_id(),
        facts=refusal.facts,
    )


def respond(problem: Problem, request: Request | None = None) -> Response:
    """Return a problem as a response: a document, or a page where the application writes pages."""
    write_page = getattr(request.app.state, "problem_page", None) if request is not None else None
    if request is not None and write_page is not None and not request.url.path.startswith("/api/"):
        page: Response = write_page(problem, request)
        return page
    headers = {"Cache-Control": "no-store"}
    if problem.status == 401:  # noqa: PLR2004  the status itself
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status in {429, 503}:
        headers["Retry-After"] = str(problem.facts.get("retry_after", 5))
    return JSONResponse(
        problem.model_dump(), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers
    )


def answer_problems(app: FastAPI, languages: Languages) -> None:
    """Make every error of ``app`` a problem document."""

    async def refused(request: Request, refusal: Exception) -> Response:
        if not isinstance(refusal, Refusal):
            raise refusal
        return respond(problem_of(refusal, request, languages), request)

    async def invalid(request: Request, error: Exception) -> Response:
        problem = problem_of(RequestMisunderstood(), request, languages)
        problem.errors = _field_problems(error)
        return respond(problem, request)

    async def http_error(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 500)
        refusals: dict[int, type[Refusal]] = {
            404: NotFound,
            405: MethodNotAllowed,
            413: BodyTooLarge,
        }
        return respond(
            problem_of(refusals.get(status, RequestMisunderstood)(), request, languages), request
        )

    async def unavailable(request: Request, error: Exception) -> Response:
        logger.warning("unavailable: %s", error)
        return respond(problem_of(Unavailable(), request, languages), request)

    async def defect(request: Request, error: Exception) -> Response:
        logger.error("a defect answered %s", request.url.path, exc_info=error)
        return respond(problem_of(Defect(), request, languages), request)

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(LedgerUnavailable, unavailable)
    app.add_exception_handler(Exception, defect)


def _field_problems(error: Exception) -> list[FieldProblem]:
    found: list[Any] = list(error.errors()) if isinstance(error, RequestValidationError) else []
    return [
        FieldProblem(
            pointer="/" + "/".join(str(step) for step in each["loc"][1:]), detail=str(each["msg"])
        )
        for each in found
    ]
