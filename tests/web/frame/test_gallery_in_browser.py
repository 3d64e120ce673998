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
from tests.web.kit.pseudo import write_pseudo_pack
from tests.web.kit.walk import walk, walk_accented

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


@pytest.fixture(scope="module")
def accented_gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    packs = tmp_path_factory.mktemp("packs")
    write_pseudo_pack(packs)
    with running(Languages.load([packs], strict=True)) as base:
        yield base


@pytest.mark.parametrize("name", SCENES)
def test_every_check_finds_nothing(chromium: Chromium, gallery: str, name: str) -> None:
    found = walk(gallery, [name], chromium=chromium)
    assert not found, told(found)


@pytest.mark.parametrize("name", SCENES)
def test_words_longer_by_two_fifths_fit_and_all_come_from_the_pack(
    chromium: Chromium, accented_gallery: str, name: str
) -> None:
    assert not (found := chromium.run(walk_accented, accented_gallery, name)), told(found)
