"""Steps 5 and 6 of an event's life: a ledger that was restored, and a bus that was not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import psycopg
import pytest
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from libs.chassis.bus import stream_name
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.gaps import Gaps
from libs.chassis.projection import AnotherHistory, ForeignFollower
from libs.chassis.reaction import Reactions
from libs.chassis.relay import Place, Relay
from libs.testkit.read_models import differences
from libs.testkit.waiting import until, until_true
from tests.libs.chassis.life.rig import SERVICE, Rig, rig, running
from tests.libs.chassis.life.small_house import SmallHouse
from tests.libs.chassis.life.test_foreign_projection import (
    READER,
    _until_at,
    follower_of,
    read_side,
)
from tests.libs.chassis.life.test_reaction_lost import listener
from tests.libs.chassis.life.test_rebuild import rows
from tests.libs.chassis.life.test_relay import (
    _in_stream,
    _stream_without_guards,
    _until_relayed,
    ours,
)

MakeRelay = Callable[[Rig], Relay]


def restore(database: str, until_position: int, service: str = SERVICE) -> None:
    """Put a ledger back to how it stood at a position, as a backup of then would."""
    with psycopg.connect(database) as connection:
        for table, column, keep in (
            (f"{service}_events", "notification_id", until_position),
            ("leaves", "idx", until_position - 1),
        ):
            here = f"{service}.{table}"
            connection.execute(f"ALTER TABLE {here} DISABLE TRIGGER keep".encode())
            connection.execute(f"DELETE FROM {here} WHERE {column} > %s".encode(), (keep,))
            connection.execute(f"ALTER TABLE {here} ENABLE ALWAYS TRIGGER keep".encode())


async def _relayed(made: Rig, relay: Relay) -> None:
    async with running(relay.run()):
        await _until_relayed(made, relay)


# --- the relay ----------------------------------------------------------------------------------


class Believing(Relay):
    """Takes the stream's last message for an event of its own ledger, whatever it is."""

    async def _is_ours(self, message: RawStreamMsg) -> bool:
        del message
        return True


class Letting(Relay):
    """Gives the stream up with all that it knows."""

    async def _keep_lost(self, last: int) -> int:
        del last
        return 0


async def check_restored(database: str, nats: EmbeddedNats, kind: type[Relay], more: int) -> Relay:
    """After a restore the stream must tell of this ledger's events alone, from the first one.

    What was accepted after the backup was taken stands in no ledger any more: it must be kept.
    """
    async with rig(database, nats.url) as made:
        await made.record(5)
        await _relayed(made, ours(made))
        accepted = await made.ids()
        await asyncio.to_thread(restore, made.database, 3)
        await made.record(more)
        relay = kind(made.reader, made.signal, made.bus)
        async with running(relay.run()):

            async def told() -> bool:
                return await made.streamed_ids() == await made.ids()

            await until(told, 8, "the stream tells of this ledger")
            await made.record(1)
            await _until_relayed(made, relay)
            await _in_stream(made)
        assert await _lost(made) == accepted[3:]
        return relay


async def _lost(made: Rig) -> list[str]:
    name = f"LOST_{stream_name(SERVICE, made.bus.origin)}"
    with contextlib.suppress(NotFoundError):
        found = [await made.bus.jetstream.get_msg(name, seq=place) for place in (2, 1)]
        return [(message.headers or {})["ce-id"] for message in found]
    return []


@pytest.mark.parametrize("more", [0, 1, 2, 4], ids=lambda more: f"{more} recorded since")
def test_a_restored_ledger_gets_a_stream_of_its_own(
    database: str, nats: EmbeddedNats, more: int
) -> None:
    relay = asyncio.run(check_restored(database, nats, Relay, more))
    assert relay.made_anew == 1


@pytest.mark.parametrize("more", [0, 2])
def test_a_relay_that_believes_the_stream_is_caught(
    database: str, nats: EmbeddedNats, more: int
) -> None:
    with pytest.raises(AssertionError, match="this ledger"):
        asyncio.run(check_restored(database, nats, Believing, more))


def test_a_relay_that_lets_go_what_no_ledger_holds_is_caught(
    database: str, nats: EmbeddedNats
) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_restored(database, nats, Letting, 1))


def test_two_ledgers_at_one_stream_do_not_wipe_it_in_turns(
    database: str, nats: EmbeddedNats
) -> None:
    async def story() -> None:
        async with rig(database, nats.url) as made:
            await made.record(3)
            relay = ours(made)
            async with running(relay.run()):
                await _until_relayed(made, relay)
                await made.record(1)
                for times in (1, 2):
                    await _until_relayed(made, relay)
                    [*_, last] = await made.reader.after(0)
                    strange = {"ce-id": f"of another ledger {times}", "ce-sequence": "99"}
                    await made.bus.jetstream.publish(
                        f"evt.{made.bus.origin}.{last.topic}", b"{}", headers=strange
                    )
                    await made.record(1)

                    async def noticed(times: int = times) -> bool:
                        if times == 1:
                            head = await made.reader.head()
                            return relay.made_anew == 1 and relay.position >= head
                        return "StreamOfAnotherHistory" in relay.problem

                    await until(noticed, what="the relay notices")
                assert relay.made_anew == 1
            last_message = await made.bus.last_message(SERVICE)
            assert (last_message.headers or {})["ce-id"] == "of another ledger 2"

    asyncio.run(story())


# --- the stream's last message is gone ----------------------------------------------------------


class LookingAtTheEnd(Relay):
    """Looks for the last message where the stream's numbers end."""

    async def _resume(self) -> Place:
        info = await self._bus.provide_stream(SERVICE)
        await self._bus.jetstream.get_msg(
            stream_name(SERVICE, self._bus.origin), seq=info.state.last_seq
        )
        return await super()._resume()


async def check_last_gone(database: str, nats: EmbeddedNats, kind: type[Relay]) -> None:
    """The stream's last message is deleted: the relay goes on from what is there."""
    async with rig(database, nats.url) as made:
        await _stream_without_guards(made)
        await made.record(3)
        await _relayed(made, ours(made))
        assert await made.bus.jetstream.delete_msg(stream_name(SERVICE, made.bus.origin), 3)
        await made.record(2)
        relay = kind(made.reader, made.signal, made.bus)
        async with running(relay.run()):
            await _until_relayed(made, relay, 5)
        assert (await made.streamed_ids())[-2:] == (await made.ids())[-2:]


def test_a_stream_without_its_last_message_is_gone_on_with(
    database: str, nats: EmbeddedNats
) -> None:
    asyncio.run(check_last_gone(database, nats, Relay))


def test_a_relay_that_finds_no_last_message_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError, match="ledger's end"):
        asyncio.run(check_last_gone(database, nats, LookingAtTheEnd))


# --- the readers --------------------------------------------------------------------------------


class Unasking(ForeignFollower):
    """Takes a stream that was made again for the same history."""

    async def _is_of_this_history(self) -> bool:
        return True


async def check_reader(database: str, nats: EmbeddedNats, kind: type[ForeignFollower]) -> None:
    """Rows that stand on what never happened are given up; those of a wiped stream are not."""
    async with rig(database, nats.url) as made, read_side(made) as (pool, shelf):
        await made.record(5)
        await _relayed(made, ours(made))
        asked = asyncio.Event()

        async def anew() -> None:
            asked.set()

        follower = follower_of(made, pool, shelf, kind)
        follower.anew = anew
        async with running(follower.run()):
            await _until_at(follower, 5)
            await made.bus.jetstream.delete_stream(stream_name(SERVICE, made.bus.origin))
            await made.record(1)
            await _relayed(made, ours(made))
            await _until_at(follower, 6)
            assert not asked.is_set()
            await asyncio.to_thread(restore, made.database, 3)
            await made.record(1)
            await _relayed(made, ours(made))

            async def given_up() -> bool:
                return asked.is_set() and AnotherHistory.__name__ in follower.problem

            await until(given_up, 8, "the rows are given up")


def test_rows_of_another_history_are_given_up(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_reader(database, nats, ForeignFollower))


def test_a_reader_that_does_not_ask_for_the_history_is_caught(
    database: str, nats: EmbeddedNats
) -> None:
    with pytest.raises(AssertionError, match="given up"):
        asyncio.run(check_reader(database, nats, Unasking))


def test_what_is_watched_for_reactions_begins_again_by_itself(
    database: str, nats: EmbeddedNats
) -> None:
    async def story() -> None:
        async with rig(database, nats.url) as made, listener(made) as side:
            await made.record(5)
            await _relayed(made, ours(made))
            reactions = Reactions(side.pool, READER, made.bus, [side.policy])
            gaps = Gaps(side.pool, READER, reactions, made.bus, SERVICE, made.pages)
            async with running(gaps.run()):
                await _until_at(gaps, 5)
                await asyncio.to_thread(restore, made.database, 3)
                await made.record(1)
                await _relayed(made, ours(made))
                [*_, last] = await made.ids()

                async def begun_again() -> bool:
                    return (gaps.position.sequence, gaps.position.last_id) == (4, last)

                await until(begun_again, what="it goes through the new stream")

    asyncio.run(story())


# --- the house ----------------------------------------------------------------------------------


def check_house(house: SmallHouse, patience: float = 40) -> None:
    """Whoever read what never happened has, in the end, read models as if it had not."""
    house.publish_one()
    house.settle()
    before, head = rows(house, "portal"), len(house.events("intake"))
    house.receive()
    house.settle()
    assert differences(before, rows(house, "portal"))
    house.run(_restored(house, head))

    async def as_before() -> bool:
        return not differences(before, await asyncio.to_thread(rows, house, "portal"))

    house.run(until(as_before, patience, "the read models are as before"))
    recommendation = house.publish_one()
    house.settle()
    until_true(lambda: not house.service("portal").failing, what="it is well again")
    told = "\n".join(rows(house, "portal")["records"])
    assert str(recommendation) in told


async def _restored(house: SmallHouse, head: int) -> None:
    """Restore intake's ledger while its relay does not run, as when its process is stopped."""
    intake = house.service("intake")
    task = intake._tasks[intake.relay]
    task.cancel()
    await asyncio.wait([task])
    await asyncio.to_thread(restore, house.database, head, "intake")
    intake._tasks[intake.relay] = asyncio.create_task(intake.relay.run())


def test_a_house_whose_ledger_was_restored_forgets_what_never_happened(house: SmallHouse) -> None:
    check_house(house)


def test_a_house_that_goes_on_with_rows_of_another_history_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ForeignFollower, "_is_of_this_history", Unasking._is_of_this_history)
    with pytest.raises(AssertionError, match="as before"):
        check_house(house, 12)
