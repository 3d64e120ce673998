"""Our client of the bus takes headers apart as the library does."""

from __future__ import annotations

import pytest
from nats.aio.client import Client

from libs.chassis.bus import BusClient

HEADERS = {
    "content-type": "application/json",
    "ce-time": "2026-11-27T10:00:00.123456+00:00",
    "ce-dataschema": "urn:dhakira:contract:intake.recommendation.published.v1",
    "ce-actor": "شخص",
    "ce-onbehalfof": "",
    "Nats-Batch-Sequence": "17",
}


@pytest.mark.parametrize("apart", [": ", ":", ":\t", ":  "])
def test_headers_are_read_as_the_library_reads_them(apart: str) -> None:
    raw = "".join(f"{name}{apart}{value}\r\n" for name, value in HEADERS.items())
    assert BusClient._parse_header_lines((raw + "\r\n").encode()) == HEADERS
    assert Client._parse_header_lines((raw + "\r\n").encode()) == HEADERS


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"no header\r\nname: value\r\n\r\n", b"a: \xff\r\n"])
def test_what_is_no_header_stops_nothing(raw: bytes) -> None:
    assert BusClient._parse_header_lines(raw) == Client._parse_header_lines(raw)
