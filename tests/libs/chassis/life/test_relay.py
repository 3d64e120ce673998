"""Step 5 of an event's life: what a contract names is in the stream, in order, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from nats.js.api import Header, StorageType, StreamConfig

from libs.chassis import relay as relaying
from libs.chassis.bus import incarnation_of, stream_name, subjects_of
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.relay import Place, Relay
from libs.chassis.telemetry import set_up
from libs.ledger.reader import Recorded
from libs.testkit.waiting import until
from tests.libs.chassis.life.rig import SERVICE, Rig, rig, running
from tests.libs.ledger.laying import act, new_case

MakeRelay = Callable[[Rig], Relay]


def ours(made: Rig) -> Relay:
    return Relay(made.reader, made.signal, made.bus)


async def _until_relayed(made: Rig, relay: Relay, seconds: float = 15) -> None:
    head = await made.reader.head()

    async def arrived() -> bool:
        return relay.position >= head

    await until(arrived, seconds, "the relay reaches the ledger's end")


async def _in_stream(made: Rig) -> None:
    """Everything public, in order, once, and nothing else: each message names the one before it."""
    messages = [message.headers or {} for message in await made.streamed()]
    assert [each["ce-id"] for each in messages] == await made.ids()
    before = ["", *(each["ce-id"] for each in messages)]
    assert [each["ce-previd"] for each in messages] == before[:-1]


# --- the stream is wiped ------------------------------------------------------------------------


class ForgetfulOfTheStream(Relay):
    """Goes on from where it remembers to have been, whatever the stream holds."""

    remembered = Place()

    async def _resume(self) -> Place:
        place = await super()._resume()
        return self.remembered if self.remembered.ledger_sequence else place

    async def _publish(self, events: list[Recorded], place: Place) -> None:
        await super()._publish(events, place)
        self.remembered = Place(place.ledger_sequence, "")

    def _headers(self, event: Recorded, place: Place) -> dict[str, str]:
        headers = super()._headers(event, place)
        return {name: headers[name] for name in headers if not name.startswith("Nats-Expected")}


class NotLooking(Relay):
    """Looks at the stream only when there is something to publish."""

    async def _still_the_same_stream(self) -> bool:
        return True


class NeverFilling(Relay):
    """Takes what it relayed once for relayed, and begins an empty stream where the ledger ends."""

    async def _resume(self) -> Place:
        place = await super()._resume()
        return Place(await self._reader.head()) if place.event_id == "" and self.filled else place

    async def _publish(self, events: list[Recorded], place: Place) -> None:
        await super()._publish(events, place)
        self.filled = True

    filled = False


async def check_wiped(database: str, nats: EmbeddedNats, make: MakeRelay, more: int) -> None:
    """A stream that was deleted must be filled again from the first event: same ids, same order.

    ``more`` events are recorded after it was deleted; when there are none, nothing but the relay
    looks at the stream.
    """
    async with rig(database, nats.url) as made:
        relay = make(made)
        name = stream_name(SERVICE, made.bus.origin)
        async with running(relay.run()):
            await made.record(5)
            await _until_relayed(made, relay)
            await _in_stream(made)
            before = incarnation_of(await made.bus.jetstream.stream_info(name))
            await made.bus.jetstream.delete_stream(name)
            await made.record(more)

            async def filled() -> bool:
                return len(await made.streamed()) >= 5 + more

            await until(filled, 4, "the stream is filled again")
            await _in_stream(made)
            assert incarnation_of(await made.bus.jetstream.stream_info(name)) != before


@pytest.mark.parametrize("more", [0, 1], ids=["nothing more", "one more"])
def test_a_wiped_stream_is_filled_again_from_the_first_event(
    database: str, nats: EmbeddedNats, more: int
) -> None:
    asyncio.run(check_wiped(database, nats, ours, more))


@pytest.mark.parametrize(
    ("kind", "more"),
    [(ForgetfulOfTheStream, 1), (NotLooking, 0), (NeverFilling, 0), (NeverFilling, 1)],
)
def test_a_relay_that_leaves_a_wiped_stream_empty_is_caught(
    database: str, nats: EmbeddedNats, kind: type[Relay], more: int
) -> None:
    with pytest.raises(AssertionError, match="filled again"):
        asyncio.run(
            check_wiped(database, nats, lambda made: kind(made.reader, made.signal, made.bus), more)
        )


# --- the stream held messages and holds none ----------------------------------------------------


class Refilling(Relay):
    """Takes a stream that was emptied for a new one."""

    async def _resume(self) -> Place:
        info = await self._bus.provide_stream(self.service)
        return await super()._resume() if info.state.messages else Place()

    def _headers(self, event: Recorded, place: Place) -> dict[str, str]:
        headers = super()._headers(event, place)
        headers.pop(Header.EXPECTED_LAST_SEQUENCE.value, None)
        return headers


async def _stream_without_guards(made: Rig) -> None:
    """A stream of another's making, from which messages can be deleted."""
    name = stream_name(SERVICE, made.bus.origin)
    await made.bus.jetstream.add_stream(
        StreamConfig(
            name=name,
            subjects=[subjects_of(SERVICE, made.bus.origin)],
            storage=StorageType.FILE,
            duplicate_window=0.1,  # longer, an id outlives its deleted message
            metadata={"incarnation": "laid-by-hand"},
        )
    )


async def check_emptied(database: str, nats: EmbeddedNats, make: MakeRelay) -> None:
    """The relay must stop before a stream that lost its messages, say so, and publish nothing."""
    async with rig(database, nats.url) as made:
        await _stream_without_guards(made)
        relay = make(made)
        async with running(relay.run()):
            await made.record(3)
            await _until_relayed(made, relay)
            await made.bus.jetstream.purge_stream(stream_name(SERVICE, made.bus.origin))
            await until(lambda: _says(relay, "StreamEmptied"), what="the relay notices")
            await made.record(1)
            relay.problem = ""

            async def decided() -> bool:
                return "StreamEmptied" in relay.problem or bool(await made.streamed())

            await until(decided, what="the relay stops or goes on")
            assert await made.streamed() == []
            assert "StreamEmptied" in relay.problem


async def _says(relay: Relay, problem: str) -> bool:
    return problem in relay.problem


async def check_end_lost(database: str, nats: EmbeddedNats, kind: type[Relay]) -> None:
    """A damaged store lost the stream's end: it must be there again, though nothing new comes."""
    async with rig(database, nats.url) as made:
        await _stream_without_guards(made)
        relay = kind(made.reader, made.signal, made.bus)
        async with running(relay.run()):
            await made.record(3)
            await _until_relayed(made, relay)
            name = stream_name(SERVICE, made.bus.origin)
            for place in (2, 3):
                assert await made.bus.jetstream.delete_msg(name, place)

            async def filled() -> bool:
                return await made.streamed_ids() == await made.ids()

            await until(filled, 5, "the stream holds everything again")


def test_the_lost_end_of_a_stream_is_filled_again(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_end_lost(database, nats, Relay))


def test_a_relay_that_does_not_look_at_it_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError, match="holds everything again"):
        asyncio.run(check_end_lost(database, nats, NotLooking))


def test_a_stream_that_lost_its_messages_stops_the_relay(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_emptied(database, nats, ours))


def test_a_relay_that_fills_an_emptied_stream_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(
            check_emptied(
                database, nats, lambda made: Refilling(made.reader, made.signal, made.bus)
            )
        )


# --- the acknowledgement is lost ----------------------------------------------------------------


class CutAfterPublishing(Relay):
    """Loses the bus once, after its messages reached the stream and before it heard so."""

    cut = False

    async def _publish(self, events: list[Recorded], place: Place) -> None:
        await super()._publish(events, place)
        if not self.cut:
            self.cut = True
            msg = "the connection was cut"
            raise ConnectionError(msg)


class GoingByAcknowledgements(CutAfterPublishing):
    """Begins again after the last message that it heard acknowledged, under no one's eyes."""

    async def _resume(self) -> Place:
        await super()._resume()
        return Place(self.position)

    def _headers(self, event: Recorded, place: Place) -> dict[str, str]:
        headers = super()._headers(event, place)
        return {name: headers[name] for name in headers if not name.startswith("Nats-")}


async def check_cut(database: str, nats: EmbeddedNats, kind: type[CutAfterPublishing]) -> None:
    """After a cut between publishing and acknowledgement, each event must stand there once."""
    async with rig(database, nats.url) as made:
        await made.record(4)
        relay = kind(made.reader, made.signal, made.bus)
        async with running(relay.run()):
            await _until_relayed(made, relay)
            await made.record(2)
            await _until_relayed(made, relay)
        assert relay.cut
        await _in_stream(made)


def test_after_a_cut_the_relay_goes_on_from_what_the_stream_holds(
    database: str, nats: EmbeddedNats
) -> None:
    asyncio.run(check_cut(database, nats, CutAfterPublishing))


def test_a_relay_that_goes_by_acknowledgements_is_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_cut(database, nats, GoingByAcknowledgements))


# --- what is private ----------------------------------------------------------------------------


async def check_private(database: str, nats: EmbeddedNats) -> None:
    """An event that no contract names must never reach the stream, and break no chain."""
    async with rig(database, nats.url) as made:
        relay = ours(made)
        async with running(relay.run()):
            await made.record(1)
            await made.record_private()
            await made.record(1)
            await made.record_private()
            await _until_relayed(made, relay)
        topics = [(message.headers or {})["ce-type"] for message in await made.streamed()]
        assert topics == ["tracking.case.opened.v1"] * 2
        await _in_stream(made)


def test_private_events_stay_private(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_private(database, nats))


def test_a_relay_that_publishes_everything_is_caught(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "body_of", lambda _: b"{}")
    with pytest.raises(AssertionError):
        asyncio.run(check_private(database, nats))


# --- traces -------------------------------------------------------------------------------------

ONE, OTHER = (f"00-{digit * 32}-{digit * 16}-01" for digit in "ab")


def test_what_one_act_caused_is_sent_under_one_span(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_spans(database, nats))


async def check_spans(database: str, nats: EmbeddedNats) -> None:
    """Events of one trace must share the span that sends them; nobody else's may."""
    set_up()
    async with rig(database, nats.url) as made:
        for number, trace in enumerate((ONE, ONE, OTHER)):
            caused = replace(act(), traceparent=trace)
            await asyncio.to_thread(made.ledger.record, caused, new_case(f"REC-{number}"))
        relay = ours(made)
        async with running(relay.run()):
            await _until_relayed(made, relay)
        told = [(each.headers or {})["traceparent"] for each in await made.streamed()]
        first, second, third = (each.split("-")[1:3] for each in told)
        assert first == second
        assert [first[0], third[0]] == ["a" * 32, "b" * 32]
        assert {first[1], third[1]}.isdisjoint({"a" * 16, "b" * 16})
