"""Errors as pages: what is wrong and how to mend it, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from services.portal.api.framing import SECURITY_HEADERS
from services.portal.views.page_models import LanguageLink, PageFrame
from services.portal.views.page_parts import Link
from services.portal.views.work_models import Mistake, ProblemPage

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

    from libs.chassis.problems import Problem
    from services.portal.api.framing import Pages

SIGN_IN_NEEDED = 401


def page_of(pages: Pages, problem: Problem, request: Request) -> Response:
    """Return a problem as a page."""
    languages = pages.house.languages
    path = request.url.path
    tag = path.split("/")[1]
    language = languages.get(tag) or languages.negotiate(request.headers.get("accept-language", ""))
    say = language.message
    base = f"/{language.tag}"
    rest = path.removeprefix(base) if path.startswith(base) else "/"
    links = [
        Link(say("title-home"), f"{base}/"),
        Link(say("title-recommendations"), f"{base}/recommendations"),
    ]
    if problem.status == SIGN_IN_NEEDED:
        links.insert(0, Link(say("title-sign-in"), f"{base}/sign-in"))
    frame = PageFrame(
        title=problem.title,
        path=rest,
        languages=tuple(
            LanguageLink(each.tag, each.name, each.direction, f"/{each.tag}{rest}")
            for each in languages
            if each.tag != language.tag
        ),
        site_name=pages.site_name(language.tag),
        wrong=True,
    )
    page = ProblemPage(
        status=problem.status,
        title=problem.title,
        detail=problem.detail,
        mistakes=tuple(Mistake(each.pointer.strip("/"), each.detail) for each in problem.errors),
        links=tuple(links),
        correlation=problem.correlation_id,
    )
    html = pages.renderer.page("problem.html", language, frame, page=page)
    headers = {"Cache-Control": "no-store", "Content-Language": language.tag, **SECURITY_HEADERS}
    return HTMLResponse(html, problem.status, headers)
