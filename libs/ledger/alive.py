"""Whether a pooled connection still leads to a server, mostly without asking that server."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from psycopg_pool import AsyncConnectionPool, ConnectionPool

if TYPE_CHECKING:
    from psycopg import AsyncConnection, Connection


def check_alive(connection: Connection[Any]) -> None:
    """Check a connection that the pool is about to lend.

    Raises:
        OperationalError: the server has ended it.
    """
    if _is_readable(connection.fileno()):
        ConnectionPool.check_connection(connection)


async def check_alive_async(connection: AsyncConnection[Any]) -> None:
    """Check a connection that the pool is about to lend to a coroutine.

    Raises:
        OperationalError: the server has ended it.
    """
    if _is_readable(connection.fileno()):
        await AsyncConnectionPool.check_connection(connection)


def _is_readable(descriptor: int) -> bool:
    """Whether something came on an idle connection that nobody asked for, mostly its end.

    Where nothing did, a question to the server would only cost time before every statement.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLPRI)
    return bool(poll.poll(0))
