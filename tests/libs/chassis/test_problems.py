"""What is wrong with a field is said in the reader's language, whatever pydantic calls it."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from typing import Literal
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict, Field

from libs.chassis.language import Languages
from libs.chassis.problems import answer_problems

LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
SAID_AS_IT_IS = {"JSON", "UUID", "red", "blue"}


class Asked(BaseModel):
    """One field of each kind."""

    model_config = ConfigDict(extra="forbid")

    needed: str
    short: str = Field("", min_length=3)
    few: list[int] = Field(default_factory=list, min_length=2)
    long: str = Field("", max_length=3)
    many: list[int] = Field(default_factory=list, max_length=1)
    form: str = Field("", pattern="^[0-9]+$")
    choice: Literal["red", "blue"] = "red"
    small: int = Field(5, ge=5)
    large: int = Field(5, le=5)
    number: int = 1
    day: date | None = None
    identity: UUID | None = None
    flag: bool = False


WRONG = {
    "short": "ab", "few": [1], "long": "abcd", "many": [1, 2], "form": "x", "choice": "green",
    "small": 4, "large": 6, "number": "x", "day": "yesterday", "identity": "x", "flag": "perhaps",
    "other": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = FastAPI()

    @app.post("/asked")
    def asked(body: Asked) -> str:
        return body.needed

    answer_problems(app, Languages.load([]))
    return app


def said(app: FastAPI, language: str, content: bytes = b"") -> dict[str, str]:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            headers = {"Accept-Language": language, "Content-Type": "application/json"}
            body = content or orjson.dumps(WRONG)
            return await client.post("/asked", headers=headers, content=body)

    answer = asyncio.run(ask())
    assert answer.status_code == 422
    return {each["pointer"]: each["detail"] for each in answer.json()["errors"]}


def test_every_mistake_is_told_in_arabic_and_in_english(app: FastAPI) -> None:
    arabic, english = said(app, "ar"), said(app, "en")
    assert arabic.keys() == english.keys() == {f"/{name}" for name in (*WRONG, "needed")}
    for sentence in arabic.values():
        assert set(LATIN_WORD.findall(sentence)) <= SAID_AS_IT_IS, sentence
    assert len(set(english.values())) == len(english), "each says what is wrong with it"
    assert "5" in english["/small"]
    assert "red" in arabic["/choice"]


def test_what_is_no_json_is_told_so(app: FastAPI) -> None:
    assert list(said(app, "ar", b"{").values()) == ["الطلب ليس JSON سليم البنية."]


def test_a_method_that_the_address_does_not_take_is_answered_with_those_it_does() -> None:
    """Of all routes of the address; one router may hold what another lacks (RFC 9110 §15.5.6)."""
    app, router = FastAPI(), APIRouter()
    for method in ("GET", "PATCH"):
        router.add_api_route("/things/{number}", lambda number: number, methods=[method])
    app.include_router(router, prefix="/api")
    app.add_api_route("/api/things/{number}", lambda number: number, methods=["DELETE"])
    app.add_api_route("/api/acts", lambda: "", methods=["POST"])
    answer_problems(app, Languages.load([]))

    async def ask(method: str, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            return await client.request(method, path)

    for method, path, allowed in (
        ("PUT", "/api/things/7", "HEAD, GET, PATCH, DELETE"),
        ("OPTIONS", "/api/things/7", "HEAD, GET, PATCH, DELETE"),
        ("GET", "/api/acts", "POST"),
    ):
        answer = asyncio.run(ask(method, path))
        assert answer.status_code == 405
        assert answer.headers["allow"] == allowed
    assert "allow" not in asyncio.run(ask("GET", "/nowhere")).headers
