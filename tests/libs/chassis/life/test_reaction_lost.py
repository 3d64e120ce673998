"""Steps 6 and 7 of an event's life: what the bus loses has its effect all the same, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from psycopg_pool import AsyncConnectionPool

from libs.chassis import reaction
from libs.chassis.bus import stream_name
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.envelope import Heard
from libs.chassis.feed import FeedPage
from libs.chassis.gaps import Gaps
from libs.chassis.reaction import Policy, Reactions
from libs.contracts.tracking import CaseOpened
from libs.ledger.act import Act, new_id
from libs.ledger.ledger import Ledger
from libs.ledger.reader import LedgerReader
from libs.testkit.servers import provisioned
from libs.testkit.waiting import until
from services.tracking.domain.case import Case
from tests.libs.chassis.life.rig import SERVICE, Rig, rig, running
from tests.libs.chassis.life.test_relay import _stream_without_guards, _until_relayed, ours
from tests.libs.ledger.laying import EVENTS

LISTENER = "portal"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what a test would have to sit out; the order of things stays as it ships."""
    monkeypatch.setattr(reaction, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(reaction, "PULL_SECONDS", 0.2)


@dataclass(slots=True)
class Listener:
    """A service that does something whenever a case is opened: it notes the number."""

    pool: AsyncConnectionPool[Any]
    ledger: Ledger
    policy: Policy

    async def noted(self) -> list[str]:
        events = await LedgerReader(self.pool, LISTENER).after(0)
        return sorted(event.data["number"] for event in events)

    async def settled(self, made: Rig, many: int) -> bool:
        """Whether the policy's consumer delivered so many, and all are acknowledged."""
        name = stream_name(SERVICE, made.bus.origin)
        info = await made.bus.jetstream.consumer_info(name, f"{LISTENER}-{self.policy.name}")
        delivered = info.delivered.consumer_seq if info.delivered else 0
        return bool(delivered >= many and info.num_pending == 0 and info.num_ack_pending == 0)


def noting(ledger: Ledger) -> Policy:
    """A policy whose effect shows what is lost or doubled."""

    def follow(heard: Heard, act: Act) -> None:
        if isinstance(heard.event, CaseOpened):
            ledger.record(act, Case.open(uuid4(), heard.event.number, act.recorded_at))

    return Policy("note", CaseOpened.topic, follow)


def without_key(ledger: Ledger) -> Policy:
    """Forget which event the effect follows from."""
    policy = noting(ledger)
    return replace(
        policy, follow=lambda heard, act: policy.follow(heard, replace(act, key=new_id()))
    )


@asynccontextmanager
async def listener(made: Rig, make: Callable[[Ledger], Policy] = noting) -> AsyncIterator[Listener]:
    url = provisioned(made.database, LISTENER)
    ledger = Ledger(LISTENER, url, EVENTS)
    async with AsyncConnectionPool[Any](url, min_size=1, max_size=2, open=False) as pool:
        try:
            yield Listener(pool, ledger, make(ledger))
        finally:
            await asyncio.to_thread(ledger.close)


@asynccontextmanager
async def reacting(
    made: Rig, side: Listener, kind: type[Reactions], gaps: type[Gaps]
) -> AsyncIterator[Reactions]:
    reactions = kind(side.pool, LISTENER, made.bus, [side.policy])
    await reactions.start()
    try:
        watched = gaps(side.pool, LISTENER, reactions, made.bus, SERVICE, made.pages)
        async with running(watched.run()):
            yield reactions
    finally:
        await reactions.stop()


# --- the stream is wiped ------------------------------------------------------------------------


class Unwatched(Reactions):
    """Does not look whether stream and consumer still stand."""

    async def _look_at(self, _: str) -> None:
        pass


async def check_wiped(
    database: str,
    nats: EmbeddedNats,
    kind: type[Reactions] = Reactions,
    make: Callable[[Ledger], Policy] = noting,
) -> None:
    """What was recorded before and after the stream was deleted has its effect, once."""
    async with rig(database, nats.url) as made, listener(made, make) as side:
        relay = ours(made)
        async with running(relay.run()), reacting(made, side, kind, Gaps):
            await made.record(2)
            await until(lambda: side.settled(made, 2), what="the first are settled")
            await made.bus.jetstream.delete_stream(stream_name(SERVICE, made.bus.origin))
            await made.record(2)

            async def heard_anew() -> bool:
                name = (await made.bus.provide_stream(SERVICE)).config.name or ""
                consumers = await made.bus.jetstream.consumers_info(name)
                return any(each.name == f"{LISTENER}-note" for each in consumers)

            await until(heard_anew, 10, "the policy listens again")
            await until(lambda: side.settled(made, 4), 30, "all are settled")
        if await side.noted() != ["REC-0", "REC-0", "REC-1", "REC-1"]:
            pytest.fail("lost or doubled", pytrace=False)


def test_a_wiped_stream_loses_and_doubles_no_effect(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_wiped(database, nats))


def test_reactions_that_nobody_looks_after_are_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError, match="listens again"):
        asyncio.run(check_wiped(database, nats, Unwatched))


def test_a_replay_without_the_events_keys_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(pytest.fail.Exception, match="lost or doubled"):
        asyncio.run(check_wiped(database, nats, make=without_key))


# --- a message is lost --------------------------------------------------------------------------


class LeavingGaps(Gaps):
    """Sees a gap and lets it be."""

    async def _missed(self, _: FeedPage) -> None:
        pass


async def check_gap(
    database: str,
    nats: EmbeddedNats,
    gaps: type[Gaps],
    make: Callable[[Ledger], Policy] = noting,
) -> None:
    """A message that is deleted before it is delivered has its effect, once, as the others."""
    async with rig(database, nats.url) as made, listener(made, make) as side:
        await _stream_without_guards(made)
        relay = ours(made)
        async with running(relay.run()):
            await made.record(4)
            await _until_relayed(made, relay)
            name = stream_name(SERVICE, made.bus.origin)
            for place in (1, 2):
                assert await made.bus.jetstream.delete_msg(name, place)
            async with reacting(made, side, Reactions, gaps):
                await until(lambda: side.settled(made, 2), what="what was delivered is settled")

                async def all_noted() -> bool:
                    return len(await side.noted()) >= 4

                await until(all_noted, 10, "what was lost is made up for")
        assert await side.noted() == ["REC-0", "REC-1", "REC-2", "REC-3"]


def test_a_message_that_the_bus_lost_has_its_effect(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_gap(database, nats, Gaps))


def test_a_gap_that_is_let_be_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError, match="made up for"):
        asyncio.run(check_gap(database, nats, LeavingGaps))


def test_a_lost_event_that_cannot_be_settled_is_parked(database: str, nats: EmbeddedNats) -> None:
    def broken(_: Ledger) -> Policy:
        def follow(heard: Heard, act: Act) -> None:
            del heard, act
            msg = "it cannot be done"
            raise RuntimeError(msg)

        return Policy("note", CaseOpened.topic, follow)

    async def story() -> None:
        async with rig(database, nats.url) as made, listener(made, broken) as side:
            await made.record(1)
            reactions = Reactions(side.pool, LISTENER, made.bus, [side.policy])
            [page] = [each async for each in made.pages(SERVICE, 0, 1)]
            headers, body = page.events[0]
            for _ in range(reaction.MOST_DELIVERIES - 1):
                with pytest.raises(RuntimeError):
                    await reactions.make_up(headers, body)
            await reactions.make_up(headers, body)
            async with side.pool.connection() as connection:
                cursor = await connection.execute(
                    "SELECT reaction, event_id FROM portal_read.quarantine"
                )
                assert await cursor.fetchall() == [("note", headers["ce-id"])]

    asyncio.run(story())
