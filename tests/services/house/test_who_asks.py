"""Who asks, behind a web server: whom it names, if it is one of ours."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from libs.chassis.settings import HouseSettings
from services.house.serving import HttpServer

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

VISITOR = "203.0.113.7"


async def _who(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address that asks."""
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "")(scope, receive, send)


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [("127.0.0.1,::1", VISITOR), ("127.0.0.0/8", VISITOR), ("198.51.100.1", "127.0.0.1")],
)
def test_only_a_server_of_ours_may_say_who_asks(trusted: str, seen: str) -> None:
    server = HttpServer(_who, HouseSettings(port=0, trusted_proxies=trusted))
    bound = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        assert httpx.get(url, headers={"X-Forwarded-For": VISITOR}).text == seen
    finally:
        server.should_exit = True
        thread.join()
        bound.close()
