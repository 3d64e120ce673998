"""The leaf of an event: what the tamper-evident tree will hash; no free text, nothing personal."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

import orjson
import rfc8785

if TYPE_CHECKING:
    from uuid import UUID

    from libs.ledger.act import Act

COMMITMENT = b"dhakira/commit/v1"
SALT_BYTES = 32


def new_salt() -> str:
    """Return a fresh salt, base64: stored beside the payload, never in the leaf."""
    return base64.b64encode(secrets.token_bytes(SALT_BYTES)).decode()


def commitment(salt: str, payload: bytes) -> str:
    """Return the salted commitment to a payload, base64.

    SHA-256 over the domain tag, the salt and the payload's canonical JSON (RFC 8785), so that a
    leaf proves what was recorded and tells nothing once the salt is gone.
    """
    canonical = rfc8785.dumps(orjson.loads(payload))
    digest = hashlib.sha256(COMMITMENT + base64.b64decode(salt) + canonical)
    return base64.b64encode(digest.digest()).decode()


def leaf_bytes(  # noqa: PLR0913  each argument is one field of the leaf
    service: str, stream: UUID, version: int, topic: str, meta: dict[str, Any], payload: bytes
) -> bytes:
    """Return the canonical leaf (RFC 8785) of one event."""
    leaf = {
        "v": 1,
        "src": service,
        "id": meta["id"],
        "stream": str(stream),
        "ver": version,
        "type": topic,
        "time": meta["recorded"],
        "actor": meta["actor"],
        "cmd": meta["command"],
        "c": commitment(meta["salt"], payload),
    }
    return rfc8785.dumps(leaf)


def meta_of(act: Act, event_id: str, salt: str) -> dict[str, Any]:
    """Return the envelope that is stored with every event of an act."""
    meta: dict[str, Any] = {
        "id": event_id,
        "recorded": act.recorded_at.isoformat(),
        "happened": act.happened_at.isoformat(),
        "actor": act.actor,
        "command": act.key,
        "correlation": act.correlation_id,
        "salt": salt,
    }
    optional = {
        "behalf": act.on_behalf_of,
        "causation": act.causation_id,
        "trace": act.traceparent,
        "policy": act.policy,
    }
    return meta | {name: value for name, value in optional.items() if value is not None}
