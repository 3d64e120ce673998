"""Gaps before a service's reactions: what the bus lost has its effect all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from libs.chassis.positions import Position
from libs.chassis.projection import ForeignFollower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nats.aio.msg import Msg
    from psycopg import AsyncCursor
    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.bus import Bus
    from libs.chassis.envelope import Heard
    from libs.chassis.feed import FeedPage
    from libs.chassis.projection import Pages
    from libs.chassis.reaction import Reactions


class _NoRows:
    """Keeps a position and nothing else."""

    name = "reactions"
    tables = ""

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Heard]) -> None:
        """Write nothing."""


class Gaps(ForeignFollower):
    """Follows the chain of a producer's stream beside the policies' own consumers.

    A policy hears one topic and cannot tell what it was never sent. Here every message of the
    stream goes by; what the chain shows to be missing is read from the producer's feed and handed
    to the policies. The answers under the events' ids make it harmless where they had it already.
    """

    headers_only = True

    def __init__(  # noqa: PLR0913  the two ends, whom it hands to, and where a gap is healed from
        self,
        pool: AsyncConnectionPool[Any],
        service: str,
        reactions: Reactions,
        bus: Bus,
        producer: str,
        pages: Pages,
    ) -> None:
        """Watch the stream of ``producer`` for the policies of ``reactions``."""
        super().__init__(pool, service, _NoRows(), bus, producer, pages)
        self._reactions = reactions

    def _read(self, message: Msg) -> Heard | None:
        """Read no message: its headers hold the chain, and here are no rows."""

    async def _begin_anew(self) -> None:
        """Go through the whole stream again: here are no rows, and what was done stays done."""
        self.position = Position()
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await self._positions.write(cursor, self.source, self.position)

    async def _missed(self, page: FeedPage) -> None:
        for headers, body in page.events:
            if int(headers["ce-sequence"]) > self.position.sequence:
                await self._reactions.make_up(headers, body)
