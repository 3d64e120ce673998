"""What a service answers over HTTP, as one OpenAPI 3.1 document.

The document comes from the routes: their parameters, bodies and answers, and the headers that
``asking`` and ``asking_to_act`` declare. What follows from those for every operation alike (which
problems may come back, which headers an answer carries) is added here, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Header
from fastapi.security import HTTPBearer
from pydantic import WithJsonSchema
from pydantic.json_schema import models_json_schema

from libs.chassis.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_KEY = 200
SCHEMAS = "#/components/schemas/{model}"
BEARER = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    description="A token of `POST /api/portal/v1/tokens`. Without one the asker is nobody.",
    auto_error=False,
)
OPEN: dict[str, Any] = {"security": [{}]}
"""Of a route that also answers somebody without a token."""


def _text(description: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": description, **more})


AcceptLanguage = Annotated[
    str | None,
    Header(alias="Accept-Language"),
    _text("Languages of sentences meant for people, best first (RFC 9110)."),
]
TraceParent = Annotated[
    str | None,
    Header(alias="traceparent"),
    _text("W3C trace context of the caller; everything that follows carries it on."),
]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key"),
    _text(
        "Makes the request repeatable: the same key and the same request get the first answer.",
        minLength=1,
        maxLength=MOST_KEY,
        pattern="^[ -~]+$",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match"),
    _text(
        "The ETag of what the change is based on; refused with 412 if that is not what stands.",
        pattern='^(W/)?"([!#-~]*-)?[0-9]{1,18}"$',
    ),
]
HappenedAt = Annotated[
    str | None,
    Header(alias="Dhakira-Happened-At"),
    _text("When the fact took place (RFC 3339), if not now; since 1945-06-26, not in the future."),
]

_TAG = {"description": "Names this version, for `If-Match`.", "schema": {"type": "string"}}
TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": {"ETag": _TAG}}}
"""Of a route that answers one thing with its version."""

_POSITION = {
    "description": "`<service>=<n>`: the ledger position up to which a next page should have read.",
    "schema": {"type": "string", "pattern": "^[a-z]+=[0-9]+$"},
}
_LOCATION = {
    "description": "Where what was made stands.",
    "schema": {"type": "string", "format": "uri-reference"},
}
_CHALLENGE = {"WWW-Authenticate": {"schema": {"const": "Bearer"}}}
_PATIENCE = {
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
_PROBLEMS: dict[int, str] = {
    401: "Who asks must sign in first, or the token is not valid now.",
    403: "The rules do not allow this to who asks.",
    404: "Nothing stands there, or who asks may not know that it does.",
    409: "A rule of the domain is not met, or the key was used for another request.",
    412: "It was changed since the version that `If-Match` names.",
    413: "More was sent than is taken.",
    422: "The request does not have the form asked for; `errors` says where.",
    429: "Asked too often in a short time.",
    500: "The house made a mistake.",
    503: "A part of the house does not answer now; `detail` says whether anything may be recorded.",
}
_OF_ACTS = {404, 409, 412}
_OF_BODIES = {413}
_OF_PLACES = {404}
_DECLARED = {429}


def refused(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route declares that refuses with more than every route like it."""
    return {status: _problem(status) for status in statuses}


class Described(FastAPI):
    """An application that describes itself."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemas |= _problem_schemas()
            for operation in _operations(document):
                _complete(operation)
        return super().openapi()


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            if "{" in path:
                operation["parameters"].sort(key=lambda each: each["in"] != "path")
            yield operation


def _complete(operation: dict[str, Any]) -> None:
    headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
    acts = "If-Match" in headers
    answers = operation["responses"]
    for status, answer in answers.items():
        if acts and status.startswith("2"):
            made = {"Location": _LOCATION} if status in {"201", "202"} else {}
            answer.setdefault("headers", {}).update({"Dhakira-Position": _POSITION} | made)
    for status in _statuses(operation, acts=acts):
        answers[str(status)] = _problem(status)
    operation["responses"] = dict(sorted(answers.items()))


def _statuses(operation: dict[str, Any], *, acts: bool) -> Iterator[int]:
    """Yield the problems that may come of an operation by what it takes."""
    has_place = any(each["in"] == "path" for each in operation["parameters"])
    for status in _PROBLEMS:
        by_kind = [
            status in _OF_ACTS and acts,
            status in _OF_BODIES and "requestBody" in operation,
            status in _OF_PLACES and has_place,
            status not in _OF_ACTS | _OF_BODIES | _OF_PLACES | _DECLARED,
        ]
        if any(by_kind):
            yield status


def _problem(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": _PROBLEMS[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMAS.format(model=Problem.__name__)}}},
    }
    if status == 401:  # noqa: PLR2004  the status itself
        answer["headers"] = _CHALLENGE
    if status in {429, 503}:
        answer["headers"] = _PATIENCE
    return answer


def _problem_schemas() -> dict[str, Any]:
    _, schemas = models_json_schema([(Problem, "serialization")], ref_template=SCHEMAS)
    found: dict[str, Any] = schemas["$defs"]
    return found
