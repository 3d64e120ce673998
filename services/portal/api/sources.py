"""Where a record comes from: the document that says it, the file that brought it, the original."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.api.reading import Reader, Reading
from services.portal.views import records
from services.portal.views.page_models import Source, SourceFile
from services.portal.views.page_parts import Link

if TYPE_CHECKING:
    from services.portal.api.wording import Wording
    from services.portal.commands.neighbours import Neighbours
    from services.portal.domain.record import Body

UN_SYMBOL: Final = re.compile(
    r"(?:A|E|S|ST|HR|HRI|CAT|CCPR|CED|CEDAW|CERD|CMW|CRC|CRPD)(?:/[A-Za-z0-9.()-]+)+"
)
"""Symbols of the organs and treaty bodies that the UN's own addresses of documents know."""
FINGERPRINT = 12


def routes(neighbours: Neighbours) -> APIRouter:
    """Return the route of originals."""
    router = APIRouter(tags=["pages"])

    @router.get("/{language}/imports/{identity}/original", response_model=None)
    async def original(reader: Reading, identity: str) -> Response:
        """Give a source file as it was handed in."""
        reader.must_use_the_desk()
        asker, tongue = reader.asked.asker.person, reader.language.tag
        path = f"/imports/{identity}"
        known = await neighbours.ask("intake", "GET", path, person=asker, language=tongue)
        file = await neighbours.ask(
            "intake", "GET", f"{path}/original", person=asker, language=tongue
        )
        name = quote(known.body["file_name"], safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(file.body or b"", media_type="application/octet-stream", headers=headers)

    return router


def address_of(symbol: str) -> str:
    """Return the UN's own address of a document by its symbol; empty where the UN gave none."""
    return f"https://undocs.org/{quote(symbol)}" if UN_SYMBOL.fullmatch(symbol) else ""


def document_of(record: Body) -> Link | None:
    """Return the document and the paragraph that say it, None where neither is known."""
    symbol, paragraph = record["symbol"] or "", record["paragraph"]
    word = ", ".join(each for each in (symbol, f"§{paragraph}" if paragraph else "") if each)
    return Link(word, address_of(symbol), ltr=True) if word else None


async def source_of(reader: Reader, record: Body, wording: Wording, *, desk: bool) -> Source:
    """Return where a record comes from; ``desk``: the reader may have the original."""
    day = record["document_date"]
    return Source(
        document=document_of(record),
        day=date.fromisoformat(day) if day else None,
        annotation=record["annotation_id"] or "",
        file=await _file(reader, record, wording, desk=desk),
    )


async def _file(reader: Reader, record: Body, wording: Wording, *, desk: bool) -> SourceFile | None:
    said = record["source"]
    if said is None:
        return None
    known = await records.source_file(reader.service.pool, said["import_id"])
    here = f"/{reader.language.tag}/imports/{said['import_id']}"
    return SourceFile(
        name=known.file_name if known else "",
        fingerprint=said["file"][:FINGERPRINT],
        row=said["row"],
        when=known.confirmed_at.date() if known else None,
        who=wording.actor(known.actor) if known else "",
        imported=Link(wording.message("source-import"), here) if desk else None,
        original=Link(wording.message("source-original"), f"{here}/original") if desk else None,
    )
