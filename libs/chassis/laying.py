"""Read models' tables, laid when a service starts: anew, from event 1, where it means others."""

from __future__ import annotations

import hashlib
import logging
import re
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

    from libs.chassis.projection import Follower

TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS \w+_read\.(\w+)")
logger = logging.getLogger(__name__)


async def lay(
    connection: AsyncConnection[Any], service: str, models: Sequence[Follower[Any]]
) -> bool:
    """Lay the tables of a service's read models; return whether rows of others were given up.

    What the statements say is kept beside the rows. Where it differs, rows of another make stand:
    they and their positions go, in the caller's transaction, and the followers begin at event 1.
    So a projection that writes its rows otherwise than before must be told by its statements, if
    only by a comment in them (design §3: a read model is nothing that cannot be made again).
    """
    kept = [each for each in models if each.tables]
    said = "\n".join(sorted({each.tables for each in kept}))
    shape = hashlib.sha256(said.encode()).hexdigest()
    schema = sql.Identifier(f"{service}_read")
    await connection.execute(
        sql.SQL("LOCK TABLE {}.laid IN SHARE ROW EXCLUSIVE MODE").format(schema)
    )
    cursor = await connection.execute(sql.SQL("SELECT shape, tables FROM {}.laid").format(schema))
    stood = await cursor.fetchone()
    names = sorted(set(TABLE.findall(said)))
    others = stood is None or stood[0] != shape
    gone = 0
    if others:
        for name in {*names, *(stood[1] if stood else ())}:
            await connection.execute(
                sql.SQL("DROP TABLE IF EXISTS {}.{} CASCADE").format(schema, sql.Identifier(name))
            )
        deleted = await connection.execute(
            sql.SQL("DELETE FROM {}.positions WHERE projection = ANY(%s)").format(schema),
            ([each.name for each in kept],),
        )
        gone = deleted.rowcount
        await connection.execute(sql.SQL("DELETE FROM {}.laid").format(schema))
        await connection.execute(
            sql.SQL("INSERT INTO {}.laid VALUES (%s, %s)").format(schema), (shape, names)
        )
    for each in kept:
        await connection.execute(each.tables.encode())
    if gone:
        logger.info("the read models of %s are made anew: their shape has changed", service)
    return gone > 0
