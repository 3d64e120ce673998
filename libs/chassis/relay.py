"""The relay: what a ledger holds and a contract names goes to the stream, in order, once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nats.errors import Error as NatsError
from nats.js.api import Header

from libs.chassis.bus import incarnation_of, stream_name
from libs.chassis.envelope import body_of, headers_of, subject_of
from libs.chassis.telemetry import span, traceparent
from libs.ledger.reader import leave_if_cancelled, wait

if TYPE_CHECKING:
    from nats.js.api import StreamInfo

    from libs.chassis.bus import Bus
    from libs.ledger.reader import LedgerReader, Recorded, Signal

PAUSE = 0.2
LONGEST_PAUSE = 5.0
ANSWER_SECONDS = 10.0
logger = logging.getLogger(__name__)


class StreamEmptied(Exception):  # noqa: N818  a state of the stream, named as one
    """The stream held messages that are gone; only ``dhakira republish`` may fill it again."""


@dataclass(slots=True)
class Place:
    """The last message that is really in the stream: where the relay goes on from."""

    ledger_sequence: int = 0
    event_id: str = ""


class Relay:
    """Follows one ledger; keeps no state of its own (see ``Place``)."""

    def __init__(self, reader: LedgerReader, signal: Signal, bus: Bus) -> None:
        """Relay the ledger that ``reader`` reads to ``bus``."""
        self._reader = reader
        self._signal = signal
        self._bus = bus
        self.service = reader.service
        self.position = 0
        self.incarnation = ""
        self.problem = ""

    async def run(self) -> None:
        """Relay until cancelled; after any trouble, start again from what the stream holds."""
        pause = PAUSE
        grown = self._signal.subscribe()
        while True:
            try:
                await self._follow(grown)
            except Exception as reason:  # noqa: BLE001  whatever it is, the relay starts again from the stream
                leave_if_cancelled()
                self.problem = f"{type(reason).__name__}: {reason}"
                if not isinstance(reason, (NatsError, OSError)):
                    logger.warning("relay of %s starts again: %s", self.service, self.problem)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                pause = PAUSE

    async def _follow(self, grown: asyncio.Event) -> None:
        place = await self._resume()
        self.position = place.ledger_sequence
        while True:
            leave_if_cancelled()
            if not self._signal.leads:
                await wait(grown)
                return
            events = await self._reader.after(self.position)
            if not events:
                self.problem = ""
                await wait(grown)
                await self._still_the_same_stream()
                continue
            await self._publish(events, place)
            self.position = events[-1].sequence

    async def _still_the_same_stream(self) -> None:
        info = await self._bus.provide_stream(self.service)
        if incarnation_of(info) != self.incarnation:
            msg = "the stream was made again"
            raise StreamEmptied(msg)
        self._must_hold_what_it_held(info)

    def _must_hold_what_it_held(self, info: StreamInfo) -> None:
        if info.state.messages == 0 and info.state.last_seq > 0:
            msg = f"the stream of {self.service} held messages and is empty now"
            raise StreamEmptied(msg)

    async def _resume(self) -> Place:
        info = await self._bus.provide_stream(self.service)
        self.incarnation = incarnation_of(info)
        if info.state.last_seq == 0:
            return Place()
        self._must_hold_what_it_held(info)
        last = await self._bus.jetstream.get_msg(
            stream_name(self.service, self._bus.origin), seq=info.state.last_seq
        )
        headers = last.headers or {}
        return Place(int(headers["ce-sequence"]), headers["ce-id"])

    async def _publish(self, events: list[Recorded], place: Place) -> None:
        """Send the public ones of ``events``; only the last is answered, and answers for all.

        Each names the message before it, so the stream takes the last only if it took them all.
        """
        messages = [each for event in events if (each := self._message(event, place)) is not None]
        if not messages:
            return
        for subject, body, headers in messages[:-1]:
            await self._bus.client.publish(subject, body, headers=headers)
        subject, body, headers = messages[-1]
        await self._bus.jetstream.publish(subject, body, timeout=ANSWER_SECONDS, headers=headers)

    def _message(self, event: Recorded, place: Place) -> tuple[str, bytes, dict[str, str]] | None:
        body = body_of(event)
        if body is None:
            return None
        with span("relay", event.meta.get("trace"), topic=event.topic):
            headers = self._headers(event, place)
        place.ledger_sequence, place.event_id = event.sequence, event.event_id
        return subject_of(self._bus.origin, event.topic), body, headers

    def _headers(self, event: Recorded, place: Place) -> dict[str, str]:
        headers = headers_of(
            event, service=self.service, origin=self._bus.origin, previous=place.event_id
        )
        if "traceparent" in headers:
            headers["traceparent"] = traceparent() or headers["traceparent"]
        headers[Header.EXPECTED_STREAM.value] = stream_name(self.service, self._bus.origin)
        headers[Header.MSG_ID.value] = event.event_id
        if place.event_id:
            headers[Header.EXPECTED_LAST_MSG_ID.value] = place.event_id
        else:
            headers[Header.EXPECTED_LAST_SEQUENCE.value] = "0"
        return headers
