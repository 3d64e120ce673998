"""A service's HTTP application: problems, gates, traces, limits, and the routes all share."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Security
from fastapi.responses import JSONResponse, Response
from opentelemetry.trace import StatusCode
from starlette.exceptions import HTTPException

from libs.chassis.asking import Asked, frame
from libs.chassis.envelope import body_of, headers_of, structured
from libs.chassis.metrics import REQUESTS, SECONDS, exposition
from libs.chassis.openapi import (
    BEARER,
    OPEN,
    AcceptLanguage,
    Described,
    HappenedAt,
    IdempotencyKey,
    IfMatch,
    TraceParent,
    refused,
)
from libs.chassis.problems import (
    BodyTooLarge,
    Defect,
    answer_problems,
    problem_of,
    respond,
)
from libs.chassis.telemetry import span
from libs.kernel.refusal import Refusal, Unknown
from libs.ledger.mapper import TextNotStorable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from libs.chassis.service import Service

MOST_BODY = 1 << 20
MOST_FORM = 4 << 20
"""A form may say more than any command takes: so its page can give back what is too long."""
MOST_FILE = 64 << 20
"""Where a plan says that files are handed in."""
MOST_DIGITS = 18
FEED_LIMIT = 500
MOST_ORIGIN = 63
CONTENT_TOO_LARGE, INTERNAL_ERROR = 413, 500


async def asking(
    request: Request,
    _token: Annotated[object, Security(BEARER)],
    _language: AcceptLanguage = None,
    _trace: TraceParent = None,
) -> Asked:
    """Frame a question for its handler; declares the headers that are read of every request."""
    return await frame(request.app.state.service, request)


async def asking_to_act(
    asked: Annotated[Asked, Depends(asking)],
    _key: IdempotencyKey = None,
    _version: IfMatch = None,
    _happened: HappenedAt = None,
) -> Asked:
    """Frame a command for its handler; declares the headers that its act is made of besides."""
    return asked


Ask = Annotated[Asked, Depends(asking)]
AskToAct = Annotated[Asked, Depends(asking_to_act)]


def create_app(
    service: Service, routers: Sequence[APIRouter], pages: Sequence[APIRouter] = ()
) -> FastAPI:
    """Return a service's application: its own routes, the shared ones, and pages at the root."""
    base = f"/api/{service.name}/v1"
    app = Described(
        title=f"Dhakira {service.name}",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    for router in routers:
        app.include_router(router, prefix=base)
    app.include_router(shared_routes(), prefix=base)
    for router in pages:
        app.include_router(router, include_in_schema=False)
    answer_problems(app, service.house.languages)
    app.add_middleware(Frame, service=service)
    service.app = app
    return app


class Frame:
    """Around every request: size limit, trace, figures, and the proof that a gate was asked."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        """Wrap ``app`` of ``service``."""
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        request = Request(scope)
        body = _Body(request, receive, self._service.plan.takes_files)
        begun = time.perf_counter()
        gate = _Gated(request, send, self._service, body)
        try:
            await self._traced(request, body, gate)
        finally:
            # What the application did not answer itself is answered with 500 further out.
            status = gate.status or INTERNAL_ERROR
            REQUESTS.labels(self._service.name, request.method, str(status)).inc()
            SECONDS.labels(self._service.name, request.method).observe(time.perf_counter() - begun)

    async def _traced(self, request: Request, body: _Body, gate: _Gated) -> None:
        name = f"{request.method} {self._service.name}"
        with span(name, request.headers.get("traceparent"), path=request.url.path) as opened:
            refusal = _refusal_of(request, body)
            if refusal is not None:
                await gate.refuse(refusal)
            else:
                await self._app(request.scope, body.receive, gate.send)
            if gate.status >= INTERNAL_ERROR:
                opened.set_status(StatusCode.ERROR)


class _Body:
    """A request's body, which ends with a refusal where it grows too large, announced or not."""

    def __init__(self, request: Request, receive: Receive, takes_files: Sequence[str]) -> None:
        self._receive = receive
        self._read = 0
        self.most = _most(request.url.path, takes_files)
        announced = request.headers.get("content-length", "0")
        self.exceeded = announced.isdecimal() and int(announced[:MOST_DIGITS]) > self.most

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self.most:
            self.exceeded = True
            raise HTTPException(CONTENT_TOO_LARGE)
        return message


class _Gated:
    """Lets a success out only if the handler asked the permissions; anything else is a defect."""

    def __init__(self, request: Request, send: Send, service: Service, body: _Body) -> None:
        self._request = request
        self._send = send
        self._service = service
        self._body = body
        self._replaced = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self._body.exceeded:
                await self.refuse(BodyTooLarge(most=self._body.most >> 20))
                return
            if self.status < 400 and self._is_undecided():  # noqa: PLR2004  a success
                await self.refuse(Defect())
                return
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal, and let nothing else out."""
        self._replaced = True
        self.status = refusal.status
        problem = problem_of(refusal, self._request, self._service.house.languages)
        answer = respond(problem, self._request)
        await answer(self._request.scope, self._request.receive, self._send)

    def _is_undecided(self) -> bool:
        """Tell whether a handler answered unasked; where none did, the router leads to a slash."""
        scope = self._request.scope
        return "endpoint" in scope and not scope["state"].get("decided")


def _most(path: str, takes_files: Sequence[str]) -> int:
    """Return how many bytes may be sent to a path."""
    if path.endswith(tuple(takes_files)):
        return MOST_FILE
    return MOST_BODY if path.startswith("/api/") else MOST_FORM


def _refusal_of(request: Request, body: _Body) -> Refusal | None:
    """Return why a request is not even looked at: too much, or a sign that no text may hold."""
    if body.exceeded:
        return BodyTooLarge(most=body.most >> 20)
    if "\0" in request.url.path or b"%00" in request.scope["query_string"]:
        return TextNotStorable()
    return None


def shared_routes() -> APIRouter:
    """Return the routes that every service has."""
    router = APIRouter()

    @router.get("/events", tags=["events"])
    async def events(
        ask: Ask,
        after: Annotated[int, Query(ge=0)] = 0,
        until: Annotated[int | None, Query(ge=0)] = None,
        limit: Annotated[int, Query(ge=1, le=FEED_LIMIT)] = FEED_LIMIT,
        origin: Annotated[str | None, Query(max_length=MOST_ORIGIN)] = None,
    ) -> dict[str, Any]:
        """Read the public events after a position, oldest first: what heals a gap on the bus.

        Whoever names the origin is not answered by the ledger of another one.
        """
        ask.permit("events.read")
        if origin not in {None, ask.service.house.bus.origin}:
            raise Unknown
        return await _page_of_events(ask.service, after, until, limit)

    @router.get("/status", tags=["operation"])
    async def status(ask: Ask) -> dict[str, Any]:
        """Read how far ledger, relay and read models have come."""
        ask.permit("status.read", **ask.custody)
        return asdict(await ask.service.status())

    @router.get("/quarantine", tags=["operation"])
    async def quarantine(ask: Ask) -> list[dict[str, Any]]:
        """List the events that a reaction could not settle, with the cause."""
        ask.permit("quarantine.read", **ask.custody)
        return await _parked(ask.service)

    @router.post(
        "/quarantine/{reaction}/{event_id}/redrive", tags=["operation"], responses=refused(409)
    )
    async def redrive(ask: Ask, reaction: str, event_id: str) -> dict[str, str]:
        """Let a reaction try a parked event once more; its effect happens once.

        What cannot be settled this time either is answered with 409 and the cause.
        """
        ask.permit("quarantine.redrive", **ask.custody)
        if not await ask.service.reactions.redrive(reaction, event_id):
            raise Unknown
        return {"settled": event_id}

    _making_anew(router)

    @router.get("/openapi.json", tags=["description"], openapi_extra=OPEN)
    async def openapi(ask: Ask, request: Request) -> JSONResponse:
        """Read this description (OpenAPI 3.1)."""
        ask.permit("description.read")
        return JSONResponse(request.app.openapi())

    return router


def _making_anew(router: APIRouter) -> None:
    """Add the routes that make anew what comes from the ledger."""

    @router.post("/rebuild", tags=["operation"], status_code=202, responses=refused(409))
    async def begin_rebuild(ask: Ask) -> dict[str, Any]:
        """Build the read models anew beside the live ones, and switch to them."""
        ask.permit("read-models.rebuild", **ask.custody)
        await ask.service.rebuild.begin()
        return asdict(ask.service.rebuild.status)

    @router.get("/rebuild", tags=["operation"])
    async def rebuild(ask: Ask) -> dict[str, Any]:
        """Read how far the last rebuild that this process began has come."""
        ask.permit("read-models.rebuild", **ask.custody)
        return asdict(ask.service.rebuild.status)

    @router.post("/republication", tags=["operation"], status_code=202)
    async def republish(ask: Ask) -> dict[str, int]:
        """Give the service's stream up and tell everything anew, from the first event on.

        Readers and reactions lose and double nothing. ``until`` is the ledger position that the
        stream told of; `status` says how far the new one is.
        """
        ask.permit("stream.republish", **ask.custody)
        return {"until": await ask.service.republish()}


async def _page_of_events(
    service: Service, after: int, until: int | None, limit: int
) -> dict[str, Any]:
    found = await service.reader.after(after, limit)
    if until is not None:
        found = [event for event in found if event.sequence <= until]
    public = []
    for event in found:
        body = body_of(event)
        if body is not None:
            headers = headers_of(
                event, service=service.name, origin=service.house.bus.origin, previous=""
            )
            public.append(structured(headers, body))
    return {"events": public, "position": found[-1].sequence if found else after}


async def _parked(service: Service) -> list[dict[str, Any]]:
    async with service.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT reaction, event_id, subject, cause, deliveries, parked_at"  # noqa: S608  a vetted word
            f" FROM {service.name}_read.quarantine WHERE settled_at IS NULL"
            " ORDER BY parked_at LIMIT 200"
        )
        names = ("reaction", "event_id", "subject", "cause", "deliveries", "parked_at")
        return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]


def health_routes(services: Sequence[Service]) -> APIRouter:
    """Return ``/healthz``, ``/readyz`` and ``/metrics`` for the services of one process."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Answer while the process lives."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Answer 200 when everything that serving needs is there, else 503 with what is missing.

        What breaks again and again beside requests is told either way: pages that are behind are
        better than none. Everybody may ask, so the kind of what breaks is told and not its words,
        which name hosts and roles; the status page has those.
        """
        troubles = {each.name: await each.troubles() for each in services}
        failing = {
            each.name: {work: why.partition(":")[0] for work, why in each.failing.items()}
            for each in services
            if each.failing
        }
        ready = not any(troubles.values())
        told = {"ready": ready, "troubles": troubles, "failing": failing}
        return JSONResponse(told, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        """Answer the figures for monitoring."""
        return Response(await exposition(list(services)), media_type="text/plain; version=0.0.4")

    return router
