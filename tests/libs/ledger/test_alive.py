"""A pool lends no connection that its server has ended, and asks the server of no other."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from libs.ledger.alive import check_alive_async
from libs.ledger.reader import LedgerReader
from tests.libs.ledger.laying import SERVICE, end_all


async def check_pool(database: str, url: str, check: Any) -> None:
    async with AsyncConnectionPool[Any](
        url, min_size=2, max_size=2, open=False, check=check
    ) as pool:
        await pool.wait()
        reader = LedgerReader(pool, SERVICE)
        assert await reader.head() == 0
        await asyncio.to_thread(end_all, database)
        assert await reader.head() == 0


def test_a_connection_that_the_server_ended_is_not_lent(database: str, url: str) -> None:
    asyncio.run(check_pool(database, url, check_alive_async))


def test_without_the_check_it_is_and_that_is_caught(database: str, url: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        asyncio.run(check_pool(database, url, None))


async def check_transactions_after_trouble(url: str) -> None:
    """Whoever borrows a connection after a reading broke has a transaction around his work."""
    async with AsyncConnectionPool[Any](
        url, min_size=1, max_size=1, open=False, check=check_alive_async
    ) as pool:
        reader = LedgerReader(pool, SERVICE)
        with pytest.raises(psycopg.DataError):
            await reader.after(0, -1)
        assert await reader.head() == 0
        async with pool.connection() as connection:
            assert not connection.autocommit


def test_a_broken_reading_leaves_no_connection_without_transactions(url: str) -> None:
    asyncio.run(check_transactions_after_trouble(url))
