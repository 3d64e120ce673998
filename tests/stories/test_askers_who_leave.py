"""What is asked for without its body, and askers who leave before they have said everything."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from libs.chassis.metrics import REQUESTS
from libs.testkit.waiting import until_true

if TYPE_CHECKING:
    import pytest

    from tests.stories.house import DemoHouse

LEFT = ("portal", "POST", "499")
PUBLIC = (
    "/", "/en/", "/ar/recommendations", "/en/recommendations/REC-00005",
    "/en/recommendations/REC-00005/versions", "/en/recommendations.csv", "/en/recommendations.json",
    "/en/recommendations.xlsx", "/en/mechanisms", "/en/about", "/en/sign-in",
    "/id/recommendation/5", "/api/portal/v1/openapi.json", "/healthz", "/readyz",
    "/en/recommendations/REC-99999",
)  # fmt: skip


def test_every_public_address_answers_head_as_get_without_a_body(demo_house: DemoHouse) -> None:
    with demo_house.reader() as reader:
        for path in PUBLIC:
            whole = reader.client.get(path)
            head = reader.client.head(path)
            assert head.status_code == whole.status_code, path
            assert head.content == b"", path
            for name in ("content-type", "content-language", "location", "cache-control"):
                assert head.headers.get(name) == whole.headers.get(name), (path, name)


def test_an_asker_who_leaves_is_no_defect(
    demo_house: DemoHouse, caplog: pytest.LogCaptureFixture
) -> None:
    before = REQUESTS.labels(*LEFT)._value.get()
    place = urlsplit(demo_house.address)
    with caplog.at_level(logging.INFO):
        with socket.create_connection((place.hostname, place.port)) as asker:
            asker.sendall(
                b"POST /en/sign-in HTTP/1.1\r\nHost: here\r\nSec-Fetch-Site: same-origin\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
                b"sign_in=somebody"
            )
        until_true(
            lambda: REQUESTS.labels(*LEFT)._value.get() == before + 1,
            30,
            "the request of somebody who left is counted",
        )
    loud = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert loud == []
