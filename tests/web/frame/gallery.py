"""Every template with a life-like context of our own words: /ar/home, /en/record, …"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from libs.chassis.language import Language, Languages
from services.portal.api.rendering import Renderer
from services.portal.views.page_models import LanguageLink, PageFrame
from tests.web.frame.scenes import SCENES, Scene
from tests.web.frame.words import Words

if TYPE_CHECKING:
    from starlette.requests import Request

CSP: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
SHOWN: Final = ("ar", "en")
PAGES: Final[list[str]] = [f"/{tag}/{name}" for tag in SHOWN for name in SCENES]


def frame(language: Language, languages: Languages, name: str, scene: Scene) -> PageFrame:
    """Return what stands around a scene."""
    links = tuple(
        LanguageLink(each.tag, each.name, each.direction, f"/{each.tag}/{name}")
        for each in languages
    )
    words = Words(language)
    return PageFrame(
        title=words(*scene.title),
        path=f"/{name}",
        languages=links,
        csrf="0f8c",
        **scene.around(words),
    )


def html(renderer: Renderer, languages: Languages, tag: str, name: str) -> str:
    """Return one page of the gallery."""
    language = languages.get(tag)
    assert language is not None
    scene = SCENES[name]
    around = frame(language, languages, name, scene)
    return renderer.page(scene.template, language, around, page=scene.make(Words(language)))


def create_app(languages: Languages | None = None) -> Starlette:
    """Return the gallery in some languages; the shipped ones unless told."""
    spoken = languages or Languages.load(strict=True)
    renderer = Renderer(spoken)

    async def show(request: Request) -> Response:
        tag, name = request.path_params["tag"], request.path_params["name"]
        if spoken.get(tag) is None or name not in SCENES:
            return Response(status_code=404)
        headers = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(html(renderer, spoken, tag, name), headers=headers)

    async def begin(_: Request) -> Response:
        return RedirectResponse("/ar/home")

    routes = [Route("/", begin), renderer.assets.route(), Route("/{tag}/{name}", show)]
    return Starlette(routes=routes)


app = create_app()
