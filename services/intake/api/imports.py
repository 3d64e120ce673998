"""Imports over HTTP: hand in a file, look at its preview, confirm it, undo it."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from libs.chassis.asking import in_thread
from libs.chassis.http import Ask, AskToAct
from libs.chassis.openapi import TAGGED
from libs.chassis.problems import language_of
from libs.kernel.refusal import Unknown
from libs.ledger.act import Act
from libs.ledger.ledger import Receipt
from services.intake.commands import imports as commands
from services.intake.commands.imports import Desk, HandedIn, ImportOptions, UndoImport
from services.intake.commands.imports.asked import MOST_NAME
from services.intake.commands.imports.refusals import (
    FileMissing,
    LengthMissing,
    NoRoomForFiles,
    OptionMalformed,
)
from services.intake.domain.review import NEXT_CYCLE
from services.intake.views import imports as views
from services.intake.views.imports import Chosen, ImportView, LeftoverView, RowView

if TYPE_CHECKING:
    from typing import BinaryIO

    from libs.chassis.language import Language


class Kept(Protocol):
    """A file that is kept."""

    @property
    def sha256(self) -> str:
        """Its SHA-256, in hexadecimal."""

    @property
    def size(self) -> int:
        """Its size in bytes."""


Keep = Callable[["BinaryIO"], Kept]
"""Keeps a file and tells its SHA-256 and size."""
KeptAt = Callable[[str], Path]
"""Tells where the file of a SHA-256 lies."""
Answered = dict[str, Any]
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "state": {"type": "string", "pattern": "^[A-Za-z]{3}$"},
                        "any_state": {"type": "boolean", "default": False},
                        "cycle": {"type": "integer", "minimum": 1, "maximum": NEXT_CYCLE},
                    },
                }
            }
        },
    }
}


def routes(desk: Desk, keep: Keep, kept_at: KeptAt) -> APIRouter:
    """Return the routes of imports; ``keep`` keeps a file, ``kept_at`` says where one lies."""
    router = APIRouter(tags=["imports"])
    _reading(router)
    _originals(router, kept_at)
    _deciding(router, desk, keep)
    return router


def _reading(router: APIRouter) -> None:
    @router.get("/imports")
    async def list_imports(
        ask: Ask,
        before: datetime | None = None,
        after: datetime | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[ImportView]:
        """List imports, newest first.

        Those registered before the moment `before`; with `after`, those that came next after it.
        """
        ask.permit("import.read", **ask.custody)
        await _caught_up(ask)
        return await views.imports(ask.service.pool, before, after, limit)

    @router.get("/imports/{identity}", responses=TAGGED)
    async def read_import(
        ask: Ask, identity: UUID, request: Request, response: Response
    ) -> ImportView:
        """Read how an import stands: its state, its figures, its progress."""
        found = await _found(ask, identity)
        response.headers["ETag"] = f'"{found.id}-{found.version}"'
        if found.refusal is not None:
            code, facts = found.refusal.code, found.refusal.facts
            found.refusal.detail = _language(ask, request).message(f"refusal-{code}", **facts)
        return found

    @router.get("/imports/{identity}/rows")
    async def read_rows(  # noqa: PLR0913  one argument for each part of the question
        ask: Ask,
        identity: UUID,
        request: Request,
        kind: Chosen | None = None,
        after: Annotated[int, Query(ge=-1)] = -1,
        skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[RowView]:
        """Read the rows of a preview by place, with their differences field by field.

        Those up to place `after` are left out, and then the first `skip`. The kind `doubtful`
        chooses those on which something is for a person to look at.
        """
        await _found(ask, identity)
        found = await views.rows(ask.service.pool, identity, kind, after, skip, limit)
        language = _language(ask, request)
        for row in found:
            row.reason_text = _why(language, row)
            for doubt in row.doubts:
                doubt.text = language.message(f"note-{doubt.code}", written=doubt.written)
        return found

    @router.get("/imports/{identity}/leftovers")
    async def read_leftovers(
        ask: Ask,
        identity: UUID,
        request: Request,
        after: str = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[LeftoverView]:
        """Read the records with which something was not recorded or not undone, and why."""
        await _found(ask, identity)
        found = await views.leftovers(ask.service.pool, identity, after, limit)
        language = _language(ask, request)
        for each in found:
            each.reason_text = language.message(f"refusal-{each.reason}", number=each.number)
        return found


def _originals(router: APIRouter, kept_at: KeptAt) -> None:
    @router.get("/imports/{identity}/original", response_class=FileResponse)
    async def read_original(ask: Ask, identity: UUID) -> FileResponse:
        """Get the file as it was handed in, byte for byte, under the name that it came with."""
        found = await _found(ask, identity)
        return FileResponse(
            kept_at(found.file), media_type="application/octet-stream", filename=found.file_name
        )


def _deciding(router: APIRouter, desk: Desk, keep: Keep) -> None:
    @router.post("/imports", status_code=201, openapi_extra=_UPLOAD)
    async def hand_in(ask: AskToAct, request: Request, response: Response) -> Answered:
        """Hand in a source file; it is kept, and its preview begins."""
        ask.permit("import.register", **ask.custody)
        if "content-length" not in request.headers:
            raise LengthMissing
        async with request.form(max_files=1, max_fields=8) as form:
            handed_in = await _handed_in(form, keep)
        ask.act = _about(ask, handed_in)
        receipt = await in_thread(ask, commands.register, handed_in)
        return await _soon(ask, desk, response, receipt)

    @router.post("/imports/{identity}/confirmation", status_code=202)
    async def confirm(ask: AskToAct, identity: UUID, response: Response) -> Answered:
        """Confirm what the preview shows; it is recorded from now on."""
        receipt = await in_thread(ask, commands.confirm, desk, identity)
        return await _soon(ask, desk, response, receipt)

    @router.post("/imports/{identity}/undo", status_code=202)
    async def undo(
        ask: AskToAct, identity: UUID, command: UndoImport, response: Response
    ) -> Answered:
        """Take the whole import back, by events, with a reason that everyone may read."""
        receipt = await in_thread(ask, commands.undo, identity, command)
        return await _soon(ask, desk, response, receipt)


async def _soon(ask: AskToAct, desk: Desk, response: Response, receipt: Receipt) -> Answered:
    await asyncio.to_thread(desk.later, UUID(receipt.answer.facts["id"]))
    return ask.answer(response, receipt)


async def _handed_in(form: FormData, keep: Keep) -> HandedIn:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise FileMissing
    options = _options(form)
    try:
        kept = await asyncio.to_thread(keep, file.file)
    except OSError as reason:
        if reason.errno in NO_ROOM:
            raise NoRoomForFiles from reason
        raise
    return HandedIn(
        file=kept.sha256, file_name=named(file.filename), size=kept.size, options=options
    )


def _about(ask: Ask, handed_in: HandedIn) -> Act:
    """The key of a request stands for the file too, which the frame of a request does not read."""
    said = ask.act.request + handed_in.model_dump_json().encode()
    return replace(ask.act, request=hashlib.sha256(said).digest())


def _options(form: FormData) -> ImportOptions:
    given = {name: str(value).strip() for name, value in form.items() if name != "file"}
    given["state"] = given.get("state", "").upper()
    try:
        return ImportOptions.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        option = str(error.errors()[0]["loc"][0])
        written = str(form.get(option, ""))[:40]
        raise OptionMalformed(option=option[:40], written=written, last=NEXT_CYCLE) from None


def named(name: str | None) -> str:
    """Return the name under which a file came: no folders, nothing invisible, not too long."""
    last = re.split(r"[\\/]", name or "")[-1]
    seen = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return " ".join(seen.split())[-MOST_NAME:] or "file"


async def _found(ask: Ask, identity: UUID) -> ImportView:
    ask.permit("import.read", **ask.custody)
    await _caught_up(ask)
    found = await views.one_import(ask.service.pool, identity)
    if found is None:
        raise Unknown
    return found


async def _caught_up(ask: Ask) -> None:
    """Let a person see what they just did: the rows follow the ledger with a moment's delay."""
    service = ask.service
    await service.own[0].progress.wait_for(service.name, await service.reader.head())


def _language(ask: Ask, request: Request) -> Language:
    return language_of(request, ask.service.house.languages)


def _why(language: Language, row: RowView) -> str:
    """Say why a row is not recorded: where it stands, and what was written there."""
    if row.reason is None:
        return ""
    written, column = (str(row.stated.get(name, "")) for name in ("excerpt", "column"))
    facts = {"row": row.row, "column": column, "written": written, "mechanism": written}
    return language.message(f"refusal-{row.reason}", **facts)
