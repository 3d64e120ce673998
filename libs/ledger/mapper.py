"""Between domain events and stored bytes: plain JSON that an auditor reads without our code."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.utils import get_topic, register_topic, resolve_topic
from pydantic import TypeAdapter

from libs.kernel.refusal import Misunderstood

if TYPE_CHECKING:
    from eventsourcing.domain import DomainEventProtocol

VERSION = re.compile(r"^(?P<stem>.+)\.v(?P<number>[0-9]+)$")
_FRAME = frozenset({"originator_id", "originator_version", "timestamp", "originator_topic"})

_NUL_WRITTEN = rb"\u0000"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class TextNotStorable(Misunderstood):
    """A text holds a sign that cannot be kept."""


@cache
def _adapter(event_class: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(event_class)


def version_of(topic: str) -> tuple[str, int]:
    """Return a topic's stem and version number: ``a.b.c.v2`` → ``("a.b.c", 2)``.

    Raises:
        ValueError: the topic does not end in ``.v<N>``.
    """
    match = VERSION.match(topic)
    if match is None:
        msg = f"the topic {topic!r} does not end in .v<N>"
        raise ValueError(msg)
    return match["stem"], int(match["number"])


def register_events(*event_classes: type[Any]) -> None:
    """Make stored topics, older versions included, lead to the classes that carry the newest."""
    for event_class in event_classes:
        stem, newest = version_of(get_topic(event_class))
        for number in range(1, newest + 1):
            register_topic(f"{stem}.v{number}", event_class)


def payload_of(event: object) -> bytes:
    """Return the event's own fields as JSON, without the frame that the store keeps apart.

    Raises:
        TextNotStorable: a text holds U+0000, which PostgreSQL takes into no text, or half of a
            surrogate pair, which is no character (RFC 8259 §8.2).
    """
    event_class: Any = type(event)
    try:
        fields: dict[str, Any] = _adapter(event_class).dump_python(event, mode="json")
        payload = orjson.dumps({name: fields[name] for name in fields if name not in _FRAME})
    except (UnicodeEncodeError, orjson.JSONEncodeError):
        raise TextNotStorable from None
    if _NUL_WRITTEN in payload and _NUL.search(payload):
        raise TextNotStorable
    return payload


class PlainMapper(Mapper[UUID]):
    """Stores ``{"data": fields, "meta": envelope, "topic": aggregate}``, reads it back upcast."""

    def stored(
        self, event: DomainEventProtocol[UUID], meta: dict[str, Any], payload: bytes
    ) -> StoredEvent:
        """Return the row for an event of an act."""
        head: dict[str, Any] = {"meta": meta}
        aggregate_topic = getattr(event, "originator_topic", None)
        if aggregate_topic is not None:
            head["aggregate"] = aggregate_topic
        return StoredEvent(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=get_topic(type(event)),
            state=b'{"data":' + payload + b"," + orjson.dumps(head)[1:],
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Read a row; fields of an older version are upcast by the event's own class first."""
        event_class = resolve_topic(stored_event.topic)
        state = orjson.loads(stored_event.state)
        data = self._upcast(event_class, stored_event.topic, state["data"])
        data["originator_id"] = stored_event.originator_id
        data["originator_version"] = stored_event.originator_version
        data["timestamp"] = state["meta"]["recorded"]
        if "aggregate" in state:
            data["originator_topic"] = state["aggregate"]
        event: DomainEventProtocol[UUID] = _adapter(event_class).validate_python(data)
        return event

    @staticmethod
    def _upcast(event_class: type[Any], topic: str, data: dict[str, Any]) -> dict[str, Any]:
        newest = version_of(get_topic(event_class))[1]
        for number in range(version_of(topic)[1], newest):
            getattr(event_class, f"upcast_v{number}_v{number + 1}")(data)
        return data
