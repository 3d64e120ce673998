"""Lists of records: which match words and filters, how many, and the counts beside them.

Each value's bearers stand ready as bits (``projections/bearers``); what is asked for is made of
them, so that no count reads the records themselves, however many there are.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, Final, LiteralString, NamedTuple

from psycopg import sql
from psycopg.rows import dict_row

from services.portal.domain.ordinals import PART, Ordinals, index_key, ordinals
from services.portal.views.records import COLUMNS, Listed
from services.portal.views.search import Match, best, matching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import date

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from services.portal.views.finds import Finds

PAGE = 25
BATCH = 500
MOST_VALUES = 1_000
"""So many values of a facet are counted; no mechanism sorts by more."""
SORTED: Final = 200
"""Up to so many are looked up and sorted; for more, an index that has them in order is read."""

FACETS = ("mechanism", "cycle", "theme", "group", "sdg", "position", "status")
LATE = "late"
"""A filter without values of its own: what is due and its day has passed."""
FILTERS = (*FACETS, "lead", "state", LATE)
WHICH: Final = "record"
"""The facet that parts what everyone sees from all there is; it cannot be chosen."""


class Order(NamedTuple):
    """How an index has the records, and the same from its far end."""

    forth: LiteralString
    back: LiteralString


ORDERS: dict[str, Order] = {
    "number": Order("ordinal", "ordinal DESC"),
    "newest": Order("ordinal DESC", "ordinal"),
    "changed": Order("changed_at DESC, ordinal", "changed_at, ordinal DESC"),
    "deadline": Order(
        "deadline NULLS LAST, ordinal", "deadline DESC NULLS FIRST, ordinal DESC"
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked: words, filters, order and place; the same for pages and files."""

    q: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    page: int = 1
    size: int = PAGE
    everything: bool = False
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A list: how many match, one page of them, the counts beside it, and what was searched."""

    total: int
    records: list[Listed]
    facets: dict[str, list[tuple[str, int]]]
    match: Match


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a question chooses among: the bearers under each filter, and what its words find."""

    match: Match
    filters: Mapping[str, Ordinals]

    def under(self, *, without: str = "") -> Ordinals:
        """Return the records under every filter but one."""
        sets = [each for name, each in self.filters.items() if name != without]
        if self.match.ordinals is not None:
            sets.append(self.match.ordinals)
        return reduce(and_, sets)


async def answer(
    pool: AsyncConnectionPool[Any], question: Question, finds: Finds | None = None
) -> Answered:
    """Answer a list question; a page beyond the last is the last."""
    async with pool.connection() as connection:
        chosen = await _choose(connection, question, finds)
        found = chosen.under()
        total = len(found)
        asked = replace(question, page=min(question.page, pages_of(total, question.size)))
        records = await _page(connection, asked, chosen.match, found)
        counts = await _facets(connection, chosen)
        return Answered(total, records, counts, chosen.match)


@asynccontextmanager
async def every(
    pool: AsyncConnectionPool[Any], question: Question, finds: Finds | None = None
) -> AsyncIterator[tuple[int, AsyncIterator[list[Listed]]]]:
    """Give how many records match, and all of them in batches, both as they stand at one moment."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        chosen = await _choose(connection, question, finds)
        found = chosen.under()
        yield len(found), _batches(connection, question, chosen.match, found)


async def overdue(pool: AsyncConnectionPool[Any], today: date) -> int:
    """Return how many public records are late on a day."""
    async with pool.connection() as connection:
        shown = await _bearers(connection, {WHICH: ["shown"]})
        return len(shown[WHICH] & await _late(connection, today))


def pages_of(total: int, size: int) -> int:
    """Return how many pages a list has; an empty one has one."""
    return max(1, -(-total // size))


async def _choose(
    connection: AsyncConnection[Any], question: Question, finds: Finds | None = None
) -> Chosen:
    match = await matching(connection, question.q, finds, everything=question.everything)
    wanted = {WHICH: ["any" if question.everything else "shown"]}
    wanted |= {
        name: list(values)
        for name, values in question.filters.items()
        if name in FILTERS and name != LATE and values
    }
    filters = await _bearers(connection, wanted)
    if question.filters.get(LATE):
        filters[LATE] = await _late(connection, datetime.now(UTC).date())
    return Chosen(match, filters)


async def _bearers(
    connection: AsyncConnection[Any], wanted: Mapping[str, Sequence[str]]
) -> dict[str, Ordinals]:
    """Return for each facet the records that bear one of the values."""
    pairs = {(facet, index_key(value)) for facet, values in wanted.items() for value in values}
    parts: dict[str, dict[int, int]] = {facet: {} for facet in wanted}
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT facet, part, bit_or(bits)::bit varying"
        " FROM portal_read.bearers JOIN unnest(%s::text[], %s::text[]) AS wanted (facet, key)"
        " USING (facet, key) GROUP BY facet, part",
        ([facet for facet, _ in pairs], [key for _, key in pairs]),
    )
    for facet, part, bits in await cursor.fetchall():
        parts[facet][part] = _bits(bits)
    return {facet: Ordinals(each) for facet, each in parts.items()}


def _bits(sent: bytes) -> int:
    """Return bits as PostgreSQL sends them in binary: how many they are, then themselves."""
    return int.from_bytes(sent[4:], "big")


async def _late(connection: AsyncConnection[Any], today: date) -> Ordinals:
    """Return what was due before a day: months that are over, and days of its own month."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT part, bit_or(bits)::bit varying FROM portal_read.bearers"
        " WHERE facet = 'due' AND key < %s GROUP BY part",
        (f"{today:%Y-%m}",),
    )
    months = Ordinals({part: _bits(bits) for part, bits in await cursor.fetchall()})
    await cursor.execute(
        "SELECT ordinal FROM portal_read.records WHERE due >= %s AND due < %s",
        (today.replace(day=1), today),
    )
    return months | ordinals(row[0] for row in await cursor.fetchall())


async def _page(
    connection: AsyncConnection[Any], question: Question, match: Match, found: Ordinals
) -> list[Listed]:
    skip = (question.page - 1) * question.size
    if not question.order and match.ranked:
        numbers = await best(connection, match, found, skip, question.size)
    elif question.order in {"", "number", "newest"}:
        numbers = found.page(skip, question.size, newest=question.order == "newest")
    else:
        numbers = await _in_order(connection, question, found, skip)
    listed = await _listed(connection, numbers)
    return [listed[number] for number in numbers if number in listed]


async def _in_order(
    connection: AsyncConnection[Any], question: Question, found: Ordinals, skip: int
) -> list[int]:
    """Return one page's ordinals in an order that an index has, read from the nearer end."""
    size = min(question.size, len(found) - skip)
    order, turned = ORDERS[question.order].forth, False
    if skip > len(found) // 2:
        order, turned, skip = ORDERS[question.order].back, True, len(found) - skip - size
    few = len(found) <= SORTED
    among = sql.SQL("ordinal = ANY(%s)") if few else _AMONG
    query = sql.SQL(
        "SELECT ordinal FROM portal_read.records WHERE {} ORDER BY {} LIMIT %s OFFSET %s"
    )
    given: tuple[object, ...] = (found.every(),) if few else _among(found)
    cursor = await connection.execute(
        query.format(among, sql.SQL(order)), (*given, max(0, size), skip)
    )
    numbers = [row[0] for row in await cursor.fetchall()]
    return numbers[::-1] if turned else numbers


_AMONG = sql.SQL("CASE WHEN ordinal < %s THEN get_bit(%b, ordinal) = 1 ELSE false END")
"""A row's ordinal is one of a set; the index that orders the rows says so, without them."""


def _among(found: Ordinals) -> tuple[int, bytes]:
    bits = found.as_bytes()
    return 8 * len(bits), bits


async def _listed(connection: AsyncConnection[Any], numbers: Sequence[int]) -> dict[int, Listed]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            sql.SQL("SELECT ordinal, {} FROM portal_read.records WHERE ordinal = ANY(%s)").format(
                COLUMNS
            ),
            (list(numbers),),
        )
        return {row.pop("ordinal"): Listed(**row) for row in await cursor.fetchall()}


async def _batches(
    connection: AsyncConnection[Any], question: Question, match: Match, found: Ordinals
) -> AsyncIterator[list[Listed]]:
    if question.order or not match.ranked:
        order = ORDERS.get(question.order, ORDERS["number"]).forth
        query = sql.SQL("SELECT {} FROM portal_read.records WHERE {} ORDER BY {}")
        async with connection.cursor("every", row_factory=dict_row) as cursor:
            await cursor.execute(query.format(COLUMNS, _AMONG, sql.SQL(order)), _among(found))
            while rows := await cursor.fetchmany(BATCH):
                yield [Listed(**row) for row in rows]
        return
    numbers = await best(connection, match, found, 0, len(found))
    for first in range(0, len(numbers), BATCH):
        batch = numbers[first : first + BATCH]
        listed = await _listed(connection, batch)
        yield [listed[number] for number in batch if number in listed]


async def _facets(
    connection: AsyncConnection[Any], chosen: Chosen
) -> dict[str, list[tuple[str, int]]]:
    """Count each facet's values under every filter but its own, so that a choice can be widened."""
    under = {name: chosen.under(without=name) for name in FACETS if name in chosen.filters}
    under[""] = chosen.under()
    parts = [
        (name, part, f"x{bits:0{PART // 4}x}")
        for name, each in under.items()
        for part, bits in each.parts.items()
    ]
    cursor = await connection.execute(
        COUNTED,
        (
            list(FACETS),
            [name if name in under else "" for name in FACETS],
            *([row[place] for row in parts] for place in range(3)),
            MOST_VALUES,
        ),
    )
    counts: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    for facet, value, records in await cursor.fetchall():
        counts[facet].append((value, records))
    return counts


COUNTED = f"""
WITH base AS MATERIALIZED (
  SELECT facet, part, bits::bit({PART}) FROM unnest(%s::text[], %s::text[]) AS f (facet, under)
  JOIN unnest(%s::text[], %s::int[], %s::text[]) AS u (under, part, bits) USING (under)
), counted AS MATERIALIZED (
  SELECT facet, value, bit_count(base.bits & bearers.bits) AS records
  FROM portal_read.bearers JOIN base USING (facet, part)
), summed AS (
  SELECT facet, value, sum(records)::bigint AS records FROM counted WHERE records > 0 GROUP BY 1, 2
), placed AS (
  SELECT *, row_number() OVER (PARTITION BY facet ORDER BY records DESC, value) AS place FROM summed
)
SELECT facet, value, records FROM placed WHERE place <= %s ORDER BY facet, place
"""  # noqa: S608  our own names
