"""The bus: a connection that comes back by itself, and one stream per service and origin."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING

from nats.aio.client import Client
from nats.errors import SlowConsumerError
from nats.js.api import Header, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.errors import BadRequestError, NotFoundError

from libs.chassis.precedence import Precedence

if TYPE_CHECKING:
    from nats.aio.subscription import Subscription
    from nats.js import JetStreamContext
    from nats.js.api import RawStreamMsg

MOST_MESSAGE = 8 << 20
"""Bytes that a bus must take in one message: a command's body, or a row of a file, as an event."""
DUPLICATES_SECONDS = 600
BATCHES_SINCE = (2, 12)
"""The first NATS that keeps several messages at once, all of them or none (ADR-50)."""
RECONNECT_SECONDS = 0.5
CONNECT_SECONDS = 10


def stream_name(service: str, origin: str) -> str:
    """Return the name of a service's stream: ``EVT_NATIONAL_INTAKE``."""
    return f"EVT_{origin}_{service}".upper().replace("-", "_")


def subjects_of(service: str, origin: str) -> str:
    """Return the subject filter of a service's events."""
    return f"evt.{origin}.{service}.>"


class BusClient(Client):
    """The library's client; it takes headers apart in a quarter of the time.

    Every reader of a stream does that for each message: together it is a tenth of what bringing in
    a large file costs a house.
    """

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        """Read ``Name: Value`` lines; what is no such line is left out."""
        lines = (line.partition(":") for line in raw.decode("utf-8", "replace").split("\r\n"))
        return {name: value.strip() for name, colon, value in lines if colon}


class Bus:
    """One connection to NATS for a process, shared by relays, projections and reactions."""

    def __init__(self, url: str, origin: str = "national") -> None:
        """Prepare a connection to ``url``; ``origin`` is ``national`` or a region's code."""
        self.url = url
        self.origin = origin
        self.precedence = Precedence()
        self._overrun: set[str] = set()
        self._client: Client | None = None
        self._jetstream: JetStreamContext | None = None

    @property
    def connected(self) -> bool:
        """Whether the bus answers now."""
        return self._client is not None and self._client.is_connected

    @property
    def client(self) -> Client:
        """The connection.

        Raises:
            ConnectionError: ``connect`` was not called.
        """
        if self._client is None:
            msg = "the bus is not connected"
            raise ConnectionError(msg)
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        """The connection's JetStream context."""
        if self._jetstream is None:
            self._jetstream = self.client.jetstream()
        return self._jetstream

    @property
    def takes_batches(self) -> bool:
        """Whether the server keeps several messages at once: one turn to the disk for all."""
        version = self.client.connected_server_version
        return (version.major, version.minor) >= BATCHES_SINCE

    async def connect(self) -> None:
        """Connect, and keep trying for ever when the connection is lost later."""
        self._client = BusClient()
        await self._client.connect(
            self.url,
            max_reconnect_attempts=-1,
            reconnect_time_wait=RECONNECT_SECONDS,  # type: ignore[arg-type]  # a part of one will do
            connect_timeout=CONNECT_SECONDS,
            error_cb=self._hear_of_trouble,
            disconnected_cb=None,
        )

    async def _hear_of_trouble(self, trouble: Exception) -> None:
        """Keep who was sent more than may wait; a lost connection is left to the reconnect."""
        if isinstance(trouble, SlowConsumerError):
            self._overrun.add(trouble.sub.subject)

    def overran(self, subscription: Subscription) -> bool:
        """Whether something was let go that was sent to a subscription: it is to be made anew."""
        return subscription.subject in self._overrun

    async def provide_stream(self, service: str, origin: str | None = None) -> StreamInfo:
        """Make a service's stream stand; keeps everything, refuses deletion of messages.

        A stream that was wiped is made again with a new incarnation, by which readers notice.
        """
        origin = origin or self.origin
        return await self._provide(stream_name(service, origin), subjects_of(service, origin))

    async def give_up_stream(self, service: str) -> None:
        """Delete a service's stream; harmless when it is gone. Its relay fills a new one."""
        with contextlib.suppress(NotFoundError):
            await self.jetstream.delete_stream(stream_name(service, self.origin))

    async def keep_lost(self, service: str, message: RawStreamMsg) -> None:
        """Keep a message of a stream that is to be given up, in a stream of its own beside it."""
        name = stream_name(service, self.origin)
        await self._provide(f"LOST_{name}", f"lost.{subjects_of(service, self.origin)}")
        told = message.headers or {}
        headers = {key: told[key] for key in told if not key.startswith("Nats-")}
        await self.jetstream.publish(
            f"lost.{message.subject}",
            message.data or b"",
            headers=headers | {Header.MSG_ID.value: headers["ce-id"]},
        )

    async def _provide(self, name: str, subjects: str) -> StreamInfo:
        jetstream = self.jetstream
        with contextlib.suppress(NotFoundError):
            info = await jetstream.stream_info(name)
            if self.takes_batches and not info.config.allow_atomic:
                return await jetstream.update_stream(info.config.evolve(allow_atomic=True))
            return info
        # Two processes may make it at once: the one that comes second takes what the first made.
        with contextlib.suppress(BadRequestError):
            await jetstream.add_stream(_stream_config(name, subjects, batches=self.takes_batches))
        return await jetstream.stream_info(name)

    async def last_message(self, service: str) -> RawStreamMsg:
        """Return the newest message that a service's stream really holds.

        Raises:
            NotFoundError: it holds none.
        """
        name = stream_name(service, self.origin)
        return await self.jetstream.get_last_msg(name, subjects_of(service, self.origin))

    async def close(self) -> None:
        """Let the connection go."""
        client, self._client, self._jetstream = self._client, None, None
        if client is not None and not client.is_closed:
            with contextlib.suppress(Exception):
                await client.flush(timeout=1)
            await client.close()


def _stream_config(name: str, subjects: str, *, batches: bool) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=[subjects],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        duplicate_window=DUPLICATES_SECONDS,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
        allow_atomic=batches or None,
        metadata={"incarnation": str(uuid.uuid4())},
    )


def incarnation_of(info: StreamInfo) -> str:
    """Return what tells a stream from one of the same name that was made again."""
    return (info.config.metadata or {}).get("incarnation", "")
