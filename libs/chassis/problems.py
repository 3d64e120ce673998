"""Errors as people and programs read them: RFC 9457, in the reader's language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.responses import Response as Answer
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from libs.kernel.refusal import Misunderstood, Refusal, Unknown
from libs.ledger.act import new_id
from libs.ledger.ledger import DATABASE_AWAY
from libs.ledger.writer import OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx
    from fastapi import FastAPI, Request
    from starlette.responses import Response

    from libs.chassis.language import Language, Languages

MEDIA_TYPE = "application/problem+json"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CLIENT_CLOSED = 499
"""No status of HTTP: what the figures count a request as whose asker left before it was sent."""
_FIELD: Final = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "string_too_short": "too-short",
    "too_short": "too-few",
    "string_too_long": "too-long",
    "too_long": "too-many",
    "string_pattern_mismatch": "form",
    "string_type": "text",
    "string_unicode": "text",
    "literal_error": "choice",
    "enum": "choice",
    "greater_than_equal": "too-small",
    "greater_than": "too-small",
    "less_than_equal": "too-large",
    "less_than": "too-large",
    "json_invalid": "json",
    "int": "number",
    "float": "number",
    "decimal": "number",
    "date": "date",
    "datetime": "date",
    "uuid": "id",
    "bool": "yes-no",
}
"""Which sentence says it, by pydantic's type of the error or by the type's first word."""
_BOUNDS: Final = {
    "max_length": "most",
    "le": "most",
    "lt": "most",
    "min_length": "least",
    "ge": "least",
    "gt": "least",
    "pattern": "form",
    "expected": "words",
}
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


class Answered(Exception):  # noqa: N818  another's word, carried to the page or the terminal
    """A service refused; its problem document says why, in the reader's language."""

    def __init__(self, problem: Problem) -> None:
        """Carry ``problem``."""
        super().__init__(problem.detail)
        self.problem = problem


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


class NotKnownWhetherRecorded(Refusal):
    """A part of the house fell silent meanwhile; the same request, repeated, is recorded once."""

    status = 503


class Defect(Refusal):
    """The house itself made a mistake."""

    status = 500


def refusal_in(answer: httpx.Response, service: str) -> Answered | Refusal:
    """Return what an answer that is an error means to whoever asked ``service``.

    What is no problem document was said on the way, by a web server between: it handed nothing on,
    or, above status 499, may have done so before it lost the answer.
    """
    try:
        return Answered(Problem.model_validate_json(answer.content))
    except ValidationError:
        pass
    if answer.request.method in SAFE_METHODS or answer.is_client_error:
        return Unavailable(service=service)
    return NotKnownWhetherRecorded(key=answer.request.headers.get("Idempotency-Key", ""))


def problem_of(refusal: Refusal, request: Request, languages: Languages) -> Problem:
    """Return the problem document of a refusal in the reader's language."""
    language = language_of(request, languages)
    return Problem(
        type=f"/problems/{refusal.code}",
        title=language.message(f"problem-title-{refusal.status}"),
        status=refusal.status,
        detail=language.message(f"refusal-{refusal.code}", **refusal.facts),
        instance=request.url.path,
        correlation_id=getattr(request.state, "correlation_id", "") or new_id(),
        facts=refusal.facts,
    )


def language_of(request: Request, languages: Languages) -> Language:
    """Return the reader's language: that of the page's address, else what the browser asks for."""
    spoken: Language = getattr(request.state, "language", None) or languages.negotiate(
        request.headers.get("accept-language", "")
    )
    return spoken


def retry_header(problem: Problem) -> dict[str, str]:
    """Return when to try again (RFC 9110, ``Retry-After``, seconds), where waiting helps."""
    if problem.status not in {429, 503}:
        return {}
    return {"Retry-After": str(problem.facts.get("retry_after", 5))}


def respond(problem: Problem, request: Request | None = None) -> Response:
    """Return a problem as a response: a document, or a page where the application writes pages."""
    write_page = getattr(request.app.state, "problem_page", None) if request is not None else None
    if request is not None and write_page is not None and not request.url.path.startswith("/api/"):
        page: Response = write_page(problem, request)
        return page
    headers = retry_header(problem) | {"Cache-Control": "no-store"}
    if problem.status == 401:  # noqa: PLR2004  the status itself
        headers["WWW-Authenticate"] = "Bearer"
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
        problem.errors = _field_problems(error, language_of(request, languages))
        return respond(problem, request)

    async def http_error(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 500)
        refusals: dict[int, type[Refusal]] = {
            404: NotFound,
            405: MethodNotAllowed,
            413: BodyTooLarge,
        }
        response = respond(
            problem_of(refusals.get(status, RequestMisunderstood)(), request, languages), request
        )
        response.headers.update(_allow_header(status, request))
        return response

    async def unavailable(request: Request, error: Exception) -> Response:
        logger.warning("unavailable: %s: %s", type(error).__name__, error)
        refusal: Refusal = Unavailable()
        if isinstance(error, OutcomeUnknown) or getattr(request.state, "recorded", False):
            refusal = NotKnownWhetherRecorded(key=getattr(request.state, "key", ""))
        return respond(problem_of(refusal, request, languages), request)

    async def defect(request: Request, error: Exception) -> Response:
        logger.error("a defect answered %s", request.url.path, exc_info=error)
        return respond(problem_of(Defect(), request, languages), request)

    async def gone(request: Request, _: Exception) -> Response:
        """The asker left before all was sent: no defect, and nobody reads the answer."""
        logger.info("the asker left before all of %s was sent", request.url.path)
        return Answer(status_code=CLIENT_CLOSED)

    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http_error)
    for away in DATABASE_AWAY:
        app.add_exception_handler(away, unavailable)
    app.add_exception_handler(Exception, defect)


def _allow_header(status: int, request: Request) -> dict[str, str]:
    """Return which methods the address takes, where it does not take this one (RFC 9110 §15.5.6).

    It looks at every route: what one of them raises names its own methods alone. HEAD is answered
    as GET is.
    """
    if status != MethodNotAllowed.status:
        return {}
    taken = [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
    return {"Allow": ", ".join(["HEAD", *taken] if "GET" in taken else taken)}


def _field_problems(error: Exception, language: Language) -> list[FieldProblem]:
    found: list[Any] = list(error.errors()) if isinstance(error, RequestValidationError) else []
    return [
        FieldProblem(
            pointer="/" + "/".join(str(step) for step in each["loc"][1:]),
            detail=field_said(each, language),
        )
        for each in found
    ]


def field_said(error: Mapping[str, Any], language: Language) -> str:
    """Return what is wrong with a field; pydantic tells it by type, with the bounds as ``ctx``."""
    kind = error["type"]
    said = _FIELD.get(kind) or _FIELD.get(kind.split("_", 1)[0], "other")
    bounds = {"most": "", "least": "", "form": "", "words": ""}
    for name, value in error.get("ctx", {}).items():
        if name in _BOUNDS:
            bounds[_BOUNDS[name]] = str(value).replace(" or ", ", ")
    return language.message(f"invalid-{said}", **bounds)
