"""A file is written whole before any of it is sent, and what its writing refuses is refused."""

from __future__ import annotations

import asyncio
from typing import BinaryIO

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from libs.chassis.downloads import PIECE, download
from libs.kernel.refusal import Unknown

WHOLE = b"number\r\n" * PIECE


def test_a_file_is_sent_with_its_name_kind_and_length() -> None:
    written: list[BinaryIO] = []

    async def write(file: BinaryIO) -> None:
        written.append(file)
        await asyncio.to_thread(file.write, WHOLE)

    async def route(_: Request) -> Response:
        return await download("list.csv", write)

    async def asked() -> httpx.Response:
        app = httpx.ASGITransport(Starlette(routes=[Route("/", route)]))
        async with httpx.AsyncClient(transport=app, base_url="http://here") as client:
            return await client.get("/")

    answer = asyncio.run(asked())
    assert answer.content == WHOLE
    assert answer.headers["content-disposition"] == 'attachment; filename="list.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-length"] == str(len(WHOLE))
    assert [file.closed for file in written] == [True]


def test_what_the_writing_refuses_is_refused_and_nothing_stays() -> None:
    written: list[BinaryIO] = []

    async def write(file: BinaryIO) -> None:
        written.append(file)
        file.write(WHOLE)
        raise Unknown

    with pytest.raises(Unknown):
        asyncio.run(download("list.xlsx", write))
    assert [file.closed for file in written] == [True]
