"""Which records a search finds: kept of broad ones, and brought up to what was told since."""

from __future__ import annotations

import sys
from array import array
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from services.portal.domain.ordinals import Ordinals, ordinals
from services.portal.views.records import ROWS_OF

if TYPE_CHECKING:
    from psycopg import AsyncCursor

BROAD: Final = 2_000
"""Whatever finds more is kept; less is found as quickly anew."""
KEPT: Final = 128
"""So many broad searches are kept, each in a bit for each record: 5 MB at 300,000."""
FAR: Final = 2_000
"""What was found more events of intake ago is found anew: looking at all of them costs more."""


class Place(NamedTuple):
    """How far the records have come in intake's ledger, and which making of their rows it is."""

    incarnation: str = ""
    sequence: int = 0
    rows: int = 0

    def leads_to(self, other: Place) -> bool:
        """Whether the other is the same history in the same rows, a little further."""
        far = other.sequence - self.sequence
        same = (other.incarnation, other.rows) == (self.incarnation, self.rows)
        return same and 0 <= far <= FAR


class Finds:
    """What was found before; it is shared by all who read the same tables."""

    def __init__(self, most: int = KEPT, broad: int = BROAD) -> None:
        """Keep ``most`` finds at most: those of more than ``broad`` that were asked for last."""
        self._most = most
        self._broad = broad
        self._kept: OrderedDict[tuple[str, bool], tuple[Place, Ordinals]] = OrderedDict()

    async def of(self, cursor: AsyncCursor[Any], wanted: str, *, everything: bool) -> Ordinals:
        """Return the records that ``wanted``, a ``tsquery``, finds: all or those shown."""
        if not self._most:
            return await _found(cursor, wanted, everything=everything)
        # The place is read before the rows: they may be younger than it says, and never older.
        place = await _place(cursor)
        before, known = self._kept.pop((wanted, everything), (Place(), None))
        if known is not None and place == before:
            found = known
        elif known is not None and before.leads_to(place):
            found = await _followed(cursor, wanted, before, known, everything=everything)
        else:
            found = await _found(cursor, wanted, everything=everything)
        if len(found) > self._broad:
            self._kept[wanted, everything] = place, found
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


async def _place(cursor: AsyncCursor[Any]) -> Place:
    await cursor.execute(
        f"SELECT incarnation, sequence, {ROWS_OF} FROM portal_read.positions"  # noqa: S608  our own names
        " WHERE projection = 'records' AND source = 'intake'"
    )
    row = await cursor.fetchone()
    return Place(*row) if row else Place()


async def _found(cursor: AsyncCursor[Any], wanted: str, *, everything: bool) -> Ordinals:
    await cursor.execute(
        "SELECT portal_read.search_found(%s::tsquery, %s)", (wanted, everything), binary=True
    )
    row = await cursor.fetchone()
    found = array("q", row[0] if row and row[0] else b"")
    if sys.byteorder == "little":
        found.byteswap()
    return ordinals(found)


async def _followed(
    cursor: AsyncCursor[Any], wanted: str, since: Place, known: Ordinals, *, everything: bool
) -> Ordinals:
    """Return ``known`` with every record looked at again of which intake told since."""
    await cursor.execute(
        "SELECT ordinal, vector @@ %s::tsquery AND (%s OR shown) FROM portal_read.search_documents"
        " WHERE ordinal IN (SELECT ordinal FROM portal_read.history"
        " JOIN portal_read.records ON id = recommendation"
        " WHERE source = 'intake' AND sequence > %s)",
        (wanted, everything, since.sequence),
    )
    looked_at = await cursor.fetchall()
    if not looked_at:
        return known
    gone = ordinals(ordinal for ordinal, matches in looked_at if not matches)
    return (known - gone) | ordinals(ordinal for ordinal, matches in looked_at if matches)
