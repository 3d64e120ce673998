"""One request: who asks, with which key, based on which version; and the decision that it may."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from libs.chassis.permissions import is_recorded_when_refused
from libs.chassis.problems import Unavailable
from libs.chassis.telemetry import traceparent
from libs.kernel.refusal import Misunderstood, Refusal, Stale
from libs.ledger.act import Act
from libs.ledger.ledger import Conflict, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import Request, Response

    from libs.chassis.identity import Asker
    from libs.chassis.permissions import Attribute
    from libs.chassis.service import Service

CONFLICT_TRIES = 8
_ETAG = re.compile(r'^(?:W/)?"(?:.*-)?(\d+)"$')
MOST_KEY = 200


class KeyMalformed(Misunderstood):
    """An idempotency key is 1 to 200 characters long."""


class VersionMalformed(Misunderstood):
    """``If-Match`` holds one entity tag that this platform gave."""


class Asked:
    """What a handler gets: the asker, the act that will be recorded, and the question "may I?"."""

    def __init__(
        self, service: Service, asker: Asker, act: Act, request: Request | None = None
    ) -> None:
        """Frame one request of ``asker`` to ``service``."""
        self.service = service
        self.asker = asker
        self.act = act
        self._request = request

    def permit(self, action: str, **attributes: Attribute) -> None:
        """Go on only if the rules allow this; the rule goes into the act.

        A refused attempt at a grave act is itself recorded.

        Raises:
            Refusal: SignInNeeded, NotPermitted or DirectoryStale.
        """
        self._decided()
        try:
            rule = self.service.permissions.permit(
                self.asker, action, attributes, self.service.register_age
            )
        except Refusal as refusal:
            if is_recorded_when_refused(action) and not self.asker.anonymous:
                self.service.record_refused(self.act, action, attributes, refusal)
            raise
        self.act = self.act.allowed_by(rule)

    def may(self, action: str, **attributes: Attribute) -> bool:
        """Whether the rules would allow this; for showing or hiding a control."""
        return self.service.permissions.decide(self.asker, action, attributes).allowed

    def public(self) -> None:
        """Say that this is open to everyone, so that the route counts as gated."""
        self._decided()

    def _decided(self) -> None:
        if self._request is not None:
            public(self._request)

    def perform(self, handler: Callable[..., Receipt], *arguments: object) -> Receipt:
        """Run a command: answered before → the same answer; overtaken by another → decide again.

        Raises:
            Refusal: the domain or the rules say no; ``Stale`` if based on an older version.
            LedgerUnavailable: nothing was recorded.
        """
        before = self.service.ledger.answered(self.act)
        if before is not None:
            self._decided()
            return before
        for attempt in range(CONFLICT_TRIES):
            try:
                with self.service.turn if attempt else contextlib.nullcontext():
                    return handler(self, *arguments)
            except Conflict:
                if self.act.based_on is not None:
                    raise Stale(based_on=self.act.based_on) from None
        raise Unavailable


def public(request: Request) -> None:
    """Say that a request is open to everyone, whoever asks, so that its route counts as gated."""
    request.state.decided = True


async def frame(service: Service, request: Request) -> Asked:
    """Frame a request: token, idempotency key, version, date, trace."""
    header = request.headers.get("authorization", "")
    asker = await service.asker(header.removeprefix("Bearer ").strip() if header else "")
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= MOST_KEY:
        raise KeyMalformed
    body = b"" if request.method == "GET" or _is_upload(request) else await request.body()
    act = Act.of_person(
        asker.person,
        key=key,
        request=request.method.encode() + request.url.path.encode() + hashlib.sha256(body).digest(),
        happened_at=_happened_at(request.headers),
        based_on=_based_on(request.headers.get("if-match")),
        traceparent=traceparent(),
    )
    request.state.correlation_id = act.correlation_id
    return Asked(service, asker, act, request)


def _is_upload(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/")


def _happened_at(headers: Mapping[str, str]) -> datetime | None:
    """Read when the fact took place (``Dhakira-Happened-At``, RFC 3339): past facts keep it."""
    value = headers.get("dhakira-happened-at")
    if not value:
        return None
    try:
        happened = datetime.fromisoformat(value)
    except ValueError:
        raise DateMalformed(value=value[:40]) from None
    if happened.tzinfo is None:
        happened = happened.replace(tzinfo=UTC)
    if happened > datetime.now(UTC):
        raise DateInFuture(value=value[:40])
    return happened


class DateMalformed(Misunderstood):
    """A date is written as in RFC 3339: 2026-11-23 or 2026-11-23T09:30:00Z."""


class DateInFuture(Misunderstood):
    """A fact cannot have happened after now."""


def _based_on(value: str | None) -> int | None:
    if value is None:
        return None
    match = _ETAG.match(value.strip())
    if match is None:
        raise VersionMalformed(value=value[:40])
    return int(match[1])


def tell_position(response: Response, service: str, receipt: Receipt) -> None:
    """Tell the caller up to where its next page should have read."""
    if receipt.published is not None:
        response.headers["Dhakira-Position"] = f"{service}={receipt.published}"


async def in_thread(asked: Asked, handler: Callable[..., Receipt], *arguments: Any) -> Receipt:  # noqa: ANN401
    """Run a command off the event loop, for handlers that must be asynchronous."""
    return await asyncio.to_thread(asked.perform, handler, *arguments)
