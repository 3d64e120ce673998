"""Which records bear which value: what lists count and filter by, kept with the records' rows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row

from services.portal.domain.ordinals import PART, index_key, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from psycopg import AsyncCursor

    Row = Mapping[str, Any]
    """A record's row by its columns: at least ``COLUMNS``."""
    Borne = tuple[str, str]
    """A facet and a value of it."""
    Places = dict[tuple[str, str, int], int]
    """Facet, value and part → bits."""

COLUMNS: Final = (
    "id, ordinal, state, mechanism, cycle, shown, position, status, lead, due, themes, groups,"
    " goals"
)
"""What of a record's row its bearers follow from."""
ONE_VALUED: Final = ("state", "mechanism", "status", "lead")
MANY_VALUED: Final = (("theme", "themes"), ("group", "groups"), ("sdg", "goals"))
BEARER_TABLES: Final = f"""
CREATE TABLE IF NOT EXISTS portal_read.bearers (
  facet text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, part int NOT NULL,
  value text NOT NULL, bits bit({PART}) NOT NULL, PRIMARY KEY (facet, part, key)
) WITH (fillfactor = 70);
"""
"""A bit for each ordinal of a part: its record bears the value. No row is without any.

Facet ``record`` has the values ``any`` and ``shown``; facet ``due`` has months.
"""


async def rows_of(cursor: AsyncCursor[Any], records: Iterable[UUID]) -> dict[UUID, Row]:
    """Return these records' rows as they stand, as far as bearers follow from them."""
    async with cursor.connection.cursor(row_factory=dict_row) as reading:
        await reading.execute(
            f"SELECT {COLUMNS} FROM portal_read.records WHERE id = ANY(%s)".encode(),  # noqa: S608  our own names
            (list(records),),
        )
        return {row["id"]: row for row in await reading.fetchall()}


def borne_by(row: Row) -> set[Borne]:
    """Return every value that a record bears."""
    found = {(facet, row[facet]) for facet in ONE_VALUED if row[facet] is not None}
    found |= {(facet, value) for facet, column in MANY_VALUED for value in row[column]}
    found |= {("position", row["position"] or "none"), ("record", "any")}
    if row["cycle"] is not None:
        found.add(("cycle", str(row["cycle"])))
    if row["due"] is not None:
        found.add(("due", row["due"].isoformat()[:7]))
    if row["shown"]:
        found.add(("record", "shown"))
    return found


async def keep_bearers(
    cursor: AsyncCursor[Any], before: Mapping[UUID, Row], after: Iterable[Row]
) -> None:
    """Let the bearers follow records whose rows were ``before`` and are ``after``."""
    gained: Places = defaultdict(int)
    lost: Places = defaultdict(int)
    for row in after:
        part, bit = place_of(row["ordinal"])
        had = borne_by(before[row["id"]]) if row["id"] in before else set()
        has = borne_by(row)
        for facet, value in has - had:
            gained[facet, value, part] |= bit
        for facet, value in had - has:
            lost[facet, value, part] |= bit
    if lost:
        await cursor.execute(LOSE, _columns(lost))
        await cursor.execute(DROP_EMPTY, _columns(lost)[:3])
    if gained:
        await cursor.execute(GAIN, _columns(gained))


def _columns(places: Places) -> list[list[Any]]:
    """Return facets, keys, parts, values, bits and where these begin, in a column each."""
    rows = [
        (facet, index_key(value), part, value, *_begun(bits))
        for (facet, value, part), bits in sorted(places.items())
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _begun(bits: int) -> tuple[str, int]:
    """Return bits from the first that is set to the last, and how many places come before them."""
    ended = f"{bits:0{PART // 4}x}".rstrip("0")
    begun = ended.lstrip("0")
    return f"x{begun}", 4 * (len(ended) - len(begun))


_CHANGED = (
    f"(SELECT facet, key, part, value, bits::bit({PART}) >> begin AS bits FROM unnest(%s::text[],"  # noqa: S608  our own names
    " %s::text[], %s::int[], %s::text[], %s::text[], %s::int[])"
    " AS sent (facet, key, part, value, bits, begin)) AS new"
)
GAIN = f"""
INSERT INTO portal_read.bearers AS old (facet, key, part, value, bits)
SELECT facet, key, part, value, bits FROM {_CHANGED}
ON CONFLICT (facet, part, key) DO UPDATE SET bits = old.bits | excluded.bits
"""  # noqa: S608  our own names
LOSE = f"""
UPDATE portal_read.bearers AS old SET bits = old.bits & ~new.bits FROM {_CHANGED}
WHERE old.facet = new.facet AND old.part = new.part AND old.key = new.key
"""  # noqa: S608  our own names
DROP_EMPTY = """
DELETE FROM portal_read.bearers AS old
USING unnest(%s::text[], %s::text[], %s::int[]) AS new (facet, key, part)
WHERE old.facet = new.facet AND old.part = new.part AND old.key = new.key
AND bit_count(old.bits) = 0
"""
