"""One request: who asks, with which key, based on which version; and the decision that it may."""

from __future__ import annotations

import asyncio
import contextlib
import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar

from eventsourcing.domain import Aggregate

from libs.chassis.identity import SignInNeeded
from libs.chassis.openapi import MOST_KEY
from libs.chassis.permissions import is_recorded_when_refused
from libs.chassis.problems import SAFE_METHODS, Unavailable
from libs.chassis.telemetry import traceparent
from libs.kernel.refusal import Misunderstood, Refusal, Stale, Unknown
from libs.kernel.signs import half_of_a_character
from libs.kernel.words import CHARTER_SIGNED
from libs.ledger.act import Act
from libs.ledger.ledger import CONFLICT_TRIES, Conflict, Receipt
from libs.ledger.mapper import TextNotStorable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from fastapi import Request, Response

    from libs.chassis.identity import Asker
    from libs.chassis.permissions import Attribute
    from libs.chassis.service import Service

A = TypeVar("A", bound=Aggregate)
EARLIEST = datetime.combine(CHARTER_SIGNED, time.min, UTC)
PARTS_OF_A_REQUEST = ("if-match", "dhakira-happened-at")
_ETAG = re.compile(r'^(?:W/)?"(?:.*-)?([0-9]{1,18})"$')


class KeyMalformed(Misunderstood):
    """An idempotency key is 1 to 200 characters of printable ASCII."""


class VersionMalformed(Misunderstood):
    """``If-Match`` holds one entity tag that this platform gave."""


def _none_further(_: object) -> Mapping[str, Attribute]:
    return {}


class Asked:
    """What a handler gets: the asker, the act that will be recorded, and the question "may I?"."""

    def __init__(
        self, service: Service, asker: Asker, act: Act, request: Request | None = None
    ) -> None:
        """Frame one request of ``asker`` to ``service``."""
        self.service = service
        self.asker = asker
        self.act = act.asked_for()
        self._request = request

    def permit(self, action: str, *aggregates: UUID, **attributes: Attribute) -> None:
        """Go on only if the rules allow this; the rule goes into the act.

        What is about to be recorded is named: the aggregate that the rules are asked about, then
        those that change with it. Nothing else can be recorded. What stands already is loaded by
        ``load_permitted``. A refused attempt at a grave act is itself recorded.

        Raises:
            Refusal: SignInNeeded, NotPermitted or DirectoryStale.
        """
        self._decided()
        thing = str(aggregates[0]) if aggregates else ""
        try:
            rule = self.service.permissions.permit(
                self.asker, action, attributes, self.service.register_age, thing
            )
        except Refusal as refusal:
            if is_recorded_when_refused(action) and not self.asker.anonymous:
                self.service.record_refused(self.act, action, thing, attributes, refusal)
            raise
        self.act = self.act.allowed_by(rule, *aggregates)

    def load_permitted(
        self,
        kind: type[A],
        identity: UUID,
        action: str,
        *others: UUID,
        attributes: Callable[[A], Mapping[str, Attribute]] = _none_further,
    ) -> A:
        """Return an aggregate to which the asker may do ``action``, by its own attributes.

        ``others`` change with it.

        Raises:
            Unknown: there is none; a stranger is not told so where only others may ask.
            Refusal: SignInNeeded, NotPermitted or DirectoryStale.
            Stale: it has moved on since the version that the act is based on.
        """
        try:
            found = self.service.ledger.load(kind, identity)
        except Unknown:
            if self.asker.anonymous and not self.may(action, **self.custody):
                raise SignInNeeded from None
            raise
        self.permit(action, identity, *others, **{**self.custody, **attributes(found)})
        self._must_stand(found)
        return found

    def _must_stand(self, found: Aggregate) -> None:
        if self.act.based_on not in {None, found.version}:
            raise Stale(based_on=self.act.based_on or 0, stands=found.version)

    def keep_reading(self, action: str, subjects: Iterable[UUID]) -> None:
        """Record that the asker reads what is personal or confidential of others (design §6).

        It is called once that is permitted and before it is answered: what cannot be recorded is
        not read.
        """
        others = [str(each) for each in subjects if str(each) != self.asker.person]
        self.service.record_reading(self.act, action, others)

    def may(self, action: str, **attributes: Attribute) -> bool:
        """Whether the rules would allow this; for showing or hiding a control."""
        return self.service.permissions.decide(self.asker, action, attributes).allowed

    @property
    def custody(self) -> dict[str, Attribute]:
        """What rules are told of every act on the register: which institution keeps it."""
        return {"custodian": self.service.house.settings.custodian}

    def answer(self, response: Response, receipt: Receipt) -> dict[str, Any]:
        """Tell what was recorded: status, place, facts, and up to where a next page should read."""
        if receipt.published is not None:
            response.headers["Dhakira-Position"] = f"{self.service.name}={receipt.published}"
        response.status_code = receipt.answer.status
        if receipt.answer.location:
            response.headers["Location"] = receipt.answer.location
        return receipt.answer.facts

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
            OutcomeUnknown: it may be recorded.
        """
        before = self.service.ledger.answered(self.act)
        if before is not None:
            self._decided()
            return before
        for attempt in range(CONFLICT_TRIES):
            try:
                with self.service.turn if attempt else contextlib.nullcontext():
                    receipt = handler(self, *arguments)
            except Conflict:
                if self.act.based_on is not None:
                    raise Stale(based_on=self.act.based_on) from None
            else:
                if self._request is not None:
                    self._request.state.recorded = True
                return receipt
        raise Unavailable


def public(request: Request) -> None:
    """Say that a request is open to everyone, whoever asks, so that its route counts as gated."""
    request.state.decided = True


async def frame(service: Service, request: Request, asker: Asker | None = None) -> Asked:
    """Frame a request: token, idempotency key, version, date, trace.

    ``asker`` is who asks, where something else than the token says so.

    Raises:
        TooManyRequests: somebody unknown sends more than their network may.
        Misunderstood: a header is not what it should be, or a text in the body no text at all.
    """
    if asker is None:
        header = request.headers.get("authorization", "")
        asker = await service.asker(header.removeprefix("Bearer ").strip() if header else "")
    if asker.anonymous and request.method not in SAFE_METHODS:
        service.strangers.take(request.client.host if request.client else "")
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= MOST_KEY and key.isascii() and key.isprintable()):
        raise KeyMalformed
    body = b"" if request.method == "GET" or _is_upload(request) else await request.body()
    if _is_json(request) and half_of_a_character(body) is not None:
        raise TextNotStorable
    act = Act.of_person(
        asker.person,
        key=key,
        request=_what_is_asked(request, body),
        happened_at=_happened_at(request.headers),
        based_on=_based_on(request.headers.get("if-match")),
        traceparent=traceparent(),
    )
    request.state.correlation_id, request.state.key = act.correlation_id, act.key
    return Asked(service, asker, act, request)


def _what_is_asked(request: Request, body: bytes) -> bytes:
    """Return all that makes one request another than the next, each part with its length."""
    parts = [
        request.method,
        request.url.path,
        request.url.query,
        *(f"{name}:{request.headers.get(name, '')}" for name in PARTS_OF_A_REQUEST),
    ]
    said = [each.encode() for each in parts] + [body]
    return b"".join(len(each).to_bytes(8, "big") + each for each in said)


def _is_json(request: Request) -> bool:
    return "json" in request.headers.get("content-type", "").lower()


def _is_upload(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/")


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
    must_be_of_the_record(happened, value[:40])
    return happened


def must_be_of_the_record(moment: datetime, written: str, **facts: str) -> None:
    """Go on only with a moment at which a fact of the record can have happened.

    Raises:
        DateInFuture: it lies after now.
        DateTooEarly: it lies before the Charter.
    """
    if moment > datetime.now(UTC):
        raise DateInFuture(value=written, **facts)
    if moment < EARLIEST:
        raise DateTooEarly(value=written, earliest=CHARTER_SIGNED.isoformat(), **facts)


class DateMalformed(Misunderstood):
    """A date is written as in RFC 3339: 2026-11-23 or 2026-11-23T09:30:00Z."""


class DateInFuture(Misunderstood):
    """A fact cannot have happened after now."""


class DateTooEarly(Misunderstood):
    """No fact of this record is older than the Charter of the United Nations.

    What is stored must also be read back: PostgreSQL gives moments that no ``datetime`` holds.
    """


def _based_on(value: str | None) -> int | None:
    if value is None:
        return None
    match = _ETAG.match(value.strip())
    if match is None:
        raise VersionMalformed(value=value[:40])
    return int(match[1])


async def in_thread(asked: Asked, handler: Callable[..., Receipt], *arguments: Any) -> Receipt:  # noqa: ANN401
    """Run a command off the event loop, for handlers that must be asynchronous."""
    return await asyncio.to_thread(asked.perform, handler, *arguments)
