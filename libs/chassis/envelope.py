"""The envelope of a public event: CloudEvents 1.0, binary, in NATS headers; the same over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import orjson

from libs.contracts.contract import Contract, contract_of, schema_uri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libs.ledger.reader import Recorded

SPEC = "1.0"


class Unreadable(Exception):  # noqa: N818  a state of a message, named as one
    """A message on the bus is not an event of ours, or its contract is unknown here."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A public event as another service hears it: its envelope and its contract."""

    id: str
    topic: str
    origin: str
    producer: str
    stream: UUID
    version: int
    sequence: int
    previous: str
    happened_at: datetime
    recorded_at: datetime
    actor: str
    on_behalf_of: str | None
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    event: Contract

    @classmethod
    def read(cls, headers: Mapping[str, str], body: bytes) -> Self:
        """Read a message.

        Raises:
            Unreadable: a header is missing, the topic has no contract, or the body does not fit it.
        """
        try:
            topic = headers["ce-type"]
            contract = contract_of(topic)
            if contract is None:
                msg = f"no contract for {topic}"
                raise Unreadable(msg)
            _, origin, producer = headers["ce-source"].strip("/").split("/")
            return cls(
                id=headers["ce-id"],
                topic=topic,
                origin=origin,
                producer=producer,
                stream=UUID(headers["ce-subject"]),
                version=int(headers["ce-version"]),
                sequence=int(headers["ce-sequence"]),
                previous=headers.get("ce-previd", ""),
                happened_at=datetime.fromisoformat(headers["ce-time"]),
                recorded_at=datetime.fromisoformat(headers["ce-recordedat"]),
                actor=headers["ce-actor"],
                on_behalf_of=headers.get("ce-onbehalfof"),
                correlation_id=headers["ce-correlationid"],
                causation_id=headers.get("ce-causationid"),
                traceparent=headers.get("traceparent"),
                event=contract.model_validate_json(body),
            )
        except (KeyError, ValueError) as reason:
            msg = f"not an event that can be read: {reason}"
            raise Unreadable(msg) from reason


def subject_of(origin: str, topic: str) -> str:
    """Return the bus subject of a topic: ``evt.<origin>.<topic>``."""
    return f"evt.{origin}.{topic}"


def body_of(recorded: Recorded) -> bytes | None:
    """Return the public body of a ledger event, None while no contract names it."""
    contract = contract_of(recorded.topic)
    if contract is None or recorded.sequence < contract.since:
        return None
    return contract.from_stored(recorded.data).model_dump_json(exclude_none=True).encode()


def headers_of(recorded: Recorded, *, service: str, origin: str, previous: str) -> dict[str, str]:
    """Return the headers of a ledger event; nothing personal stands in them."""
    meta = recorded.meta
    headers = {
        "content-type": "application/json",
        "ce-specversion": SPEC,
        "ce-id": recorded.event_id,
        "ce-source": f"/dhakira/{origin}/{service}",
        "ce-type": recorded.topic,
        "ce-subject": str(recorded.stream),
        "ce-time": meta["happened"],
        "ce-recordedat": meta["recorded"],
        "ce-dataschema": schema_uri(recorded.topic),
        "ce-actor": meta["actor"],
        "ce-correlationid": meta["correlation"],
        "ce-sequence": str(recorded.sequence),
        "ce-logindex": str(recorded.sequence - 1),
        "ce-version": str(recorded.version),
        "ce-previd": previous,
    }
    optional = {
        "ce-onbehalfof": meta.get("behalf"),
        "ce-causationid": meta.get("causation"),
        "traceparent": meta.get("trace"),
    }
    return headers | {name: value for name, value in optional.items() if value}


def structured(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return the event as one JSON object: what the event feed over HTTP answers."""
    return {"headers": dict(headers), "data": orjson.loads(body)}
