"""One publication, followed through every step of its life by the ids of its spans."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from libs.chassis import relay
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.envelope import headers_of
from libs.chassis.telemetry import set_up
from libs.ledger.reader import Recorded
from libs.testkit import servers
from libs.testkit.waiting import until_true
from tests.libs.chassis.life.small_house import SmallHouse, small_house

PUBLISHED, OPENED = "intake.recommendation.published.v1", "tracking.case.opened.v1"


@pytest.fixture(scope="module")
def house(
    postgres: EmbeddedPostgres, nats: EmbeddedNats, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallHouse]:
    folder = tmp_path_factory.mktemp("house")
    names = ("directory", "intake", "tracking", "portal")
    with servers.database(postgres) as url, small_house(folder, names, url, nats.url) as standing:
        yield standing


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    set_up(exporter=exporter)
    yield exporter
    exporter.shutdown()


def descendants(found: tuple[ReadableSpan, ...], root: ReadableSpan) -> list[ReadableSpan]:
    """Return the spans that descend from ``root`` by their parents' ids alone."""
    family = {root.context.span_id if root.context else 0}
    grown = True
    while grown:
        children = {_id(each) for each in found if each.parent and each.parent.span_id in family}
        grown = not children <= family
        family |= children
    return [each for each in found if _id(each) in family and each is not root]


def _id(span: ReadableSpan) -> int:
    return span.context.span_id if span.context else 0


def _facts(span: ReadableSpan) -> set[str]:
    return {str(value) for value in (span.attributes or {}).values()}


def check_chain(house: SmallHouse, spans: InMemorySpanExporter) -> None:
    """Everything that one publication causes must descend from the request that asked for it."""
    recommendation = house.receive()
    house.settle()
    spans.clear()
    path = f"intake/recommendations/{recommendation}/publication"
    house.done("POST", path, "secretary")
    house.until_open(recommendation)
    house.settle()
    root = _root(spans, recommendation)
    seen = {
        (each.name, fact)
        for each in descendants(spans.get_finished_spans(), root)
        for fact in _facts(each)
    }
    assert ("record", "intake") in seen, "the ledger's write of the publication"
    assert ("relay", PUBLISHED) in seen
    assert ("react open-case", PUBLISHED) in seen
    assert ("record", "tracking") in seen, "the ledger's write of the case"
    assert ("relay", OPENED) in seen
    own = {each.name for each in house.service("intake").own}
    heard = {each.name for each in house.service("portal").foreign if each.name != "register"}
    for read_models in (own, heard):
        assert any(("project", name) in seen for name in read_models), read_models


def _root(spans: InMemorySpanExporter, recommendation: UUID) -> ReadableSpan:
    def look() -> ReadableSpan | None:
        asked = (each for each in spans.get_finished_spans() if each.name == "POST intake")
        return next(
            (each for each in asked if any(str(recommendation) in f for f in _facts(each))), None
        )

    root = until_true(look, what="the request's own span")
    assert root is not None
    return root


def test_the_request_is_the_ancestor_of_all_that_follows(
    house: SmallHouse, spans: InMemorySpanExporter
) -> None:
    check_chain(house, spans)


def test_a_message_that_carries_no_trace_is_caught(
    house: SmallHouse, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(event: Recorded, **more: str) -> dict[str, str]:
        headers = headers_of(event, **more)
        return {name: headers[name] for name in headers if name != "traceparent"}

    monkeypatch.setattr(relay, "headers_of", silent)
    with pytest.raises(AssertionError):
        check_chain(house, spans)


def test_the_trace_of_the_caller_is_taken_over(
    house: SmallHouse, spans: InMemorySpanExporter
) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    house.done("GET", "tracking/cases", "secretary", traceparent=f"00-{trace}-{parent}-01")
    asked = [each for each in spans.get_finished_spans() if each.name == "GET tracking"]
    assert [f"{each.parent.span_id:016x}" for each in asked if each.parent] == [parent]
    assert [f"{each.context.trace_id:032x}" for each in asked if each.context] == [trace]
