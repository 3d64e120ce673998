"""Step 6 of an event's life: what others read holds each event once, in order, healed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from nats.aio.msg import Msg
from psycopg import AsyncCursor
from psycopg_pool import AsyncConnectionPool

from libs.chassis.bus import stream_name
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.envelope import Heard
from libs.chassis.feed import FeedPage
from libs.chassis.positions import Position, Positions
from libs.chassis.projection import ForeignFollower
from libs.ledger.reader import Recorded
from libs.testkit.servers import provisioned
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import SERVICE, Rig, Shelf, rig, running
from tests.libs.chassis.life.test_relay import _stream_without_guards, _until_relayed, ours

READER = "portal"
#: How the messages of events 1 to 4 may come: by place in the ledger.
ARRIVALS = {
    "repeated": [1, 2, 2, 3, 1, 4, 4],
    "out of order": [1, 3, 2, 4],
    "one missing": [1, 2, 4],
    "the first missing": [2, 3, 4],
    "all but the last missing": [4],
}


@asynccontextmanager
async def read_side(made: Rig) -> AsyncIterator[tuple[AsyncConnectionPool[Any], Shelf]]:
    """A database of the reader's own roles, with the rows to fill."""
    url = provisioned(made.database, READER)
    shelf = Shelf(READER)
    async with AsyncConnectionPool[Any](url, min_size=1, max_size=2, open=False) as pool:
        await shelf.lay(pool)
        yield pool, shelf


def follower_of(
    made: Rig, pool: AsyncConnectionPool[Any], shelf: Shelf, kind: type[ForeignFollower]
) -> ForeignFollower:
    return kind(pool, READER, shelf, made.bus, SERVICE, made.pages)


async def _until_at(follower: ForeignFollower, sequence: int, seconds: float = 15) -> None:
    async def arrived() -> bool:
        return follower.position.sequence >= sequence

    await until(
        arrived, seconds, f"the read model reaches {sequence}; it says {follower.problem!r}"
    )


async def _arrive(made: Rig, order: Sequence[int]) -> None:
    """Publish events in this order; each names the event that stands before it in the ledger."""
    events: list[Recorded] = await made.reader.after(0)
    before = ["", *(event.event_id for event in events)]
    await made.bus.provide_stream(SERVICE)
    await made.publish([events[n - 1] for n in order], [before[n - 1] for n in order])


# --- repeated, out of order, missing ------------------------------------------------------------


class TrustingTheOrder(ForeignFollower):
    """Takes what comes for what is next: no look at ``previd``, no healing."""

    async def _take(self, messages: list[Msg], incarnation: str) -> bool:
        heard = [event for each in messages if (event := self._read(each)) is not None]
        fresh = [event for event in heard if event.sequence > self.position.sequence]
        last = max((*heard, *fresh), key=lambda event: event.sequence)
        place = messages[-1].metadata.sequence.stream
        await self._write(fresh, Position(incarnation, place, last.sequence, last.id))
        return True


class TrustingTheBus(ForeignFollower):
    """Takes every message for a new one."""

    async def _take(self, messages: list[Msg], incarnation: str) -> bool:
        heard = [event for each in messages if (event := self._read(each)) is not None]
        place = messages[-1].metadata.sequence.stream
        await self._write(heard, Position(incarnation, place, heard[-1].sequence, heard[-1].id))
        return True


async def check_arrival(
    database: str, nats: EmbeddedNats, kind: type[ForeignFollower], order: Sequence[int]
) -> None:
    """However the messages come, each event must stand in the rows once, in the ledger's order."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        await made.record(4)
        await _arrive(made, order)
        follower = follower_of(made, pool, shelf, kind)
        async with running(follower.run()):
            await _until_at(follower, 4)

            async def all_taken() -> bool:
                return follower.position.stream_sequence == len(order)

            await until(all_taken, what="every message is taken")
        assert await shelf.held(pool) == [1, 2, 3, 4]


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_every_event_stands_once_and_in_order(
    database: str, nats: EmbeddedNats, arrival: str
) -> None:
    asyncio.run(check_arrival(database, nats, ForeignFollower, ARRIVALS[arrival]))


@pytest.mark.parametrize(
    ("kind", "arrival"),
    [
        (TrustingTheBus, "repeated"),
        (TrustingTheOrder, "out of order"),
        (TrustingTheOrder, "one missing"),
        (TrustingTheOrder, "the first missing"),
    ],
)
def test_a_reader_that_trusts_the_bus_is_caught(
    database: str, nats: EmbeddedNats, kind: type[ForeignFollower], arrival: str
) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_arrival(database, nats, kind, ARRIVALS[arrival]))


def test_a_message_deleted_from_the_stream_is_read_from_the_feed(
    database: str, nats: EmbeddedNats
) -> None:
    async def story() -> None:
        async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
            await _stream_without_guards(made)
            relay = ours(made)
            async with running(relay.run()):
                await made.record(4)
                await _until_relayed(made, relay)
            name = stream_name(SERVICE, made.bus.origin)
            assert await made.bus.jetstream.delete_msg(name, 2)
            follower = follower_of(made, pool, shelf, ForeignFollower)
            async with running(follower.run()):
                await _until_at(follower, 4)
            assert await shelf.held(pool) == [1, 2, 3, 4]

    asyncio.run(story())


# --- the stream is made again -------------------------------------------------------------------


class BlindToTheStream(ForeignFollower):
    """Does not notice that the stream is another one: goes on at the old place."""

    async def _subscribe(self, start: int) -> Any:
        return await super()._subscribe(max(start, self.furthest + 1))

    furthest = 0

    async def _write(self, events: Sequence[Heard], position: Position) -> None:
        await super()._write(events, position)
        self.furthest = max(self.furthest, position.stream_sequence)


async def check_made_again(database: str, nats: EmbeddedNats, kind: type[ForeignFollower]) -> None:
    """A stream that was wiped and filled again must lose and double nothing at the reader's."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        await made.record(3)
        await _arrive(made, [1, 1, 2, 2, 3, 3])
        follower = follower_of(made, pool, shelf, kind)
        async with running(follower.run()):
            await _until_at(follower, 3)
            await made.bus.jetstream.delete_stream(stream_name(SERVICE, made.bus.origin))
            await made.record(2)
            relay = ours(made)
            async with running(relay.run()):
                await _until_relayed(made, relay)
            await _until_at(follower, 5, 8)
        assert await shelf.held(pool) == [1, 2, 3, 4, 5]


def test_a_stream_made_again_loses_and_doubles_nothing(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_made_again(database, nats, ForeignFollower))


def test_a_reader_that_does_not_notice_another_stream_is_caught(
    database: str, nats: EmbeddedNats
) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_made_again(database, nats, BlindToTheStream))


# --- the reader starts again --------------------------------------------------------------------


class Unkept(Positions):
    """Writes no position."""

    async def write(self, cursor: AsyncCursor[Any], source: str, position: Position) -> None:
        """Let it go."""


class Forgetful(ForeignFollower):
    """Keeps its position in memory alone."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._positions = Unkept(READER, Shelf.name)


async def check_restart(database: str, nats: EmbeddedNats, kind: type[ForeignFollower]) -> None:
    """A reader that starts again must go on where its rows end."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        await made.record(5)
        await _arrive(made, [1, 2, 3])
        for order, last in (([], 3), ([4, 5], 5)):
            if order:
                await _arrive(made, order)
            follower = follower_of(made, pool, shelf, kind)
            async with running(follower.run()):
                await _until_at(follower, last)
        assert await shelf.held(pool) == [1, 2, 3, 4, 5]


def test_the_position_survives_a_restart(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_restart(database, nats, ForeignFollower))


def test_a_position_that_is_not_kept_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_restart(database, nats, Forgetful))


class Unfenced(Positions):
    """Believes that the rows stand where this process left them."""

    def __init__(self, *given: Any, follower: ForeignFollower) -> None:
        super().__init__(*given)
        self._follower = follower

    async def read(self, cursor: AsyncCursor[Any], source: str, *, hold: bool = False) -> Position:
        return self._follower.position if hold else await super().read(cursor, source)


class Alone(ForeignFollower):
    """Does not look whether another process was there meanwhile."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._positions = Unfenced(READER, Shelf.name, follower=self)


async def check_two(database: str, nats: EmbeddedNats, kind: type[ForeignFollower]) -> None:
    """Two processes may keep the same read model: each event still stands in it once."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        followers = [follower_of(made, pool, shelf, kind) for _ in range(2)]
        async with running(*(follower.run() for follower in followers)):
            await made.record(6)
            for number in range(1, 7):
                await _arrive(made, [number])
                for follower in followers:
                    await _until_at(follower, number)
        assert await shelf.held(pool) == [1, 2, 3, 4, 5, 6]


def test_two_processes_double_nothing(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_two(database, nats, ForeignFollower))


def test_two_that_do_not_look_at_one_another_are_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_two(database, nats, Alone))


# --- an event that is unknown here --------------------------------------------------------------


class StoppedByTheUnknown(ForeignFollower):
    """Passes an event of an unknown contract over as if it had not been in the chain at all."""

    async def _take(self, messages: list[Msg], incarnation: str) -> bool:
        known = [each for each in messages if self._read(each) is not None]
        return await super()._take(known, incarnation)


async def check_unknown(
    database: str, nats: EmbeddedNats, kind: type[ForeignFollower], missing: list[int]
) -> None:
    """An event of an unknown contract is passed over: it is no gap, and it hides none."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        await made.record(5)
        events = await made.reader.after(0)
        ids = [event.event_id for event in events]
        await _arrive(made, [n for n in (1, 2) if n not in missing])
        subject = f"evt.{made.bus.origin}.tracking.case.sung.v1"
        strange = {"ce-id": ids[2], "ce-sequence": "3", "ce-type": "tracking.case.sung.v1"}
        await made.bus.jetstream.publish(subject, b"{}", headers=strange | {"ce-previd": ids[1]})
        await made.publish(events[3:], ids[2:4])
        asked = list[int]()

        async def pages(source: str, after: int, until_: int) -> AsyncIterator[FeedPage]:
            asked.append(until_)
            async for page in made.pages(source, after, until_):
                known = [each for each in page.events if each[0]["ce-sequence"] != "3"]
                yield FeedPage(known, page.position)

        follower = follower_of(made, pool, shelf, kind)
        follower._pages = pages
        async with running(follower.run()):
            await _until_at(follower, 5)
        assert await shelf.held(pool) == [1, 2, 4, 5]
        assert bool(asked) == bool(missing)


@pytest.mark.parametrize("missing", [[], [2], [1, 2]], ids=["no gap", "a gap", "all before"])
def test_an_event_of_an_unknown_contract_is_passed_over(
    database: str, nats: EmbeddedNats, missing: list[int]
) -> None:
    asyncio.run(check_unknown(database, nats, ForeignFollower, missing))


def test_a_chain_that_leaves_the_unknown_out_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_unknown(database, nats, StoppedByTheUnknown, []))
