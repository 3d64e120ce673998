"""Reactions: when another service's event is heard, a command follows, in effect exactly once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import eventsourcing.persistence
import orjson
import psycopg
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.js.api import AckPolicy as ConsumerAckPolicy
from nats.js.api import ConsumerConfig

from libs.chassis.bus import stream_name
from libs.chassis.envelope import Heard, Unreadable
from libs.chassis.telemetry import span, traceparent
from libs.kernel.refusal import Refusal
from libs.ledger.act import Act
from libs.ledger.ledger import Conflict
from libs.ledger.writer import LedgerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nats.aio.msg import Msg
    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.bus import Bus

MOST_DELIVERIES = 6
FIRST_DELAY = 0.2
LONGEST_DELAY = 30.0
ACK_WAIT_SECONDS = 60
PULL_SECONDS = 1.0
CONFLICT_TRIES = 5
#: The database is away: no fault of the event's. The library renames psycopg's errors.
AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    eventsourcing.persistence.OperationalError,
    eventsourcing.persistence.InterfaceError,
    LedgerUnavailable,
    ConnectionError,
    TimeoutError,
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Policy:
    """A sentence of the domain: whenever ``topic`` is heard, ``follow`` does what follows.

    ``follow`` loads, decides and saves under the act it is given, whose key is the event's id: the
    answer row stands in the same transaction as the effect, so a repeated delivery changes nothing.
    """

    name: str
    topic: str
    follow: Callable[[Heard, Act], None]


class Reactions:
    """The policies of one service on the streams of others: pull, one at a time, acked by hand."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], service: str, bus: Bus, policies: list[Policy]
    ) -> None:
        """Prepare a durable consumer for each policy."""
        self._pool = pool
        self._service = service
        self._bus = bus
        self._policies = policies
        self._defects: Counter[tuple[str, int]] = Counter()
        self.broker = NatsBroker(bus.url, logger=None, max_reconnect_attempts=-1)
        for policy in policies:
            self._listen(policy)

    def durable(self, policy: Policy) -> str:
        """Return the name of a policy's consumer on the bus."""
        return f"{self._service}-{policy.name}"

    def _listen(self, policy: Policy) -> None:
        producer = policy.topic.split(".", 1)[0]
        subscriber = self.broker.subscriber(
            f"evt.{self._bus.origin}.{policy.topic}",
            stream=JStream(stream_name(producer, self._bus.origin), declare=False),
            durable=self.durable(policy),
            pull_sub=PullSub(batch_size=1, timeout=PULL_SECONDS),
            ack_policy=AckPolicy.MANUAL,
            config=ConsumerConfig(
                ack_policy=ConsumerAckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT_SECONDS,
                filter_subject=f"evt.{self._bus.origin}.{policy.topic}",
            ),
            title=self.durable(policy),
            description=(policy.follow.__doc__ or policy.name).strip().splitlines()[0],
        )

        async def handle(message: NatsMessage) -> None:
            await self._handle(policy, message)

        subscriber(handle)

    async def start(self) -> None:
        """Make the streams stand that are listened to, then begin."""
        for policy in self._policies:
            await self._bus.provide_stream(policy.topic.split(".", 1)[0])
        await self.broker.start()

    async def stop(self) -> None:
        """Finish what is in hand, then stop."""
        await self.broker.stop()

    async def _handle(self, policy: Policy, message: NatsMessage) -> None:
        raw = message.raw_message
        headers = dict(raw.headers or {})
        try:
            await self._settle(policy, raw, headers)
        except AWAY as reason:
            logger.warning("%s waits: %s: %s", policy.name, type(reason).__name__, reason)
            await raw.nak(delay=_delay(raw.metadata.num_delivered or 1))

    async def _settle(self, policy: Policy, raw: Msg, headers: dict[str, str]) -> None:
        try:
            await self.react(policy, Heard.read(headers, raw.data))
        except AWAY:
            raise
        except Exception as reason:  # noqa: BLE001  a defect is tried again later, then parked for a person
            if not await self._park_if_hopeless(policy, raw, headers, reason):
                return
        self._defects.pop((policy.name, raw.metadata.sequence.stream), None)
        await raw.ack()

    async def react(self, policy: Policy, heard: Heard) -> None:
        """Do what follows from one event; a refusal is final and settles it.

        Raises:
            Exception: a defect, or the database is away; the event must be tried again.
        """
        with span(f"react {policy.name}", heard.traceparent, topic=heard.topic):
            act = Act.of_policy(
                f"{self._service}.{policy.name}",
                event_id=heard.id,
                correlation_id=heard.correlation_id,
                traceparent=traceparent(),
                happened_at=heard.happened_at,
            )
            await asyncio.to_thread(self._follow, policy, heard, act)

    @staticmethod
    def _follow(policy: Policy, heard: Heard, act: Act) -> None:
        for attempt in range(CONFLICT_TRIES):
            try:
                policy.follow(heard, act)
            except Refusal as refusal:
                logger.info("%s: %s refused: %s", policy.name, heard.id, refusal)
                return
            except Conflict:
                if attempt == CONFLICT_TRIES - 1:
                    raise
            else:
                return

    async def _park_if_hopeless(
        self, policy: Policy, raw: Msg, headers: dict[str, str], reason: Exception
    ) -> bool:
        """Count a defect: put the event off, or park it after too many; return whether it is.

        Only defects count: while the database is away an event is delivered as often as it takes.
        """
        place = (policy.name, raw.metadata.sequence.stream)
        self._defects[place] += 1
        if self._defects[place] < MOST_DELIVERIES and not isinstance(reason, Unreadable):
            await raw.nak(delay=_delay(self._defects[place]))
            return False
        async with self._pool.connection() as connection:
            await connection.execute(
                f"INSERT INTO {self._service}_read.quarantine"  # noqa: S608  a vetted word
                " (reaction, event_id, subject, headers, body, cause, deliveries)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (
                    policy.name,
                    headers.get("ce-id", raw.metadata.sequence.stream),
                    raw.subject,
                    orjson.dumps(headers).decode(),
                    raw.data,
                    f"{type(reason).__name__}: {reason}",
                    raw.metadata.num_delivered or 1,
                ),
            )
        logger.error("%s parked %s: %s", policy.name, headers.get("ce-id"), reason)
        return True

    async def redrive(self, reaction: str, event_id: str) -> bool:
        """Do what follows from a parked event once more; return whether it settled.

        Raises:
            Exception: the cause still stands.
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
        await self.react(policy, Heard.read(row[0], bytes(row[1])))
        async with self._pool.connection() as connection:
            await connection.execute(
                f"UPDATE {self._service}_read.quarantine SET settled_at = now()"  # noqa: S608  a vetted word
                " WHERE reaction = %s AND event_id = %s",
                (reaction, event_id),
            )
        return True


def _delay(times: int) -> float:
    """Return how long to wait, in seconds, after something failed ``times`` times."""
    return min(FIRST_DELAY * 4.0 ** min(times, 16), LONGEST_DELAY)
