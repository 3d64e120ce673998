from __future__ import annotations

import asyncio
import hashlib
import tomllib
from pathlib import Path

from tests.web.kit.browser import Chromium
from tests.web.kit.finding import told
from tests.web.kit.sample import site
from tests.web.kit.served import served
from tests.web.kit.walk import walk

VENDOR = Path(__file__).parents[1] / "vendor"


def test_nothing_is_found_on_a_good_page(chromium: Chromium) -> None:
    with served(site()) as base:
        found = walk(base, ["/"], chromium=chromium)
    assert not found, told(found)


def test_asyncio_runs_beside_the_browser(chromium: Chromium) -> None:
    async def answer() -> str:
        return "ran"

    assert chromium.run(lambda browser: browser.is_connected())
    assert asyncio.run(answer()) == "ran"


def test_every_vendored_file_is_the_one_that_its_list_names() -> None:
    listed = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["file"]
    hashes = {each["path"]: each["sha256"] for each in listed}
    licences = {each["licence_file"] for each in listed}
    files = {each.name: each for each in VENDOR.iterdir() if each.name != "VENDOR.toml"}
    assert hashes
    assert files.keys() == hashes.keys() | licences
    for name, expected in hashes.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == expected
