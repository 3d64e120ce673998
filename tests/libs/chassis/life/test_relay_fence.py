"""Step 5 of an event's life: a message enters the stream only behind the one it names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js.api import Header, StorageType, StreamConfig
from nats.js.errors import APIError

from libs.chassis.bus import Bus, incarnation_of, stream_name, subjects_of
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.relay import Place, Relay
from libs.ledger.reader import Recorded, Signal
from tests.libs.chassis.life.rig import SERVICE, Rig, rig, running
from tests.libs.chassis.life.test_relay import _in_stream, _until_relayed

SHORTEST_WINDOW = 0.1
WRONG_LAST_MESSAGE = 10070


class Unfenced(Relay):
    """Says which event its message is, but not which message must stand before it."""

    def _headers(self, event: Recorded, place: Place) -> dict[str, str]:
        headers = super()._headers(event, place)
        expected = (Header.EXPECTED_LAST_MSG_ID.value, Header.EXPECTED_LAST_SEQUENCE.value)
        return {name: headers[name] for name in headers if name not in expected}

    def _batch_headers(self, *_: object) -> dict[str, str]:
        return {}


# --- two relays at once -------------------------------------------------------------------------


class Side(Relay):
    """One of two relays that both believe to lead, and begin from the same place."""

    def __init__(self, made: Rig, start: asyncio.Barrier) -> None:
        signal = Signal(made.url, SERVICE)
        signal.leads = True
        super().__init__(made.reader, signal, made.bus)
        self._start: asyncio.Barrier | None = start
        self.go = asyncio.Event()

    async def _resume(self) -> Place:
        place = await super()._resume()
        start, self._start = self._start, None
        if start is not None:
            await start.wait()
        return place

    async def _publish(self, events: list[Recorded], place: Place) -> None:
        await self.go.wait()
        await super()._publish(events, place)


class UnfencedSide(Unfenced, Side):
    """One of two that both believe to lead, and say so to nobody."""


async def _stream_that_soon_forgets_ids(made: Rig) -> None:
    """A stream that takes an event for new again as soon as the server allows."""
    await made.bus.jetstream.add_stream(
        StreamConfig(
            name=stream_name(SERVICE, made.bus.origin),
            subjects=[subjects_of(SERVICE, made.bus.origin)],
            storage=StorageType.FILE,
            duplicate_window=SHORTEST_WINDOW,
            metadata={"incarnation": "laid-by-hand"},
        )
    )


async def _until_forgotten(made: Rig) -> None:
    """Wait until the stream no longer knows the last event's id; no question here is stored."""
    last = (await made.streamed())[-1]
    headers = {
        Header.MSG_ID.value: (last.headers or {})["ce-id"],
        Header.EXPECTED_LAST_MSG_ID.value: "what was never there",
    }
    while True:
        try:
            answer = await made.bus.jetstream.publish(str(last.subject), b"", headers=headers)
        except APIError as refused:
            assert refused.err_code == WRONG_LAST_MESSAGE  # noqa: PT017  any other is a defect of the test
            return
        assert answer.duplicate


async def check_fenced(database: str, nats: EmbeddedNats, side: type[Side]) -> None:
    """A relay that slept longer than the stream knows ids must double nothing when it wakes."""
    async with rig(database, nats.url) as made:
        await _stream_that_soon_forgets_ids(made)
        await made.record(30)
        start = asyncio.Barrier(2)
        awake, sleeper = side(made, start), side(made, start)
        awake.go.set()
        async with running(awake.run(), sleeper.run()):
            await _until_relayed(made, awake)
            await _until_forgotten(made)
            sleeper.go.set()
            await _until_relayed(made, sleeper)
        await _in_stream(made)


@pytest.mark.parametrize("batches", [True, False], ids=["together", "one by one"])
def test_a_second_relay_is_fenced_off(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch, *, batches: bool
) -> None:
    monkeypatch.setattr(Bus, "takes_batches", batches)
    asyncio.run(check_fenced(database, nats, Side))


def test_relays_without_a_fence_are_caught(database: str, nats: EmbeddedNats) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(check_fenced(database, nats, UnfencedSide))


# --- a stream from before batches ---------------------------------------------------------------


async def check_taking_over(database: str, nats: EmbeddedNats) -> None:
    """A stream that was made when the bus knew no batches must take them, and lose nothing."""
    async with rig(database, nats.url) as made:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Bus, "takes_batches", value=False)
            before = await made.bus.provide_stream(SERVICE)
            relay = Relay(made.reader, made.signal, made.bus)
            async with running(relay.run()):
                await made.record(3)
                await _until_relayed(made, relay)
        await made.record(4)
        relay = Relay(made.reader, made.signal, made.bus)
        async with running(relay.run()):
            await _until_relayed(made, relay)
        await _in_stream(made)
        now = await made.bus.provide_stream(SERVICE)
        assert incarnation_of(now) == incarnation_of(before)
        assert (before.config.allow_atomic, now.config.allow_atomic) == (None, True)
        last = (await made.streamed())[-1].headers or {}
        assert last[Header.BATCH_SEQUENCE.value] == "3"


def test_a_stream_from_before_batches_takes_them(database: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_taking_over(database, nats))


# --- a message is lost on its way to the stream -------------------------------------------------


class LosingClient:
    """A connection that loses the third message that no answer is asked for, once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sent = 0
        self.connected_server_version = client.connected_server_version

    async def publish(self, subject: str, payload: bytes, **more: Any) -> None:
        self._sent += 1
        if self._sent != 3:
            await self._client.publish(subject, payload, **more)


class LosingBus(Bus):
    """A bus on which a message is lost; requests and their answers are not."""

    losing: LosingClient | None = None

    @property
    def client(self) -> Any:
        client = super().client
        self.losing = self.losing or LosingClient(client)
        return self.losing


async def check_lost_on_the_way(
    database: str, nats: EmbeddedNats, make: Callable[[Rig, Bus], Relay]
) -> None:
    """Where one of a batch does not arrive, none behind it may stand in the stream before it."""
    async with rig(database, nats.url) as made:
        await made.record(6)
        bus = LosingBus(nats.url, made.bus.origin)
        await bus.connect()
        bus._jetstream = bus._client.jetstream() if bus._client else None
        try:
            relay = make(made, bus)
            async with running(relay.run()):
                await _until_relayed(made, relay)
        finally:
            bus.losing = None
            await bus.close()
        await _in_stream(made)


@pytest.mark.parametrize("batches", [True, False], ids=["together", "one by one"])
def test_a_message_lost_on_the_way_is_sent_again_in_its_place(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch, *, batches: bool
) -> None:
    monkeypatch.setattr(Bus, "takes_batches", batches)
    asyncio.run(
        check_lost_on_the_way(
            database, nats, lambda made, bus: Relay(made.reader, made.signal, bus)
        )
    )


@pytest.mark.parametrize("batches", [True, False], ids=["together", "one by one"])
def test_a_hole_that_nobody_fences_is_caught(
    database: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch, *, batches: bool
) -> None:
    monkeypatch.setattr(Bus, "takes_batches", batches)
    with pytest.raises(AssertionError):
        asyncio.run(
            check_lost_on_the_way(
                database, nats, lambda made, bus: Unfenced(made.reader, made.signal, bus)
            )
        )
