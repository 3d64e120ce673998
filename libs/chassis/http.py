"""A service's HTTP application: problems, gates, traces, limits, and the routes all share."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from opentelemetry.trace import StatusCode

from libs.chassis.asking import Asked, frame
from libs.chassis.envelope import body_of, headers_of, structured
from libs.chassis.metrics import REQUESTS, SECONDS
from libs.chassis.problems import (
    BodyTooLarge,
    Defect,
    Problem,
    answer_problems,
    problem_of,
    respond,
)
from libs.chassis.telemetry import span
from libs.kernel.refusal import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from libs.chassis.service import Service

MOST_BODY = 1 << 20
MOST_UPLOAD = 32 << 20
FEED_LIMIT = 500


async def asking(request: Request) -> Asked:
    """Frame the request for its handler."""
    return await frame(request.app.state.service, request)


Ask = Annotated[Asked, Depends(asking)]
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}}
    for status in (400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 500, 503)
}


def create_app(
    service: Service, routers: Sequence[APIRouter], pages: Sequence[APIRouter] = ()
) -> FastAPI:
    """Return a service's application: its own routes, the shared ones, and pages at the root."""
    base = f"/api/{service.name}/v1"
    app = FastAPI(
        title=f"Dhakira {service.name}",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEMS,
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
        if _too_large(request):
            refusal = BodyTooLarge(most=MOST_UPLOAD // (1 << 20))
            problem = problem_of(refusal, request, self._service.house.languages)
            await respond(problem)(scope, receive, send)
            return
        await self._traced(request, receive, send)

    async def _traced(self, request: Request, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        gate = _Gated(request, send, self._service)
        name = f"{request.method} {self._service.name}"
        with span(name, request.headers.get("traceparent"), path=request.url.path) as opened:
            await self._app(request.scope, receive, gate.send)
            if gate.status >= 500:  # noqa: PLR2004  server errors
                opened.set_status(StatusCode.ERROR)
        REQUESTS.labels(self._service.name, request.method, str(gate.status)).inc()
        SECONDS.labels(self._service.name, request.method).observe(time.perf_counter() - begun)


class _Gated:
    """Lets a success out only if the handler asked the permissions; anything else is a defect."""

    def __init__(self, request: Request, send: Send, service: Service) -> None:
        self._request = request
        self._send = send
        self._service = service
        self._replaced = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.status < 400 and self._is_undecided():  # noqa: PLR2004  a success
                self._replaced = True
                self.status = 500
                problem = problem_of(Defect(), self._request, self._service.house.languages)
                await respond(problem)(self._request.scope, self._request.receive, self._send)
                return
        await self._send(message)

    def _is_undecided(self) -> bool:
        """Tell whether a handler answered unasked; where none did, the router leads to a slash."""
        scope = self._request.scope
        return "endpoint" in scope and not scope["state"].get("decided")


def _too_large(request: Request) -> bool:
    length = request.headers.get("content-length", "0")
    most = MOST_UPLOAD if request.url.path.endswith("/imports") else MOST_BODY
    return length.isdigit() and int(length) > most


def shared_routes() -> APIRouter:
    """Return the routes that every service has."""
    router = APIRouter()

    @router.get("/events", tags=["events"])
    async def events(
        ask: Ask,
        after: Annotated[int, Query(ge=0)] = 0,
        until: Annotated[int | None, Query(ge=0)] = None,
        limit: Annotated[int, Query(ge=1, le=FEED_LIMIT)] = FEED_LIMIT,
    ) -> dict[str, Any]:
        """Read the public events after a position, oldest first: what heals a gap on the bus."""
        ask.permit("events.read")
        return await _page_of_events(ask.service, after, until, limit)

    @router.get("/status", tags=["operation"])
    async def status(ask: Ask) -> dict[str, Any]:
        """Read how far ledger, relay and read models have come."""
        ask.permit("status.read", custodian=ask.service.house.settings.custodian)
        return asdict(await ask.service.status())

    @router.get("/quarantine", tags=["operation"])
    async def quarantine(ask: Ask) -> list[dict[str, Any]]:
        """List the events that a reaction could not settle, with the cause."""
        ask.permit("quarantine.read", custodian=ask.service.house.settings.custodian)
        return await _parked(ask.service)

    @router.post("/quarantine/{reaction}/{event_id}/redrive", tags=["operation"])
    async def redrive(ask: Ask, reaction: str, event_id: str) -> dict[str, str]:
        """Let a reaction try a parked event once more; its effect happens once."""
        ask.permit("quarantine.redrive", custodian=ask.service.house.settings.custodian)
        if not await ask.service.reactions.redrive(reaction, event_id):
            raise Unknown
        return {"settled": event_id}

    @router.get("/openapi.json", tags=["description"])
    async def openapi(ask: Ask, request: Request) -> JSONResponse:
        """Read this description (OpenAPI 3.1)."""
        ask.permit("description.read")
        return JSONResponse(request.app.openapi())

    return router


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
    from libs.chassis.metrics import exposition  # noqa: PLC0415  metrics know services, services not metrics

    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Answer while the process lives."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Answer 200 when everything that serving needs is there, else 503 with what is missing."""
        troubles = {each.name: await each.troubles() for each in services}
        ready = not any(troubles.values())
        return JSONResponse({"ready": ready, "troubles": troubles}, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        """Answer the figures for monitoring."""
        return Response(await exposition(list(services)), media_type="text/plain; version=0.0.4")

    return router
