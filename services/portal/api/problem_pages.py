"""Errors as pages: what is wrong and how to mend it, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from libs.chassis.problems import language_of, retry_header
from services.portal.api.framing import SECURITY_HEADERS
from services.portal.api.keeping import kept_of, sign_in_form
from services.portal.views.page_models import LanguageLink, PageFrame
from services.portal.views.page_parts import Link
from services.portal.views.work_models import Mistake, ProblemPage

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

    from libs.chassis.language import Language
    from libs.chassis.problems import Problem
    from services.portal.api.framing import Pages
    from services.portal.api.keeping import Kept
    from services.portal.domain.session import Session
    from services.portal.views.page_parts import Form

SIGN_IN_NEEDED = 401


def page_of(pages: Pages, problem: Problem, request: Request) -> Response:
    """Return a problem as a page."""
    languages = pages.house.languages
    path = request.url.path
    language = language_of(request, languages)
    say = language.message
    base = f"/{language.tag}"
    rest = path.removeprefix(base) if path.startswith(base) else "/"
    kept, session = kept_of(request), getattr(request.state, "session", None)
    signs_in = problem.status == SIGN_IN_NEEDED and kept is None
    frame = PageFrame(
        title=problem.title,
        path=rest,
        languages=tuple(
            LanguageLink(each.tag, each.name, each.direction, f"/{each.tag}{rest}")
            for each in languages
            if each.tag != language.tag
        ),
        site_name=pages.site_name(language.tag),
        csrf=session.csrf if session else "",
        wrong=True,
    )
    page = ProblemPage(
        status=problem.status,
        title=problem.title,
        detail=problem.detail,
        mistakes=tuple(Mistake(each.pointer.strip("/"), each.detail) for each in problem.errors),
        again=_again(kept, session, language) if kept else None,
        links=(Link(say("title-sign-in"), f"{base}/sign-in"),) if signs_in else (),
        correlation=problem.correlation_id,
    )
    html = pages.renderer.page("problem.html", language, frame, page=page)
    headers = {"Cache-Control": "no-store", "Content-Language": language.tag}
    return HTMLResponse(html, problem.status, headers | SECURITY_HEADERS | retry_header(problem))


def _again(kept: Kept, session: Session | None, language: Language) -> Form:
    """Return what a refused form said, to be sent again; first by signing in, where that is due."""
    if session is not None or kept.path.endswith("/first-account"):
        return kept.again(language)
    if kept.path.endswith("/sign-in"):
        return sign_in_form(language, dict(kept.pairs).get("sign_in", ""), kept=kept.resumed)
    return sign_in_form(language, kept=kept)
