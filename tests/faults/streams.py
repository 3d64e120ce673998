"""What the streams hold, read from the server itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import nats
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from libs.chassis.bus import stream_name, subjects_of

ARRIVES_WITHIN = 5.0


def streamed(url: str, origin: str, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the event ids in each service's stream, in its order."""

    async def read() -> dict[str, list[str]]:
        client = await nats.connect(url)
        try:
            return {name: await _ids(client.jetstream(), origin, name) for name in names}
        finally:
            await client.close()

    return asyncio.run(read())


async def _ids(jetstream: nats.js.JetStreamContext, origin: str, service: str) -> list[str]:
    name = stream_name(service, origin)
    try:
        state = (await jetstream.stream_info(name)).state
    except NotFoundError:
        return []
    subscription = await jetstream.subscribe(
        subjects_of(service, origin),
        stream=name,
        ordered_consumer=True,
        config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL, headers_only=True),
    )
    found: list[str] = []
    pending = state.messages
    while pending:
        try:
            message = await subscription.next_msg(ARRIVES_WITHIN)
        except NatsTimeout:  # a store that was harmed counts messages that it does not hold
            break
        found.append((message.headers or {})["ce-id"])
        pending = message.metadata.num_pending
    return found
