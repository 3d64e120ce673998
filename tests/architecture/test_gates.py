"""No route answers before the permissions were asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from deploy.documents import made, service_names
from libs.chassis.http import Ask
from libs.kernel.refusal import Refusal, Unknown
from tests.architecture import gates

if TYPE_CHECKING:
    from fastapi import FastAPI

    from libs.chassis.asking import Asked
    from libs.ledger.ledger import Receipt

GATES_OPEN = {"status": "read"}


async def planted_without_a_gate() -> dict[str, str]:
    """Answer without asking."""
    return GATES_OPEN


async def planted_with_a_gate(ask: Ask) -> dict[str, str]:
    """Ask, then answer."""
    return _answer(ask)


async def planted_handing_on(ask: Ask) -> None:
    """Hand the act to a handler that never asks."""
    ask.perform(_never_asks)


async def planted_on_one_way(ask: Ask, name: str = "") -> dict[str, str]:
    """Ask where something is named, and answer anyway."""
    if name:
        ask.permit("case.read")
    return GATES_OPEN


async def planted_answering_first(ask: Ask, name: str = "") -> dict[str, str]:
    """Answer where nothing is named, then ask."""
    if not name:
        return GATES_OPEN
    return _answer(ask)


async def planted_in_passing(ask: Ask, name: str = "") -> dict[str, str]:
    """Ask for each of what may be nothing, or only where something else holds."""
    for _ in name:
        ask.permit("case.read")
    every = [_answer(ask) for _ in name]
    return every[0] if every and _answer(ask) else GATES_OPEN


async def planted_swallowing(ask: Ask) -> dict[str, str]:
    """Ask, and answer though it was refused."""
    try:
        ask.permit("case.read")
    except Refusal:
        return GATES_OPEN
    return GATES_OPEN


async def planted_with_all_ways_closed(ask: Ask, name: str = "") -> dict[str, str]:
    """Ask on every way, or raise."""
    if name == "nobody":
        raise Unknown
    try:
        return _answer(ask)
    except LookupError:
        raise Unknown from None


async def _get(app: FastAPI, *paths: str) -> list[httpx.Response]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
        return [await client.get(path) for path in paths]


def _answer(ask: Asked) -> dict[str, str]:
    ask.public()
    return GATES_OPEN


def _never_asks(asked: Asked) -> Receipt:
    return asked.service.ledger.record(asked.act)


@pytest.mark.parametrize("name", service_names())
def test_every_route_leads_to_a_gate(name: str) -> None:
    service = made(name)
    assert list(gates.routes(service))
    assert gates.ungated(service) == []


def test_a_route_without_a_gate_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "OURS", (*gates.OURS, __name__))
    service = made("tracking")
    assert service.app is not None
    service.app.get("/open")(planted_without_a_gate)
    service.app.get("/gated")(planted_with_a_gate)
    service.app.post("/handed-on")(planted_handing_on)
    assert gates.ungated(service) == ["GET /open", "POST /handed-on"]


def test_a_route_that_can_answer_unasked_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "OURS", (*gates.OURS, __name__))
    service = made("tracking")
    assert service.app is not None
    leaking = (
        planted_on_one_way,
        planted_answering_first,
        planted_in_passing,
        planted_swallowing,
    )
    for each in (*leaking, planted_with_all_ways_closed):
        service.app.get(f"/{each.__name__}")(each)
    assert gates.ungated(service) == [f"GET /{each.__name__}" for each in leaking]


@pytest.mark.parametrize("name", service_names())
def test_a_route_without_a_gate_answers_nothing(name: str) -> None:
    service = made(name)
    assert service.app is not None
    service.app.get("/open")(planted_without_a_gate)
    service.app.get("/gated")(planted_with_a_gate)
    refused, answered = asyncio.run(_get(service.app, "/open", "/gated"))
    assert refused.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    kind = "text/html; charset=utf-8" if name == "portal" else "application/problem+json"
    assert refused.headers["content-type"] == kind
    assert "read" not in refused.text
    assert answered.json() == GATES_OPEN
