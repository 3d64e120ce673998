"""Our own template over HTTP: empty, to be filled in; and holding the register, to be read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from fastapi import APIRouter
from fastapi.responses import Response

from libs.chassis.downloads import download
from libs.chassis.http import Ask
from libs.chassis.openapi import OPEN
from services.intake import views
from services.intake.domain.source_row import SourceRow

if TYPE_CHECKING:
    from typing import BinaryIO


class Sheet(Protocol):
    """Writes rows in the template's columns."""

    def add(self, rows: Iterable[SourceRow]) -> None:
        """Write the next rows."""

    def end(self) -> None:
        """Write what stands at the end."""


Sheets = Mapping[str, Callable[["BinaryIO"], Sheet]]
"""What writes each form of the template into a file."""


def routes(sheets: Sheets) -> APIRouter:
    """Return the routes of the template in each of its forms."""
    router = APIRouter(tags=["imports"])
    one_by_one = asyncio.Lock()  # a register holds one of the few connections till it is written

    @router.get("/imports/template.csv", response_class=Response)
    async def template_csv(ask: Ask) -> Response:
        """Get our own template as CSV."""
        ask.permit("import.read", **ask.custody)
        return await _file(sheets, "csv", "template")

    @router.get("/imports/template.xlsx", response_class=Response)
    async def template_xlsx(ask: Ask) -> Response:
        """Get our own template as a workbook."""
        ask.permit("import.read", **ask.custody)
        return await _file(sheets, "xlsx", "template")

    @router.get("/recommendations.csv", response_class=Response, openapi_extra=OPEN)
    async def register_csv(ask: Ask) -> Response:
        """Get the records that stand in the columns of the template, as CSV to be imported.

        Those not yet public only for those who keep the register.
        """
        async with one_by_one:
            return await _register(ask, sheets, "csv")

    @router.get("/recommendations.xlsx", response_class=Response, openapi_extra=OPEN)
    async def register_xlsx(ask: Ask) -> Response:
        """Get the same as a workbook."""
        async with one_by_one:
            return await _register(ask, sheets, "xlsx")

    return router


async def _register(ask: Ask, sheets: Sheets, form: str) -> Response:
    everything = ask.may("recommendation.read", published=False, **ask.custody)
    ask.permit("recommendation.read", published=not everything, **ask.custody)
    service = ask.service
    await service.own[0].progress.wait_for(service.name, await service.reader.head())
    batches = views.standing(service.pool, published_only=not everything)
    return await _file(sheets, form, "register", batches)


async def _file(
    sheets: Sheets, form: str, name: str, batches: AsyncIterator[list[SourceRow]] | None = None
) -> Response:
    async def write(file: BinaryIO) -> None:
        sheet = sheets[form](file)
        try:
            if batches is not None:
                async for rows in batches:
                    await asyncio.to_thread(sheet.add, rows)
        finally:
            await asyncio.to_thread(sheet.end)

    return await download(f"dhakira-{name}.{form}", write)
