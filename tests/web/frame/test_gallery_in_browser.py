"""The gallery in a real browser: every template, in both directions, by every check of the kit."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import uvicorn

from libs.chassis.language import Languages
from tests.web.frame.gallery import create_app
from tests.web.frame.scenes import SCENES
from tests.web.kit.browser import Chromium
from tests.web.kit.finding import told
from tests.web.kit.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.slow


class Started(uvicorn.Server):
    """A server that serves from a thread, on a socket that is already bound."""

    def install_signal_handlers(self) -> None:
        """Leave signals to the test run."""


@contextmanager
def running(languages: Languages) -> Iterator[str]:
    settings = uvicorn.Config(create_app(languages), host="127.0.0.1", port=0, log_level="error")
    server = Started(settings)
    bound = settings.bind_socket()
    thread = Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with running(Languages.load(strict=True)) as base:
        yield base


@pytest.mark.parametrize("name", SCENES)
def test_every_check_finds_nothing(chromium: Chromium, gallery: str, name: str) -> None:
    found = walk(gallery, [name], chromium=chromium)
    assert not found, told(found)
