"""Step 3 of an event's life: followers are told after the commit, never before."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from libs.ledger import writer
from libs.ledger.lasting import wait
from libs.ledger.ledger import Ledger
from libs.ledger.reader import LedgerReader, Signal
from libs.ledger.writer import Command, Outcome, Writer
from libs.testkit.waiting import until
from tests.libs.ledger.laying import act, command, new_case, opened, record_case


class Listener:
    """Looks into the ledger at the very moment it is told that it grew."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ready = threading.Event()
        self.looked = threading.Event()
        self.head = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("LISTEN tracking_events")
            self._ready.set()
            told = list(connection.notifies(timeout=10, stop_after=1))
            assert told
            row = connection.execute(
                "SELECT max(notification_id) FROM tracking.tracking_events"
            ).fetchone()
            self.head = (row[0] if row else 0) or 0
            self.looked.set()

    def finish(self) -> None:
        self._thread.join(15)


class HastyWriter(Writer):
    """Tells the followers before it records, and they are quick."""

    listener: Listener

    def _send(self, batch: list[Command]) -> dict[int, Outcome]:
        self._tell()
        assert self.listener.looked.wait(10)
        return super()._send(batch)


def check_told_after_commit(ledger: Ledger, url: str, writer: Writer | None = None) -> None:
    """Whoever is told that the ledger grew must find what it grew by."""
    listener = Listener(url)
    if isinstance(writer, HastyWriter):
        writer.listener = listener
        ledger._writer.close()
        ledger._writer = writer
    listener.start()
    ledger.record(act(), new_case())
    listener.finish()
    assert listener.head == 1


def test_followers_are_told_after_the_commit(ledger: Ledger, url: str) -> None:
    check_told_after_commit(ledger, url)


def test_telling_before_the_commit_is_caught(ledger: Ledger, url: str) -> None:
    with pytest.raises(AssertionError):
        check_told_after_commit(ledger, url, HastyWriter(url, "tracking"))


def test_a_stream_of_commands_wakes_followers_seldom_and_at_its_end(
    ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "TELL_SECONDS", 0.5)
    many, told, head = 20, 0, 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("LISTEN tracking_events")
        for number in range(many):
            ledger.record(act(), new_case(f"REC-{number}"))
        while head < many:
            heard = list(connection.notifies(timeout=10, stop_after=1))
            assert heard
            told += len(heard)
            row = connection.execute("SELECT max(notification_id) FROM tracking.tracking_events")
            head = (row.fetchone() or (0,))[0]
        told += len(list(connection.notifies(timeout=1)))
    assert told < many


class SilentWriter(Writer):
    """Records and tells nobody, as when LISTEN is lost behind a pooler."""

    def _tell(self) -> None:
        """Say nothing."""


async def _reads_all(url: str, ledger: Ledger, many: int) -> list[int]:
    async with AsyncConnectionPool[Any](url, min_size=1, max_size=1, open=False) as pool:
        reader, signal = LedgerReader(pool, "tracking"), Signal(url, "tracking")
        grown, found = signal.subscribe(), list[int]()
        running = asyncio.create_task(signal.run())

        async def follow() -> bool:
            page = await reader.after(found[-1] if found else 0, 2)
            found.extend(event.sequence for event in page)
            if not page:
                await wait(grown)
            return len(found) == many

        for number in range(many):
            await asyncio.to_thread(record_case, ledger, f"REC-{number}")
        await until(follow)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return found


def test_a_poll_finds_what_nobody_told(ledger: Ledger, url: str) -> None:
    ledger._writer.close()
    ledger._writer = SilentWriter(url, "tracking")
    assert asyncio.run(_reads_all(url, ledger, 5)) == [1, 2, 3, 4, 5]


def test_one_process_at_a_time_leads_the_relay(url: str) -> None:
    async def story() -> None:
        first, second = Signal(url, "tracking"), Signal(url, "tracking")
        leading = asyncio.create_task(first.run())
        await until(lambda: _is(first.leads))
        waiting = asyncio.create_task(second.run())
        told = second.subscribe()
        told.clear()
        await asyncio.wait_for(told.wait(), 10)
        assert not second.leads
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        await until(lambda: _is(second.leads), what="the second takes the lead over")
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(story())


def test_a_lost_listening_connection_gives_the_lead_up_and_comes_back(
    url: str, database: str
) -> None:
    async def story() -> None:
        signal = Signal(url, "tracking")
        running = asyncio.create_task(signal.run())
        await until(lambda: _is(signal.leads))
        await asyncio.to_thread(_end_signal, database)
        await until(lambda: _is(not signal.leads), what="the lead is given up")
        await until(lambda: _is(signal.leads), what="the lead comes back")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())


def _end_signal(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tracking signal'"
        )


async def _is(value: bool) -> bool:  # noqa: FBT001  the value looked at
    return value


def test_a_closed_ledger_finishes_what_it_accepted(url: str) -> None:
    with opened(url) as ledger:
        accepted = [ledger._writer.submit(command()) for _ in range(40)]
    assert {each.result(0).outcome for each in accepted} == {"recorded"}
