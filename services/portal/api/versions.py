"""Two versions of a recommendation, compared word by word."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from libs.chassis.problems import NotFound
from services.portal.api.reading import Reader, Reading
from services.portal.api.record import opened
from services.portal.api.telling import Story, every_difference
from services.portal.views.page_models import VersionsPage
from services.portal.views.page_parts import Link

if TYPE_CHECKING:
    from services.portal.api.framing import Pages
    from services.portal.api.wording import Wording
    from services.portal.domain.record import Told
    from services.portal.views.records import Listed


def routes(pages: Pages) -> APIRouter:
    """Return the route of the versions; it stands before those that take an act in their place."""
    router = APIRouter(tags=["pages"])

    @router.get("/{language}/recommendations/{number}/versions", response_model=None)
    async def versions_page(reader: Reading, number: str) -> Response:
        """Compare two versions word by word."""
        return await opened(pages, reader, number, partial(_compared, pages, reader))

    return router


async def _compared(
    pages: Pages, reader: Reader, listed: Listed, told: list[Told], wording: Wording
) -> Response:
    content = _versions(reader, listed, told, wording)
    frame = pages.frame(
        reader,
        wording.message("title-versions", number=listed.number),
        section="recommendations",
        crumbs=(
            *pages.crumbs(reader, ("title-recommendations", "/recommendations")),
            Link(listed.number, content.href, ltr=True),
        ),
    )
    return pages.answer(reader, "versions.html", frame, content)


def _versions(reader: Reader, listed: Listed, told: list[Told], wording: Wording) -> VersionsPage:
    here = f"/{reader.language.tag}/recommendations/{listed.number}"
    story = Story(told, wording, everything=reader.keeps_the_register())
    versions = story.versions(f"{here}/versions")
    numbers = [each.version for each in versions]
    newer = reader.number("newer", numbers[-1])
    older = reader.number("older", max((each for each in numbers if each < newer), default=newer))
    before, after = story.at_version(older), story.at_version(newer)
    if before is None or after is None:
        raise NotFound
    return VersionsPage(
        number=listed.number,
        href=here,
        versions=versions,
        older=older,
        newer=newer,
        action=f"{here}/versions",
        differences=tuple(every_difference(before[1], after[1], wording)),
        reason=str(after[0].body.get("reason", "")),
        who=wording.actor(after[0].actor),
        when=after[0].recorded_at,
    )
