"""Step 7 of an event's life: what follows from an event happens once, however often it comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from faststream.nats import NatsMessage
from psycopg.conninfo import conninfo_to_dict

from libs.chassis import reaction
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.envelope import Heard, subject_of
from libs.chassis.reaction import Policy, Reactions, StillUnsettled
from libs.contracts.intake import RecommendationPublished
from libs.ledger import writer
from libs.ledger.act import Act, new_id
from libs.ledger.ledger import Ledger
from libs.testkit.waiting import until
from services.tracking.domain.case import Case
from tests.libs.chassis.life.rig import SERVICE, Rig, rig

TOPIC = RecommendationPublished.topic


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what a test would have to sit out; the order of things stays as it ships."""
    monkeypatch.setattr(reaction, "FIRST_DELAY", 0.001)
    monkeypatch.setattr(reaction, "LONGEST_DELAY", 0.01)
    monkeypatch.setattr(reaction, "ACK_WAIT_SECONDS", 1)
    monkeypatch.setattr(writer, "DEADLINE_SECONDS", 1)
    monkeypatch.setitem(Ledger.env, "POSTGRES_POOL_TIMEOUT", "1")


async def tell(made: Rig, *, event_id: str | None = None, times: int = 1) -> UUID:
    """Publish that a recommendation was published, as intake's relay does; return its id."""
    stream, now = uuid4(), datetime.now(UTC).isoformat()
    headers = {
        "ce-id": event_id or new_id(),
        "ce-source": f"/dhakira/{made.bus.origin}/intake",
        "ce-type": TOPIC,
        "ce-subject": str(stream),
        "ce-version": "1",
        "ce-sequence": "1",
        "ce-time": now,
        "ce-recordedat": now,
        "ce-actor": "person-1",
        "ce-correlationid": new_id(),
    }
    await made.bus.provide_stream("intake")
    for _ in range(times):
        await made.bus.jetstream.publish(
            subject_of(made.bus.origin, TOPIC), b'{"number":"REC-00001"}', headers=headers
        )
    return stream


def opening(ledger: Ledger, name: str = "open-case") -> Policy:
    """A policy with an effect that doubling or losing shows: each time another case."""

    def follow(heard: Heard, act: Act) -> None:
        ledger.record(act, Case.open(uuid4(), str(heard.stream), act.recorded_at))

    return Policy(name, TOPIC, follow)


def interrupted(policy: Policy, after: Callable[[], None]) -> Policy:
    """The same policy, interrupted once, after its effect is recorded."""

    def follow(heard: Heard, act: Act) -> None:
        policy.follow(heard, act)
        after()

    return replace(policy, follow=follow)


@asynccontextmanager
async def reacting(
    made: Rig, *policies: Policy, kind: type[Reactions] = Reactions
) -> AsyncIterator[Reactions]:
    reactions = kind(made.pool, SERVICE, made.bus, list(policies))
    await reactions.start()
    try:
        yield reactions
    finally:
        await reactions.stop()


async def effects(made: Rig) -> list[str]:
    return [event.data["number"] for event in await made.reader.after(0)]


async def parked(made: Rig) -> list[tuple[str, int]]:
    async with made.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT reaction, deliveries FROM tracking_read.quarantine WHERE settled_at IS NULL"
        )
        return list(await cursor.fetchall())


async def cause_of(made: Rig, event: str) -> str:
    async with made.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT cause FROM tracking_read.quarantine WHERE event_id = %s", (event,)
        )
        return str((await cursor.fetchone() or ("",))[0])


async def settled(made: Rig, reactions: Reactions, policy: Policy) -> bool:
    """Whether everything told was delivered, and is acknowledged."""
    name = f"EVT_{made.bus.origin}_intake".upper()
    last = await made.bus.jetstream.get_last_msg(name, subject_of(made.bus.origin, TOPIC))
    info = await made.bus.jetstream.consumer_info(name, reactions.durable(policy))
    come = info.delivered.stream_seq if info.delivered else 0
    return bool(come >= (last.seq or 0) and info.num_ack_pending == 0)


class Once:
    """Raises the first time it is called."""

    def __init__(self, reason: BaseException) -> None:
        self._reason: BaseException | None = reason

    def __call__(self) -> None:
        reason, self._reason = self._reason, None
        if reason is not None:
            raise reason


# --- acknowledged after the commit --------------------------------------------------------------


class AckingFirst(Reactions):
    """Acknowledges before the effect is recorded."""

    async def _handle(self, policy: Policy, message: NatsMessage) -> None:
        await message.raw_message.ack_sync()
        await self.react(
            policy, Heard.read(dict(message.raw_message.headers or {}), message.raw_message.data)
        )


def killed_before(policy: Policy, kill: Callable[[], None]) -> Policy:
    def follow(heard: Heard, act: Act) -> None:
        kill()
        policy.follow(heard, act)

    return replace(policy, follow=follow)


async def check_killed(database: str, nats: EmbeddedNats, kind: type[Reactions]) -> None:
    """Interrupted with an event in hand: in the end its effect must be there, once."""
    async with rig(database, nats.url) as made:
        policy = opening(made.ledger)
        kill = Once(RuntimeError("killed"))
        async with reacting(made, killed_before(policy, kill), kind=kind) as reactions:
            recommendation = await tell(made)
            await until(lambda: settled(made, reactions, policy), what="everything is settled")
        assert await effects(made) == [str(recommendation)]


def test_an_event_in_hand_is_done_after_the_next_start(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_killed(database, nats, Reactions))


def test_an_acknowledgement_before_the_commit_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_killed(database, nats, AckingFirst))


# --- delivered again ----------------------------------------------------------------------------


async def check_delivered_again(
    database: str, nats: EmbeddedNats, make: Callable[[Ledger], Policy]
) -> None:
    """Cut between commit and acknowledgement, and told three times: one effect."""
    async with rig(database, nats.url) as made:
        policy = make(made.ledger)
        cut = Once(ConnectionError("the bus is away"))
        async with reacting(made, interrupted(policy, cut)) as reactions:
            recommendation = await tell(made, times=3)
            await until(lambda: settled(made, reactions, policy), what="everything is settled")
        assert await effects(made) == [str(recommendation)]


def without_key(ledger: Ledger) -> Policy:
    """Forget which event the effect follows from."""
    policy = opening(ledger)
    return replace(
        policy, follow=lambda heard, act: policy.follow(heard, replace(act, key=new_id()))
    )


def test_an_event_delivered_again_has_one_effect(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_delivered_again(database, nats, opening))


def test_an_effect_without_the_events_key_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_delivered_again(database, nats, without_key))


# --- an event that cannot be settled ------------------------------------------------------------


async def _poisoned(database: str, nats: EmbeddedNats) -> None:
    """Parked after so many defects; the other policy goes on; redriven, it settles once."""
    async with rig(database, nats.url) as made:
        broken = [True]
        causes = iter([*["it cannot be done"] * reaction.MOST_DELIVERIES, "it cannot be done yet"])
        good = opening(made.ledger, "other")

        def poisoned(heard: Heard, act: Act) -> None:
            if broken[0]:
                raise RuntimeError(next(causes))
            opening(made.ledger).follow(heard, act)

        bad = Policy("poisoned", TOPIC, poisoned)
        async with reacting(made, bad, good) as reactions:
            event = new_id()
            recommendation = str(await tell(made, event_id=event))
            await until(lambda: parked(made), what="the event is parked")
            assert await parked(made) == [("poisoned", reaction.MOST_DELIVERIES)]
            assert await effects(made) == [recommendation]
            with pytest.raises(StillUnsettled, match="it cannot be done yet"):
                await reactions.redrive("poisoned", event)
            assert await parked(made)
            assert await cause_of(made, event) == "RuntimeError: it cannot be done yet"
            broken[0] = False
            await asyncio.gather(*(reactions.redrive("poisoned", event) for _ in range(3)))
            assert await effects(made) == [recommendation] * 2
            assert await parked(made) == []
            assert not await reactions.redrive("poisoned", event)
            later = str(await tell(made))
            await until(lambda: settled(made, reactions, bad), what="the stream goes on")
            await until(lambda: settled(made, reactions, good), what="the other's goes on too")
            assert (await effects(made)).count(later) == 2


def test_poison_is_parked_and_redriven_once_while_others_go_on(
    database: str, nats: EmbeddedNats
) -> None:
    asyncio.run(_poisoned(database, nats))


# --- the database is away -----------------------------------------------------------------------


class CountingEveryFailure(Reactions):
    """Takes an absent database for a defect of the event."""

    async def react(self, policy: Policy, heard: Heard) -> None:
        try:
            await super().react(policy, heard)
        except reaction.AWAY as reason:
            msg = "a defect, it seems"
            raise RuntimeError(msg) from reason


class Outage:
    """Shuts a database to everyone, and opens it again."""

    def __init__(self, server: EmbeddedPostgres, database: str) -> None:
        self._server = server
        self._name = str(conninfo_to_dict(database)["dbname"])

    def begin(self) -> None:
        self._run(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS false")
        self._run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._name}'"
        )

    def end(self) -> None:
        self._run(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS true")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.url, autocommit=True) as connection:
            connection.execute(statement.encode())


async def check_outage(
    database: str, nats: EmbeddedNats, postgres: EmbeddedPostgres, kind: type[Reactions]
) -> None:
    """However often an event comes while the database is away: none is parked, none lost."""
    outage = Outage(postgres, database)
    async with rig(database, nats.url) as made:
        policy, failed = opening(made.ledger), [0]

        def follow(heard: Heard, act: Act) -> None:
            try:
                policy.follow(heard, act)
            except reaction.AWAY:
                failed[0] += 1
                raise

        async def failed_often() -> bool:
            return failed[0] >= reaction.MOST_DELIVERIES

        async with reacting(made, replace(policy, follow=follow), kind=kind) as reactions:
            outage.begin()
            try:
                recommendation = await tell(made)
                await until(failed_often, 30, "the event fails as often as a defect may")
            finally:
                outage.end()
            await until(lambda: settled(made, reactions, policy), 30, "the event is settled")
            assert await parked(made) == []
            assert await effects(made) == [str(recommendation)]


def test_an_outage_of_the_database_parks_nothing(
    database: str, nats: EmbeddedNats, postgres: EmbeddedPostgres
) -> None:
    asyncio.run(check_outage(database, nats, postgres, Reactions))


def test_an_outage_that_is_counted_as_defects_is_caught(
    database: str, nats: EmbeddedNats, postgres: EmbeddedPostgres
) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_outage(database, nats, postgres, CountingEveryFailure))


@pytest.mark.parametrize("times", [1, 6, 20, 2000])
def test_the_delay_grows_and_has_an_end(times: int) -> None:
    assert 0 < reaction._delay(times) <= reaction.LONGEST_DELAY


def test_a_message_that_cannot_be_read_is_parked_at_once(database: str, nats: EmbeddedNats) -> None:
    async def story() -> None:
        async with rig(database, nats.url) as made, reacting(made, opening(made.ledger)):
            await made.bus.jetstream.publish(subject_of(made.bus.origin, TOPIC), b"not an event")
            found: list[Any] = await until(lambda: parked(made), what="the message is parked")
            assert found == [("open-case", 1)]
            recommendation = await tell(made)

            async def done() -> bool:
                return await effects(made) == [str(recommendation)]

            await until(done, what="the next event is heard")

    asyncio.run(story())


# --- stopping -----------------------------------------------------------------------------------


def test_a_word_to_stop_that_a_library_swallows_is_heard_all_the_same(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaction, "LOOK_SECONDS", 0.01)
    looking = asyncio.Event()

    class Swallowing(Reactions):
        async def _look_at(self, producer: str) -> None:
            del producer
            looking.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)

    async def story() -> None:
        async with rig(database, nats.url) as made:
            reactions = Swallowing(made.pool, SERVICE, made.bus, [opening(made.ledger)])
            await reactions.start()
            await looking.wait()
            await asyncio.wait_for(reactions.stop(), 30)

    asyncio.run(story())
