"""Figures for the operator's monitoring, in Prometheus' text format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from libs.chassis.service import Service

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "dhakira_requests_total",
    "Requests answered.",
    ["service", "method", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "dhakira_request_seconds", "Time to answer.", ["service", "method"], registry=REGISTRY
)
LAG = Gauge(
    "dhakira_read_model_position",
    "Ledger position up to which a read model holds everything.",
    ["service", "read_model", "source"],
    registry=REGISTRY,
)
HEAD = Gauge("dhakira_ledger_position", "Newest event of a ledger.", ["service"], registry=REGISTRY)
RELAYED = Gauge(
    "dhakira_relay_position", "Newest event that was relayed.", ["service"], registry=REGISTRY
)
PARKED = Gauge(
    "dhakira_quarantine_events", "Events parked for a person.", ["service"], registry=REGISTRY
)
BROKEN = Gauge(
    "dhakira_work_failures",
    "How often work beside requests has broken and begun again since the process began.",
    ["service", "work"],
    registry=REGISTRY,
)
FAILING = Gauge(
    "dhakira_work_failing",
    "1 where such work has ended, or breaks again and again.",
    ["service", "work"],
    registry=REGISTRY,
)
MADE_ANEW = Gauge(
    "dhakira_relay_streams_made_anew",
    "Streams given up since the process began, because they told of another history.",
    ["service"],
    registry=REGISTRY,
)


async def exposition(services: list[Service]) -> bytes:
    """Return the figures of these services now."""
    for service in services:
        status = await service.status()
        HEAD.labels(service.name).set(status.head)
        RELAYED.labels(service.name).set(status.relayed)
        PARKED.labels(service.name).set(status.parked)
        MADE_ANEW.labels(service.name).set(service.relay.made_anew)
        for each in service.lasting:
            BROKEN.labels(service.name, each.work).set(each.failed)
            FAILING.labels(service.name, each.work).set(each.work in status.failing)
        for follower in service.followers:
            LAG.labels(service.name, follower.name, follower.source).set(follower.position.sequence)
    return generate_latest(REGISTRY)
