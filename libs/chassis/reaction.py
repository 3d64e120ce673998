"""Reactions: when another service's event is heard, a command follows, in effect exactly once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.js.api import AckPolicy as ConsumerAckPolicy
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError, ServiceUnavailableError

from libs.chassis.bus import incarnation_of, stream_name
from libs.chassis.envelope import Heard, Unreadable, subject_of
from libs.chassis.telemetry import span, traceparent
from libs.kernel.refusal import Refusal
from libs.ledger.act import Act
from libs.ledger.lasting import Lasting, leave_if_cancelled
from libs.ledger.ledger import DATABASE_AWAY, decide_again
from libs.ledger.writer import LedgerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faststream.nats.subscriber.usecases import PullStreamSubscriber
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext
    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.bus import Bus

WORKERS = 8
"""How many events of one policy are in hand at once: their commands share a transaction."""
MOST_DELIVERIES = 6
FIRST_DELAY = 0.2
LONGEST_DELAY = 30.0
ACK_WAIT_SECONDS = 15
PULL_SECONDS = 1.0
LOOK_SECONDS = 1.0
MOST_CAUSE = 500
#: Database or bus are away: no fault of the event's.
AWAY = (*DATABASE_AWAY, ConnectionError, TimeoutError)
logger = logging.getLogger(__name__)


class StillUnsettled(Refusal):
    """A parked event was tried once more, and its cause still stands."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A sentence of the domain: whenever ``topic`` is heard, ``follow`` does what follows.

    ``follow`` loads, decides and saves under the act it is given, whose key is the event's id: the
    answer row stands in the same transaction as the effect, so a repeated delivery changes nothing.
    Events come in no order: what hangs on it must be decided by ``Heard.sequence``.
    """

    name: str
    topic: str
    follow: Callable[[Heard, Act], None]

    @property
    def producer(self) -> str:
        """The service that tells the topic."""
        return self.topic.split(".", 1)[0]


class Reactions(Lasting):
    """The policies of one service on others' streams: pulled, a few at once, acked by hand."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], service: str, bus: Bus, policies: list[Policy]
    ) -> None:
        """Prepare a durable consumer for each policy."""
        super().__init__(f"reactions of {service}")
        self._pool = pool
        self._service = service
        self._bus = bus
        self._policies = policies
        self._defects: Counter[tuple[str, str]] = Counter()
        self._subscribers: dict[str, PullStreamSubscriber] = {}
        self._incarnations: dict[str, str] = {}
        self._looking: asyncio.Task[None] | None = None
        # Requests have the event loop's own threads: none of them waits behind reactions.
        self._threads = ThreadPoolExecutor(
            WORKERS * max(1, len(policies)), thread_name_prefix=f"{service}-reaction"
        )
        self._stopped = False
        self.broker = NatsBroker(
            bus.url, logger=None, max_reconnect_attempts=-1, apply_types=False, decoder=_whole
        )
        for policy in policies:
            self._listen(policy)

    @property
    def producers(self) -> list[str]:
        """The services whose events are reacted to."""
        return sorted({policy.producer for policy in self._policies})

    def durable(self, policy: Policy) -> str:
        """Return the name of a policy's consumer on the bus."""
        return f"{self._service}-{policy.name}"

    def _listen(self, policy: Policy) -> None:
        subscriber: Any = self.broker.subscriber(
            subject_of(self._bus.origin, policy.topic),
            stream=JStream(stream_name(policy.producer, self._bus.origin), declare=False),
            durable=self.durable(policy),
            pull_sub=PullSub(batch_size=1, timeout=PULL_SECONDS),
            max_workers=WORKERS,
            ack_policy=AckPolicy.MANUAL,
            config=ConsumerConfig(
                ack_policy=ConsumerAckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT_SECONDS,
                filter_subject=subject_of(self._bus.origin, policy.topic),
            ),
            title=self.durable(policy),
            description=(policy.follow.__doc__ or policy.name).strip().splitlines()[0],
        )

        async def handle(message: NatsMessage) -> None:
            await self._bus.precedence.stand_back()
            await self._handle(policy, message)

        subscriber(handle)
        self._subscribers[policy.name] = subscriber

    async def start(self) -> None:
        """Make the streams stand that are listened to, then begin."""
        for producer in self.producers:
            info = await self._bus.provide_stream(producer)
            self._incarnations[producer] = incarnation_of(info)
        await self.broker.start()
        for subscriber in self._subscribers.values():
            _be_patient(subscriber)
        if self._policies:
            self._looking = asyncio.create_task(self.run())

    async def stop(self) -> None:
        """Finish what is in hand, then stop."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        await self.broker.stop()
        self._stopped = True
        await asyncio.to_thread(self._threads.shutdown)

    async def _go_on(self) -> None:
        """Make streams and consumers again when they are gone; they go together."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for producer in self.producers:
                await self._look_at(producer)
            leave_if_cancelled()
            self.goes_well()

    async def _look_at(self, producer: str) -> None:
        incarnation = incarnation_of(await self._bus.provide_stream(producer))
        for policy in self._policies:
            if policy.producer == producer and (
                incarnation != self._incarnations[producer] or not await self._stands(policy)
            ):
                logger.warning("%s begins again: its consumer is gone", self.durable(policy))
                subscriber = self._subscribers[policy.name]
                await subscriber.stop()
                await subscriber.start()
                _be_patient(subscriber)
        self._incarnations[producer] = incarnation

    async def _stands(self, policy: Policy) -> bool:
        name = stream_name(policy.producer, self._bus.origin)
        try:
            await self._bus.jetstream.consumer_info(name, self.durable(policy))
        except NotFoundError:
            return False
        return True

    async def _handle(self, policy: Policy, message: NatsMessage) -> None:
        raw = message.raw_message
        headers = dict(raw.headers or {})
        try:
            await self._settle(policy, raw, headers)
        except AWAY as reason:
            logger.warning("%s waits: %s: %s", policy.name, type(reason).__name__, reason)
            await raw.nak(delay=_delay(raw.metadata.num_delivered or 1))

    async def _settle(self, policy: Policy, raw: Msg, headers: dict[str, str]) -> None:
        event_id = headers.get("ce-id", str(raw.metadata.sequence.stream))
        try:
            await self.react(policy, Heard.read(headers, raw.data))
        except AWAY:
            raise
        except Exception as reason:  # noqa: BLE001  a defect is tried again later, then parked for a person
            if not self._is_hopeless(policy, event_id, reason):
                await raw.nak(delay=_delay(self._defects[policy.name, event_id]))
                return
            deliveries = raw.metadata.num_delivered or 1
            await self._park(policy, event_id, headers, raw.data, reason, deliveries)
        self._defects.pop((policy.name, event_id), None)
        await raw.ack()

    async def make_up(self, headers: Mapping[str, str], body: bytes) -> None:
        """Do what follows from an event that the bus lost; harmless where it was done already.

        Raises:
            Exception: a defect, or the database is away; it must be tried again.
        """
        event_id = headers["ce-id"]
        for policy in self._policies:
            if policy.topic != headers["ce-type"]:
                continue
            try:
                await self.react(policy, Heard.read(headers, body))
            except AWAY:
                raise
            except Exception as reason:
                if not self._is_hopeless(policy, event_id, reason):
                    raise
                await self._park(policy, event_id, headers, body, reason, MOST_DELIVERIES)
            self._defects.pop((policy.name, event_id), None)

    async def react(self, policy: Policy, heard: Heard) -> None:
        """Do what follows from one event; a refusal is final and settles it.

        Raises:
            Exception: a defect, or the database is away; the event must be tried again.
        """
        if self._stopped:
            msg = f"the reactions of {self._service} have stopped"
            raise LedgerUnavailable(msg)
        with span(f"react {policy.name}", heard.traceparent, topic=heard.topic):
            act = Act.of_policy(
                f"{self._service}.{policy.name}",
                event_id=heard.id,
                correlation_id=heard.correlation_id,
                traceparent=traceparent(),
                happened_at=heard.happened_at,
            )
            follow = partial(copy_context().run, self._follow, policy, heard, act)
            await asyncio.get_running_loop().run_in_executor(self._threads, follow)

    @staticmethod
    def _follow(policy: Policy, heard: Heard, act: Act) -> None:
        try:
            decide_again(lambda: policy.follow(heard, act))
        except Refusal as refusal:
            logger.info("%s: %s refused: %s", policy.name, heard.id, refusal)

    def _is_hopeless(self, policy: Policy, event_id: str, reason: Exception) -> bool:
        """Count a defect; return whether the event is to be parked: after too many.

        Only defects count: while the database is away an event is delivered as often as it takes.
        """
        self._defects[policy.name, event_id] += 1
        return self._defects[policy.name, event_id] >= MOST_DELIVERIES or isinstance(
            reason, Unreadable
        )

    async def _park(  # noqa: PLR0913  each argument is one column
        self,
        policy: Policy,
        event_id: str,
        headers: Mapping[str, str],
        body: bytes,
        reason: Exception,
        deliveries: int,
    ) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                f"INSERT INTO {self._service}_read.quarantine"  # noqa: S608  a vetted word
                " (reaction, event_id, subject, headers, body, cause, deliveries)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (
                    policy.name,
                    event_id,
                    subject_of(self._bus.origin, policy.topic),
                    orjson.dumps(headers).decode(),
                    body,
                    _cause(reason),
                    deliveries,
                ),
            )
        logger.error("%s parked %s: %s", policy.name, event_id, reason)

    async def redrive(self, reaction: str, event_id: str) -> bool:
        """Do what follows from a parked event once more; return whether it settled.

        Raises:
            StillUnsettled: it could not be done this time either; the cause is kept anew.
            Exception: the database is away.
        """
        policy = next((each for each in self._policies if each.name == reaction), None)
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                f"SELECT headers, body FROM {self._service}_read.quarantine"  # noqa: S608  a vetted word
                " WHERE reaction = %s AND event_id = %s AND settled_at IS NULL",
                (reaction, event_id),
            )
            row = await cursor.fetchone()
        if policy is None or row is None:
            return False
        try:
            await self.react(policy, Heard.read(row[0], bytes(row[1])))
        except AWAY:
            raise
        except Exception as reason:
            logger.exception("%s: %s is parked still", reaction, event_id)
            await self._renew_cause(reaction, event_id, _cause(reason))
            raise StillUnsettled(cause=_cause(reason)[:MOST_CAUSE]) from reason
        async with self._pool.connection() as connection:
            await connection.execute(
                f"UPDATE {self._service}_read.quarantine SET settled_at = now()"  # noqa: S608  a vetted word
                " WHERE reaction = %s AND event_id = %s",
                (reaction, event_id),
            )
        return True

    async def _renew_cause(self, reaction: str, event_id: str, cause: str) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                f"UPDATE {self._service}_read.quarantine SET cause = %s"  # noqa: S608  a vetted word
                " WHERE reaction = %s AND event_id = %s AND settled_at IS NULL",
                (cause, reaction, event_id),
            )


async def _whole(message: NatsMessage) -> NatsMessage:
    """Hand a message on as it came: its headers say what its body means (see ``Heard.read``)."""
    return message


def _cause(reason: Exception) -> str:
    """Return a defect as the status page shows it; NUL, which no text holds, as U+FFFD."""
    return f"{type(reason).__name__}: {reason}".replace("\0", "\ufffd")


class _Patient:
    """A pull subscription that does not ask at once again where nobody answers for it."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription

    async def fetch(self, batch: int, timeout: float) -> list[Msg]:  # noqa: ASYNC109  the library's own
        try:
            return await self._subscription.fetch(batch, timeout)
        except ServiceUnavailableError:
            await asyncio.sleep(PULL_SECONDS)
            raise

    async def unsubscribe(self) -> None:
        await self._subscription.unsubscribe()


def _be_patient(subscriber: Any) -> None:  # noqa: ANN401  its own type is not generic in the subscription
    if subscriber.subscription is not None:
        subscriber.subscription = _Patient(subscriber.subscription)


def _delay(times: int) -> float:
    """Return how long to wait, in seconds, after something failed ``times`` times."""
    return min(FIRST_DELAY * 4.0 ** min(times, 16), LONGEST_DELAY)
