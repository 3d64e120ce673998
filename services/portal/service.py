"""How the portal is put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from libs.chassis import asking
from libs.chassis.http import create_app
from libs.chassis.problems import SAFE_METHODS, Answered, respond
from libs.chassis.service import Foreign, House, Plan, Service
from services.portal.api import (
    desk,
    importing,
    listing,
    operating,
    public,
    record,
    signing_in,
    sources,
    typing_in,
    versions,
)
from services.portal.api.framing import HSTS, SECURITY_HEADERS, Pages
from services.portal.api.problem_pages import page_of
from services.portal.api.rendering import Renderer
from services.portal.api.wording import Words
from services.portal.commands.neighbours import Names, Neighbours
from services.portal.commands.sessions import SESSION_TABLES
from services.portal.projections.directory import EndedSignIns, Institutions
from services.portal.projections.records import Records
from services.portal.settings import PortalSettings

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.responses import Response

    from libs.chassis.problems import Problem

CONNECTIONS = 4


def create(house: House) -> Service:
    """Return the portal, ready to start."""
    settings = PortalSettings()
    spoken = house.languages.tags
    plan = Plan(
        name="portal",
        foreign=[
            Foreign("intake", Records("intake", spoken)),
            Foreign("tracking", Records("tracking", spoken)),
            Foreign("directory", Institutions()),
            Foreign("directory", EndedSignIns()),
        ],
        tables=SESSION_TABLES,
        takes_files=["/imports"],
        connections=CONNECTIONS,
    )
    service = Service(house, plan)
    words = Words(service.pool, settings.state, settings.country)
    pages = Pages(house, settings, Renderer(house.languages), words)
    neighbours = Neighbours(house)
    app = create_app(
        service,
        [signing_in.api_routes(neighbours)],
        pages=[
            listing.routes(pages),
            typing_in.routes(pages, neighbours),
            record.routes(pages),
            versions.routes(pages),
            desk.routes(pages, neighbours),
            importing.routes(pages, neighbours),
            sources.routes(neighbours),
            operating.routes(pages, neighbours),
            signing_in.routes(pages, neighbours),
            public.routes(pages),
        ],
    )
    app.state.names = Names(neighbours)
    _dress(app, pages, settings)
    return service


def _dress(app: FastAPI, pages: Pages, settings: PortalSettings) -> None:
    """Give the application its files, its error pages and the headers of every answer."""
    secure = pages.house.settings.secure_cookies
    always = SECURITY_HEADERS | (HSTS if secure else {})

    def problem_page(problem: Problem, request: Request) -> Response:
        return page_of(pages, problem, request)

    async def files(request: Request) -> Response:
        asking.public(request)
        return await pages.renderer.assets.serve(request)

    async def headers(request: Request, answer: RequestResponseEndpoint) -> Response:
        spoken = pages.house.languages.get(request.url.path.lstrip("/").partition("/")[0])
        if spoken is not None:
            request.state.language = spoken
        response = await answer(request)
        if request.method not in SAFE_METHODS:
            response.headers["Cache-Control"] = "no-store"
        for name, value in always.items():
            response.headers.setdefault(name, value)
        return response

    async def answered(request: Request, refused: Exception) -> Response:
        """Hand on what another service refused, as it said it."""
        if not isinstance(refused, Answered):
            raise refused
        return respond(refused.problem, request)

    app.add_exception_handler(Answered, answered)
    app.state.settings = settings
    app.state.problem_page = problem_page
    app.router.routes.insert(0, Route("/static/{fingerprint}/{name:path}", files))
    app.middleware("http")(headers)
