"""Answers to people's keys do not stay for ever."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from psycopg import sql

from libs.ledger.lasting import Lasting, leave_if_cancelled

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

EVERY_SECONDS = 3600.0
logger = logging.getLogger(__name__)


class Expiry(Lasting):
    """Lets a ledger's answers go, every hour, once they were kept for as long as they were to be.

    Several processes may do so at once; what policies heard is kept for ever (design, step 7).
    """

    def __init__(self, pool: AsyncConnectionPool[Any], service: str) -> None:
        """Look after the answers of ``service``."""
        super().__init__(f"expiry of {service}'s answers")
        self._pool = pool
        self._expire = sql.SQL("SELECT {}.expire_answers()").format(sql.Identifier(service))

    async def _go_on(self) -> None:
        while True:
            leave_if_cancelled()
            async with self._pool.connection() as connection:
                row = await (await connection.execute(self._expire)).fetchone()
            logger.info("%s: %s", self.work, row[0] if row else 0)
            self.goes_well()
            await asyncio.sleep(EVERY_SECONDS)
