"""Wires between services and servers: cut, also just after a commit; messages come thrice."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]
CHUNK = 1 << 16
SHUFFLED_WITHIN = 0.05
COPIES = 3
_STARTUP = struct.Struct("!II")
_VERSION_3 = 3


@dataclass(eq=False, slots=True)
class Line:
    """One connection of a service to a server; ``tags`` is what it said of itself."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    tags: dict[str, str] = field(default_factory=dict)
    wrote: bool = False

    def cut(self) -> None:
        for end in (self.client, self.server):
            end.transport.abort()


class Wire:
    """Listens on a port of its own and hands on what is said, in a thread of its own."""

    def __init__(self, reach: Callable[[], Awaitable[Opened]]) -> None:
        self._reach = reach
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[Any]] = set()
        self.lines: set[Line] = set()
        self.port = 0

    def start(self) -> None:
        self._thread.start()
        self.port = self._do(self._listen())

    def stop(self) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self, of: Callable[[Line], bool] = lambda _: True) -> int:
        """Cut every line that is meant; return how many."""

        async def cut() -> int:
            meant = [line for line in self.lines if of(line)]
            for line in meant:
                line.cut()
            return len(meant)

        return self._do(cut())

    def _do(self, work: Coroutine[Any, Any, int]) -> int:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> int:
        if self._server is not None:
            self._server.close()
        tasks = list(self._serving)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(tasks)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back, forth = await self._reach()
        except OSError:
            return
        line = Line(writer, forth)
        self.lines.add(line)
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._forth(line, reader))
                ways.create_task(self._back(line, back))
        except* (OSError, EOFError, asyncio.LimitOverrunError):
            pass
        finally:
            line.cut()
            self.lines.discard(line)

    async def _forth(self, line: Line, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(CHUNK):
            line.server.write(chunk)
            await line.server.drain()
        raise EOFError

    async def _back(self, line: Line, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(CHUNK):
            line.client.write(chunk)
            await line.client.drain()
        raise EOFError


class DatabaseWire(Wire):
    """To PostgreSQL; a line is told by the role and the name that it gave (protocol 3.0)."""

    def __init__(self, socket: Callable[[], str]) -> None:
        super().__init__(lambda: asyncio.open_unix_connection(socket()))
        self._armed = ""
        self.cut_after_commit = threading.Event()

    def arm(self, name: str) -> None:
        """Cut the next line of this name (``intake ledger``, ``intake read``) after a commit.

        What the server answers to the commit is kept back.
        """
        self.cut_after_commit.clear()
        self._armed = name

    def disarm(self) -> bool:
        """Give up waiting; return whether a line was cut."""
        self._armed = ""
        return self.cut_after_commit.is_set()

    async def _forth(self, line: Line, reader: asyncio.StreamReader) -> None:
        while not line.tags:
            head = await reader.readexactly(_STARTUP.size)
            length, code = _STARTUP.unpack(head)
            rest = await reader.readexactly(length - _STARTUP.size)
            if code >> 16 == _VERSION_3:
                words = rest.decode().split("\0")
                line.tags = dict(zip(words[::2], words[1::2], strict=False))
            line.server.write(head + rest)
        await super()._forth(line, reader)

    async def _back(self, line: Line, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(CHUNK):
            line.wrote = line.wrote or b"INSERT 0 1\0" in chunk
            if self._armed == line.tags.get("application_name") and self._committed(line, chunk):
                self._armed = ""
                self.cut_after_commit.set()
                raise EOFError
            line.wrote = line.wrote and b"COMMIT\0" not in chunk
            line.client.write(chunk)
            await line.client.drain()
        raise EOFError

    def _committed(self, line: Line, chunk: bytes) -> bool:
        """A ledger's one statement is answered ``recorded``; rows are written, then committed."""
        if line.tags["application_name"].endswith(" ledger"):
            return b"recorded" in chunk
        return line.wrote and b"COMMIT\0" in chunk


class BusWire(Wire):
    """To NATS: what is delivered may come three times and in any order (the client protocol)."""

    def __init__(self, port: Callable[[], int], chance: Random) -> None:
        super().__init__(lambda: asyncio.open_connection("127.0.0.1", port(), limit=1 << 24))
        self._chance = chance
        self._disturbed = False
        self.doubled = 0

    def disturb(self, *, on: bool) -> None:
        self._disturbed = on

    async def _back(self, line: Line, reader: asyncio.StreamReader) -> None:
        held: list[bytes] = []
        flush: asyncio.TimerHandle | None = None

        def send() -> None:
            nonlocal flush
            flush = None
            copies = held * COPIES
            held.clear()
            self._chance.shuffle(copies)
            self.doubled += len(copies)
            line.client.write(b"".join(copies))

        while True:
            frame = await _frame(reader)
            if self._disturbed and frame.startswith(b"HMSG") and b"ce-id:" in frame:
                held.append(frame)
                flush = flush or self._loop.call_later(SHUFFLED_WITHIN, send)
                continue
            line.client.write(frame)
            with contextlib.suppress(ConnectionError):
                await line.client.drain()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Read one line of the protocol, with its payload where it has one."""
    line = await reader.readuntil(b"\r\n")
    if line.startswith((b"MSG ", b"HMSG ")):
        return line + await reader.readexactly(int(line.split()[-1]) + 2)
    return line
