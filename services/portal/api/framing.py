"""What stands around every page, and how a page is answered: frame, headers, entity tags."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from libs.chassis.problems import retry_header
from services.portal.api.reading import SEEN, Reader, entity_tag
from services.portal.api.wording import Wording, Words
from services.portal.views.page_models import LanguageLink, Notice, PageFrame
from services.portal.views.page_parts import Crumb, Link

if TYPE_CHECKING:
    from libs.chassis.problems import Problem
    from libs.chassis.service import House
    from services.portal.api.rendering import Renderer
    from services.portal.settings import PortalSettings

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Vary": "Cookie, Accept-Encoding, HX-Request",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000"}
"""Where cookies are for https alone, the browser asks in no other way (RFC 6797)."""


class Pages:
    """Writes the portal's pages: renderer, words, settings, in one place."""

    def __init__(
        self, house: House, settings: PortalSettings, renderer: Renderer, words: Words
    ) -> None:
        """Write pages for ``house``."""
        self.house = house
        self.settings = settings
        self.renderer = renderer
        self.words = words

    async def wording(self, reader: Reader) -> Wording:
        """Return the reader's words."""
        words, read_at = await self.words.now(reader.positions)
        return Wording(reader.language, self.house.languages, words, read_at)

    def unchanged(self, reader: Reader, wording: Wording) -> Response | None:
        """Answer 304 without rendering when the reader's copy still holds; else tag the page."""
        today = datetime.now(UTC).date().isoformat()
        reader.tag = entity_tag(reader, self.renderer.build, wording.read_at, today)
        if reader.request.headers.get("if-none-match") == reader.tag:
            return Response(status_code=304, headers={"ETag": reader.tag, **_caching(reader)})
        return None

    def frame(self, reader: Reader, title: str, **more: Any) -> PageFrame:  # noqa: ANN401  fields of the frame
        """Return the frame of a page."""
        path = reader.request.url.path
        tag = reader.language.tag
        rest = path.removeprefix(f"/{tag}") or "/"
        query = f"?{reader.request.url.query}" if reader.request.url.query else ""
        languages = tuple(
            LanguageLink(each.tag, each.name, each.direction, f"/{each.tag}{rest}{query}")
            for each in self.house.languages
            if each.tag != tag
        )
        notice = more.pop("notice", None)
        if notice is None and reader.waited_in_vain:
            notice = Notice("told", reader.language.message("notice-not-yet-readable"))
        return PageFrame(
            title=title,
            path=rest,
            languages=languages,
            site_name=self.site_name(tag),
            signed_in=reader.name,
            can=self.can(reader),
            csrf=reader.csrf,
            notice=notice,
            canonical=f"{self.address(reader)}{path}",
            **more,
        )

    def site_name(self, tag: str) -> str:
        """Return whose record this is, as configured; empty leaves the platform's own name."""
        return self.settings.country.get(tag, "")

    def can(self, reader: Reader) -> frozenset[str]:
        """Return which doors to show."""
        doors = set()
        if reader.asked.may("desk.use", custodian=reader.custodian):
            doors |= {"type-in", "import"}
        if reader.asked.may("status.show", custodian=reader.custodian):
            doors.add("operate")
        return frozenset(doors)

    def address(self, reader: Reader) -> str:
        """Return the address under which people reach the portal."""
        configured = self.house.settings.public_url
        return configured or str(reader.request.base_url).rstrip("/")

    def answer(  # noqa: PLR0913  what a page is made of
        self,
        reader: Reader,
        template: str,
        frame: PageFrame,
        page: object,
        status: int = 200,
        problem: Problem | None = None,
    ) -> HTMLResponse:
        """Return a page as a response, with the status of the problem that it tells, if any."""
        status = problem.status if problem is not None else status
        html = self.renderer.page(template, reader.language, frame, page=page)
        headers = {"Content-Language": reader.language.tag, **_caching(reader)}
        headers |= retry_header(problem) if problem is not None else {}
        if reader.tag and status == 200:  # noqa: PLR2004  success
            headers["ETag"] = reader.tag
        response = HTMLResponse(html, status_code=status, headers=headers)
        if SEEN in reader.request.cookies and not reader.waited_in_vain:
            response.delete_cookie(SEEN)
        return response

    def crumbs(self, reader: Reader, *steps: tuple[str, str]) -> tuple[Crumb, ...]:
        """Return the way to a page: (sentence id, path) each."""
        tag = reader.language.tag
        return tuple(Link(reader.language.message(word), f"/{tag}{path}") for word, path in steps)


def _caching(reader: Reader) -> dict[str, str]:
    scope = "private, no-cache" if reader.session else "public, max-age=0, must-revalidate"
    return {"Cache-Control": scope}
