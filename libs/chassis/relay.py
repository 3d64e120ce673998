"""The relay: what a ledger holds and a contract names goes to the stream, in order, once."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from nats.js.api import Header
from nats.js.errors import NotFoundError

from libs.chassis.bus import incarnation_of, stream_name
from libs.chassis.envelope import body_of, headers_of, subject_of
from libs.chassis.telemetry import span, traceparent
from libs.ledger.lasting import Lasting, leave_if_cancelled, wait

if TYPE_CHECKING:
    from nats.js.api import RawStreamMsg, StreamInfo

    from libs.chassis.bus import Bus
    from libs.ledger.reader import LedgerReader, Recorded, Signal

Message = tuple[str, bytes, dict[str, str]]
"""Subject, body and headers."""
Spans = dict[tuple[str | None, str], str | None]
"""Of each trace and topic of a page, the span that all its messages are sent under."""
ANSWER_SECONDS = 10.0
logger = logging.getLogger(__name__)


class StreamEmptied(Exception):  # noqa: N818  a state of the stream, named as one
    """The stream held messages that are gone; only ``dhakira republish`` may fill it again."""


class StreamOfAnotherHistory(Exception):  # noqa: N818  a state of the stream, named as one
    """The stream's last message is no event of this ledger: the database was restored, it was not.

    What the ledger lacks is kept in a stream ``LOST_…``, and the stream is made anew: once, for
    where that does not help, two ledgers write to one stream.
    """


@dataclass(slots=True)
class Place:
    """The last message that is really in the stream: where the relay goes on from.

    ``end`` is the stream's own last sequence where no message stands at its end to go on from.
    """

    ledger_sequence: int = 0
    event_id: str = ""
    end: int | None = 0


class Relay(Lasting):
    """Follows one ledger; keeps no state of its own (see ``Place``)."""

    def __init__(self, reader: LedgerReader, signal: Signal, bus: Bus) -> None:
        """Relay the ledger that ``reader`` reads to ``bus``."""
        super().__init__(f"relay of {reader.service}")
        self._reader = reader
        self._signal = signal
        self._bus = bus
        self._grown = signal.subscribe()
        self.service = reader.service
        self.position = 0
        self.told = 0
        self.incarnation = ""
        self.made_anew = 0
        self._held = 0

    async def _go_on(self) -> None:
        """Relay from what the stream holds, until anything is not as it was."""
        place = await self._resume()
        self.position = self.told = place.ledger_sequence
        while True:
            leave_if_cancelled()
            if not self._signal.leads:
                self.goes_well()
                await wait(self._grown)
                return
            events = await self._reader.after(self.position)
            if not events:
                self.goes_well()
                await wait(self._grown)
                if not await self._still_the_same_stream():
                    return
                continue
            await self._publish(events, place)
            self.position, self.told = events[-1].sequence, place.ledger_sequence

    async def _still_the_same_stream(self) -> bool:
        """Whether the stream still holds what was put into it.

        A damaged store may lose a stream's end: readers see no gap before the next message comes,
        so it is filled again from what is really there.
        """
        info = await self._bus.provide_stream(self.service)
        if incarnation_of(info) != self.incarnation:
            msg = "the stream was made again"
            raise StreamEmptied(msg)
        self._must_hold_what_it_held(info)
        if info.state.messages < self._held:
            logger.warning("the stream of %s lost some of its messages", self.service)
            return False
        self._held = info.state.messages
        return True

    def _must_hold_what_it_held(self, info: StreamInfo) -> None:
        if info.state.messages == 0 and info.state.last_seq > 0:
            msg = f"the stream of {self.service} held messages and is empty now"
            raise StreamEmptied(msg)

    async def _resume(self) -> Place:
        info = await self._bus.provide_stream(self.service)
        self.incarnation = incarnation_of(info)
        self._held = info.state.messages
        if info.state.last_seq == 0:
            return Place()
        self._must_hold_what_it_held(info)
        last = await self._bus.last_message(self.service)
        headers = last.headers or {}
        at_the_end = last.seq == info.state.last_seq
        place = Place(
            int(headers["ce-sequence"]),
            headers["ce-id"],
            None if at_the_end else info.state.last_seq,
        )
        if self._signal.leads and not await self._is_ours(last):
            await self._make_anew(last)
        return place

    async def _is_ours(self, message: RawStreamMsg) -> bool:
        """Whether the ledger holds the event of a message, where the message says that it does."""
        headers = message.headers or {}
        found = await self._reader.after(int(headers["ce-sequence"]) - 1, 1)
        return bool(found) and found[0].event_id == headers["ce-id"]

    async def _make_anew(self, last: RawStreamMsg) -> None:
        """Give up a stream that tells of what this ledger does not hold; what that is, is kept.

        Raises:
            StreamOfAnotherHistory: always; the next beginning finds no stream and fills a new one.
        """
        name = stream_name(self.service, self._bus.origin)
        msg = f"{name} ends with {(last.headers or {})['ce-id']}, which this ledger does not hold"
        if not self.made_anew:
            kept = await self._keep_lost(last.seq or 0)
            self.made_anew += 1
            await self._bus.give_up_stream(self.service)
            logger.error("%s; it is made anew, %s of its events are in LOST_%s", msg, kept, name)
        raise StreamOfAnotherHistory(msg)

    async def _keep_lost(self, last: int) -> int:
        """Keep what the stream alone knows, newest first: people must enter it again."""
        kept = 0
        for sequence in range(last, 0, -1):
            with contextlib.suppress(NotFoundError):
                message = await self._bus.jetstream.get_msg(
                    stream_name(self.service, self._bus.origin), seq=sequence
                )
                if await self._is_ours(message):
                    break
                await self._bus.keep_lost(self.service, message)
                kept += 1
        return kept

    async def _publish(self, events: list[Recorded], place: Place) -> None:
        """Send the public ones of ``events``: the first behind what must stand before it."""
        spans: Spans = {}
        messages = [
            each for event in events if (each := self._message(event, place, spans)) is not None
        ]
        if not messages:
            return
        if self._bus.takes_batches:
            first, *others = messages
            end = await self._answered(*first)
            if others:
                await self._publish_together(others, end)
        else:
            await self._publish_one_by_one(messages)
        self._held += len(messages)

    async def _publish_together(self, messages: list[Message], end: int) -> None:
        """Send what stands in the stream behind its sequence ``end`` together, or not at all."""
        batch = uuid4().hex
        for number, (subject, body, headers) in enumerate(messages, 1):
            headers.pop(Header.EXPECTED_LAST_MSG_ID.value, None)
            headers.update(self._batch_headers(batch, number, end))
            if number < len(messages):
                await self._bus.client.publish(subject, body, headers=headers)
            else:
                await self._answered(subject, body, headers | {Header.BATCH_COMMIT.value: "1"})

    def _batch_headers(self, batch: str, number: int, end: int) -> dict[str, str]:
        """Return the place in a batch: a hole, or another end of the stream, refuses it whole."""
        place = {Header.BATCH_ID.value: batch, Header.BATCH_SEQUENCE.value: str(number)}
        return place if number > 1 else place | {Header.EXPECTED_LAST_SEQUENCE.value: str(end)}

    async def _publish_one_by_one(self, messages: list[Message]) -> None:
        """Send to a bus without batches; only the last is answered, and answers for all.

        Each names the message before it, so the stream takes the last only if it took them all.
        """
        for subject, body, headers in messages[:-1]:
            await self._bus.client.publish(subject, body, headers=headers)
        await self._answered(*messages[-1])

    async def _answered(self, subject: str, body: bytes, headers: dict[str, str]) -> int:
        """Send a message and wait until it is kept; return its sequence in the stream."""
        kept = await self._bus.jetstream.publish(
            subject, body, timeout=ANSWER_SECONDS, headers=headers
        )
        return kept.seq

    def _message(self, event: Recorded, place: Place, spans: Spans) -> Message | None:
        body = body_of(event)
        if body is None:
            return None
        headers = self._headers(event, place)
        if "traceparent" in headers:
            headers["traceparent"] = _span_of(event, spans) or headers["traceparent"]
        place.ledger_sequence, place.event_id, place.end = event.sequence, event.event_id, None
        return subject_of(self._bus.origin, event.topic), body, headers

    def _headers(self, event: Recorded, place: Place) -> dict[str, str]:
        headers = headers_of(
            event, service=self.service, origin=self._bus.origin, previous=place.event_id
        )
        headers[Header.EXPECTED_STREAM.value] = stream_name(self.service, self._bus.origin)
        headers[Header.MSG_ID.value] = event.event_id
        if place.end is None:
            headers[Header.EXPECTED_LAST_MSG_ID.value] = place.event_id
        else:
            headers[Header.EXPECTED_LAST_SEQUENCE.value] = str(place.end)
        return headers


def _span_of(event: Recorded, spans: Spans) -> str | None:
    """Return the ``traceparent`` of the span that sends an event: one for all alike of a page."""
    alike = event.meta.get("trace"), event.topic
    if alike not in spans:
        with span("relay", event.meta.get("trace"), topic=event.topic):
            spans[alike] = traceparent()
    return spans[alike]
