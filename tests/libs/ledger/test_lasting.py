"""Work beside requests never ends by what happens to it, and shows what happens."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from libs.ledger import lasting
from libs.ledger.lasting import MOST_FAILURES, Lasting
from libs.ledger.reader import Signal
from libs.testkit.waiting import until

#: What may break work: a library's error, one nobody thought of, and a word of cancelling that
#: nobody spoke, as a library does where its own task was cancelled.
BREAKS: list[BaseException] = [
    psycopg.errors.UndefinedTable("gone"),
    RuntimeError("nobody thought of it"),
    asyncio.CancelledError(),
]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "PAUSE", 0.01)
    monkeypatch.setattr(lasting, "STEADY_SECONDS", 0.1)


class Broken(Lasting):
    """Breaks so often, each time after it seemed to go on; then it goes on."""

    def __init__(self, reason: BaseException, times: int) -> None:
        super().__init__("what breaks")
        self._reason = reason
        self._times = times

    async def _go_on(self) -> None:
        self.goes_well()
        if self.failed < self._times:
            raise self._reason
        while True:
            self.goes_well()
            await asyncio.sleep(0.01)


class Fragile(Broken):
    """Bears what it thought of, and ends by anything else."""

    async def run(self) -> None:
        while True:
            try:
                await self._go_on()
            except (psycopg.OperationalError, OSError) as reason:
                await self._pause_after(reason)


async def check_lasts(work: Broken, times: int) -> None:
    """Broken so often, it shows that it fails; then it goes on, and shows that it is well."""
    seen_failing = False
    task = asyncio.create_task(work.run())

    async def over() -> bool:
        nonlocal seen_failing
        seen_failing = seen_failing or work.failing
        return task.done() or work.failed == times

    try:
        await until(over, what="it broke often enough")
        assert not task.done()
        assert seen_failing == (times >= MOST_FAILURES)

        async def well() -> bool:
            return not work.problem

        await until(well, what="it goes on")
        assert not work.failing
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("reason", BREAKS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("times", [1, MOST_FAILURES])
def test_what_breaks_begins_again(reason: BaseException, times: int) -> None:
    asyncio.run(check_lasts(Broken(reason, times), times))


@pytest.mark.parametrize("reason", BREAKS, ids=lambda each: type(each).__name__)
def test_work_that_ends_by_what_it_did_not_think_of_is_caught(reason: BaseException) -> None:
    with pytest.raises(AssertionError, match="done"):
        asyncio.run(check_lasts(Fragile(reason, 1), 1))


def test_work_that_is_cancelled_ends() -> None:
    async def story() -> None:
        work = Broken(RuntimeError(), 0)
        task = asyncio.create_task(work.run())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=10)
        assert task.cancelled()

    asyncio.run(story())


# --- the signal ---------------------------------------------------------------------------------


class OnceWithoutRights(Signal):
    """Is refused once by a database that answers."""

    refused = False

    async def _take_lead(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        if not self.refused:
            self.refused = True
            await connection.execute("SELECT * FROM nothing.of_this_name")
        return await super()._take_lead(connection)


class MortalSignal(OnceWithoutRights):
    """Ends by any error but a lost connection."""

    async def run(self) -> None:
        while True:
            try:
                await self._go_on()
            except (psycopg.OperationalError, OSError) as reason:
                await self._pause_after(reason)


async def check_signal(signal: OnceWithoutRights) -> None:
    """Whatever error the database answers, followers are woken again and the lead is taken."""
    task = asyncio.create_task(signal.run())

    async def leads() -> bool:
        return signal.refused and signal.leads

    try:
        await until(leads, 5, "the lead is taken")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_an_error_of_the_database_does_not_silence_the_signal(url: str) -> None:
    asyncio.run(check_signal(OnceWithoutRights(url, "tracking")))


def test_a_signal_that_ends_by_an_error_is_caught(url: str) -> None:
    with pytest.raises(AssertionError, match="the lead is taken"):
        asyncio.run(check_signal(MortalSignal(url, "tracking")))
