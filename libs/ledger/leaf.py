"""The leaf of an event: what the tamper-evident tree will hash; no free text, nothing personal."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from typing import TYPE_CHECKING, Any, cast

import orjson
import rfc8785

if TYPE_CHECKING:
    from uuid import UUID

    from libs.ledger.act import Act

COMMITMENT = b"dhakira/commit/v1"
SALT_BYTES = 32
SALTS_AT_ONCE = 512
SAFE_INTEGER = 2**53 - 1


def canonical(value: Any) -> bytes:  # noqa: ANN401  any JSON value
    """Return the canonical JSON of a value (RFC 8785).

    Its order of names is that of UTF-16 code units, and its numbers are those of ECMAScript; where
    neither matters, a plain serialisation with sorted names is the same bytes, many times sooner.

    Raises:
        ValueError: the value cannot stand in JSON.
    """
    if _plainly_canonical(value):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return rfc8785.dumps(value)


def _plainly_canonical(value: object) -> bool:
    """Whether there are only texts, truth values and small whole numbers, under ASCII names."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        return _plain_members(cast("dict[object, object]", value))
    if kind is list:
        return all(map(_plainly_canonical, cast("list[object]", value)))
    return kind is int and -SAFE_INTEGER <= cast("int", value) <= SAFE_INTEGER


def _plain_members(members: dict[object, object]) -> bool:
    for name, value in members.items():
        if type(name) is not str or not name.isascii():
            return False
        if type(value) is not str and not _plainly_canonical(value):
            return False
    return True


def new_salt() -> str:
    """Return a fresh salt, base64: stored beside the payload, never in the leaf."""
    return _SALTS.next()


class _Salts(threading.local):
    """Salts of one thread, drawn many at once: each question to the system may lose the turn."""

    def __init__(self) -> None:
        self._left: list[str] = []

    def next(self) -> str:
        if not self._left:
            drawn = secrets.token_bytes(SALT_BYTES * SALTS_AT_ONCE)
            places = range(0, len(drawn), SALT_BYTES)
            each = (drawn[place : place + SALT_BYTES] for place in places)
            self._left = [base64.b64encode(salt).decode() for salt in each]
        return self._left.pop()


_SALTS = _Salts()


def commitment(salt: str, state: bytes) -> str:
    """Return the salted commitment to a stored event, base64.

    SHA-256 over the domain tag, the salt and the canonical JSON (RFC 8785) of all that is stored,
    fields and envelope alike, but the salt itself: a leaf proves what was recorded, by whom, when
    and why, and tells nothing of it once the salt is gone.
    """
    stored = orjson.loads(state)
    stored["meta"].pop("salt", None)
    digest = hashlib.sha256(COMMITMENT + base64.b64decode(salt) + canonical(stored))
    return base64.b64encode(digest.digest()).decode()


def leaf_bytes(service: str, stream: UUID, version: int, topic: str, state: bytes) -> bytes:
    """Return the canonical leaf (RFC 8785) of one event, stored as ``state``."""
    meta = orjson.loads(state)["meta"]
    leaf = {
        "v": 1,
        "src": service,
        "origin": meta["origin"],
        "id": meta["id"],
        "stream": str(stream),
        "ver": version,
        "type": topic,
        "time": meta["recorded"],
        "actor": meta["actor"],
        "cmd": meta["command"],
        "c": commitment(meta["salt"], state),
    }
    return canonical(leaf)


def meta_of(act: Act, event_id: str, salt: str, origin: str) -> dict[str, Any]:
    """Return the envelope that is stored with every event of an act.

    The act's key is the asker's own words and may say anything: only its hash is kept for ever.
    """
    meta: dict[str, Any] = {
        "id": event_id,
        "origin": origin,
        "recorded": act.recorded_at.isoformat(),
        "happened": act.happened_at.isoformat(),
        "actor": act.actor,
        "command": hashlib.sha256(act.key.encode()).hexdigest(),
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
