"""The goldens: one JSON for each public event and each version of each stored event.

``golden/published/<topic>.json`` holds the CloudEvents headers and the public body;
``golden/stored/<topic>.json`` holds the bytes of the ledger's ``state`` column, exactly.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder
from eventsourcing.utils import get_topic
from pydantic import TypeAdapter

from deploy.documents import made, service_names
from libs.chassis.envelope import body_of, headers_of
from libs.chassis.service import audit_events
from libs.contracts.contract import Contract, contract_of, contracts_of
from libs.ledger.act import Act
from libs.ledger.leaf import meta_of
from libs.ledger.mapper import PlainMapper, payload_of, register_events
from libs.ledger.reader import Recorded, recorded
from tests.contracts.samples import ID, sample_fields

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "golden"
PUBLISHED = FOLDER / "published"
STORED = FOLDER / "stored"
FRAME = {"originator_id", "originator_version", "timestamp", "originator_topic"}
NAMED = datetime(2024, 3, 28, 9, 30, tzinfo=UTC)
RECORDED = datetime(2024, 4, 2, 8, 0, tzinfo=UTC)
SEQUENCE = 42
ACT = Act(
    actor="01920000-0000-7000-8000-0000000000b1",
    key="a-key-of-the-asker",
    request=hashlib.sha256(b"what was asked").digest(),
    recorded_at=RECORDED,
    happened_at=NAMED,
    on_behalf_of="01920000-0000-7000-8000-0000000000b2",
    correlation_id="01920000-0000-7000-8000-0000000000c1",
    causation_id="01920000-0000-7000-8000-0000000000c2",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    policy="0123456789ab:secretariat-assigns",
)
EVENT_ID = "01920000-0000-7000-8000-0000000000e1"
PREVIOUS = "01920000-0000-7000-8000-0000000000e0"
ORIGIN = "national"
SALT = "c2FsdCBvZiB0aGUgZ29sZGVucywgdGhpcnR5LXR3byE="


def mapper() -> PlainMapper:
    """Return the mapper that ledgers use."""
    return PlainMapper(JSONTranscoder())


def contracts() -> list[type[Contract]]:
    """Return every contract of every producer, by topic."""
    producers = sorted(
        each.stem
        for each in (ROOT / "libs" / "contracts").glob("*.py")
        if each.stem not in {"__init__", "contract"}
    )
    for producer in producers:
        import_module(f"libs.contracts.{producer}")
    return [each for producer in producers for each in contracts_of(producer)]


def stored_events() -> dict[str, type[Any]]:
    """Return the class of every event that a service records, by its newest topic."""
    found: dict[str, type[Any]] = {}
    for name in service_names():
        for event in (*made(name).plan.events, *audit_events(name)):
            found[get_topic(event)] = event
    register_events(*found.values())
    return found


def sample_event(event_class: type[Any]) -> Any:
    """Return an event of a class with sample fields; a contract's narrower type goes first."""
    contract = contract_of(get_topic(event_class))
    names = [name for name in _fields(event_class) if name not in FRAME]
    values = sample_fields(event_class, names)
    if contract is not None:
        values |= sample_fields(contract, _narrower(event_class, contract, names))
    frame = {"originator_id": UUID(ID), "originator_version": 3, "timestamp": RECORDED}
    if "originator_topic" in _fields(event_class):
        frame |= {"originator_topic": aggregate_topic(event_class), "originator_version": 1}
    plain = json.loads(TypeAdapter(dict[str, Any]).dump_json(values | frame))
    return TypeAdapter(event_class).validate_python(plain)


def _narrower(event_class: type[Any], contract: type[Contract], names: list[str]) -> list[str]:
    """Return the fields that the event holds as text and the contract as one of some words."""
    stored, told = get_type_hints(event_class), get_type_hints(contract)
    return [
        name
        for name in names
        if name in told and _is_text(stored[name]) and not _is_text(told[name])
    ]


def _is_text(annotation: Any) -> bool:
    return annotation is str or str in get_args(annotation)


def aggregate_topic(event_class: type[Any]) -> str:
    """Return the topic of the aggregate that an event belongs to."""
    return ".".join(get_topic(event_class).split(".")[:2])


def _fields(event_class: type[Any]) -> list[str]:
    return [each.name for each in fields(event_class)]


def stored_bytes(event_class: type[Any]) -> bytes:
    """Return the state of a sample event as the ledger stores it."""
    event = sample_event(event_class)
    return mapper().stored(event, meta_of(ACT, EVENT_ID, SALT, ORIGIN), payload_of(event)).state


def as_recorded(topic: str, state: bytes) -> Recorded:
    """Return the ledger row of a stored golden."""
    return recorded(SEQUENCE, UUID(ID), 3, topic, state)


def published(event: Recorded) -> dict[str, Any] | None:
    """Return the headers and the public body of a ledger row, None while it is private."""
    body = body_of(event)
    if body is None:
        return None
    producer = event.topic.split(".", 1)[0]
    headers = headers_of(event, service=producer, origin="national", previous=PREVIOUS)
    return {"headers": headers, "body": json.loads(body)}


def written(golden: dict[str, Any]) -> str:
    """Return a published golden as its file holds it."""
    return json.dumps(golden, ensure_ascii=False, indent=2) + "\n"


def files(folder: Path) -> list[Path]:
    """Return the goldens of a folder, by topic."""
    return sorted(folder.glob("*.json"))
