"""Cases are listed by number, beyond REC-99999 too: who reads on from one misses none."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from psycopg_pool import AsyncConnectionPool

from libs.testkit.servers import provisioned
from services.tracking.projections import CasesProjection
from services.tracking.views import cases

NUMBERS = ["REC-00002", "REC-20000", "REC-99999", "REC-100000", "REC-200000"]


def test_cases_are_read_on_from_a_number_in_the_order_of_numbers(database: str) -> None:
    async def read() -> list[str]:
        url = provisioned(database, "tracking")
        async with AsyncConnectionPool[Any](url, min_size=1, max_size=1, open=False) as pool:
            async with pool.connection() as connection:
                await connection.execute(CasesProjection.tables.encode())
                for number in sorted(NUMBERS):
                    await connection.execute(
                        "INSERT INTO tracking_read.cases (recommendation, number, version)"
                        " VALUES (%s, %s, 1)",
                        (uuid4(), number),
                    )
            found: list[str] = []
            while page := await cases(pool, found[-1] if found else "", 2):
                found += [each.number for each in page]
            return found

    assert asyncio.run(read()) == NUMBERS
