"""Search over the whole record: how a query becomes SQL over what ``projections/search`` filled.

The tokens are computed by ``words``; PostgreSQL stores and finds them (core ``tsvector`` and GIN,
no extension), so that every server answers alike. All names are of the portal's read schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql
from psycopg.rows import tuple_row

from services.portal.views.words import Plan, parse
from services.portal.views.words.corrections import (
    Known,
    corrections,
    is_odd,
    likeliest,
    seen,
    spellings,
)
from services.portal.views.words.nearness import deletions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection, AsyncCursor

FEW = 2_000
"""Up to so many finds a search is ranked; beyond, one word more is a better order than any rank."""

MOST_TRIALS = 12
RARE = 2
FREQUENT = 10
"""A word seen ``RARE`` times is doubted, if a near one is seen ``FREQUENT`` times as often."""


@dataclass(frozen=True, slots=True)
class Match:
    """How to find what a query asks for.

    ``plan``: what is searched in the end, for ``highlight``. ``found``: how many records match.
    ``corrected``: the query searched instead, when nothing was found for the one typed.
    ``did_you_mean``: a better query, although something was found. ``parameters``: to be passed
    with every statement that holds an expression of this match.
    """

    plan: Plan
    parameters: Mapping[str, str]
    found: int = 0
    corrected: str | None = None
    did_you_mean: str | None = None
    everything: bool = False

    @property
    def ranked(self) -> bool:
        """Whether ``rank`` tells finds apart: not when all or very many match."""
        return not self.everything and 0 < self.found <= FEW

    def condition(self, column: sql.Composable) -> sql.Composed:
        """Return a boolean expression: the record with this id matches; for counts and facets."""
        if self.everything or not self.found:
            return sql.Composed([sql.SQL("TRUE" if self.everything else "FALSE")])
        if self.found <= FEW:
            return sql.SQL("{} = ANY(%(search_ids)s::uuid[])").format(column)
        return sql.SQL(
            "{} IN (SELECT portal_read.search_many(%(search)s::tsquery, %(search_all)s::boolean))"
        ).format(column)

    def page_condition(self, column: sql.Composable) -> sql.Composed:
        """Return the same for one page of a list that an index orders.

        Where very many match, the rows are taken in the list's order and each is looked at, which
        ends after a page; ``condition`` would collect all finds first.
        """
        if self.everything or self.found <= FEW:
            return self.condition(column)
        return sql.SQL(
            "(SELECT vector @@ %(search)s::tsquery AND (%(search_all)s::boolean OR looked_at.shown)"
            " FROM portal_read.search_documents AS looked_at WHERE looked_at.id = {})"
        ).format(column)

    def rank(self, column: sql.Composable) -> sql.Composed:
        """Return an expression of how well the record with this id matches; more is better.

        It is 0 for all unless ``ranked``: order by it first (``DESC``) only then, otherwise by what
        the list is ordered by anyway.
        """
        if not self.ranked:
            return sql.Composed([sql.SQL("0::real")])
        return sql.SQL(
            "(SELECT ts_rank(vector, %(search_rank)s::tsquery, 1)"
            " FROM portal_read.search_documents AS ranked WHERE ranked.id = {})"
        ).format(column)


async def matching(
    connection: AsyncConnection[Any], query: str, *, everything: bool = False
) -> Match:
    """Return how to find what ``query`` asks for, corrected when it would find nothing as typed.

    ``everything``: search also what is not shown to everyone. A blank query matches everything;
    one with nothing in it that can be searched matches nothing.
    """
    plan = parse(query)
    if plan.empty:
        return Match(plan, {}, everything=not plan.typed)
    async with connection.cursor(row_factory=tuple_row) as cursor:
        return await Search(cursor, everything=everything).run(plan)


class Finds(NamedTuple):
    """How many records match; ``ids``: PostgreSQL's array of them, empty when they are not few."""

    total: int = 0
    ids: str = "{}"


def known_row(row: tuple[str, str, list[str], int]) -> Known:
    """Return a row of the dictionary as a known word."""
    return Known(row[0], row[1], tuple(row[2]), row[3])


class Search:
    """One search: what is known of its words, and what to try when it finds nothing."""

    def __init__(self, cursor: AsyncCursor[Any], *, everything: bool) -> None:
        """Read through ``cursor``, whose rows are tuples; all records or those shown."""
        self._cursor = cursor
        self._everything = everything

    async def run(self, plan: Plan) -> Match:
        """Search for ``plan``; then more widely; then for corrected words."""
        known = await self.known(plan.free_words())
        narrow = plan.narrowed({word: each.languages for word, each in known.items()})
        for tried in dict.fromkeys((narrow, plan)):
            if (found := await self.finds(tried)).total:
                better = await self.better(plan, known)
                return self.match(tried, found, did_you_mean=better)
        return await self.corrected(plan, known)

    async def finds(self, plan: Plan) -> Finds:
        """Return how many records match, and which, when they are few."""
        await self._cursor.execute(
            "SELECT found, ids::text FROM portal_read.search_found(%s::tsquery, %s, %s)",
            (plan.tsquery(), FEW, self._everything),
        )
        row = await self._cursor.fetchone()
        return Finds(int(row[0]), row[1] or "{}") if row else Finds()

    async def known(self, words: Sequence[str]) -> dict[str, Known]:
        """Return those of ``words`` that the dictionary has."""
        await self._cursor.execute(KNOWN, {"words": list(words)})
        return {row[0]: known_row(row) for row in await self._cursor.fetchall()}

    async def near(self, words: Sequence[str]) -> dict[str, list[Known]]:
        """Return for each of ``words`` the known ones perhaps meant, the likeliest first."""
        spelt = {word: spellings(word) for word in words}
        keys = {key for each in spelt.values() for spelling in each for key in deletions(spelling)}
        await self._cursor.execute(NEAR, {"words": list(keys)})
        known = [known_row(row) for row in await self._cursor.fetchall()]
        return {word: likeliest(spelt[word], known) for word in words if spelt[word]}

    async def corrected(self, plan: Plan, known: Mapping[str, Known]) -> Match:
        """Try the plan with its unknown words corrected; when that fails too, match nothing."""
        unknown = [word for word in plan.free_words() if word not in known]
        near = await self.near(unknown) if unknown else {}
        for better in islice(corrections(near), MOST_TRIALS):
            words = {word: (each.word, each.shown) for word, each in better.items()}
            tried = plan.corrected(words)
            narrow = tried.narrowed({each.word: each.languages for each in better.values()})
            if (found := await self.finds(narrow)).total:
                return self.match(narrow, found, corrected=narrow.text())
        return self.match(plan, Finds())

    async def better(self, plan: Plan, known: Mapping[str, Known]) -> str | None:
        """Return a better query for one that found something: a near word is met far more often."""
        doubtful = [word for word in plan.closed_words() if seen(known, word) <= RARE]
        near = await self.near(doubtful) if doubtful else {}
        better = {
            word: (found[0].word, found[0].shown)
            for word, found in near.items()
            if found and found[0].seen >= FREQUENT * seen(known, word) and is_odd(word, found[0])
        }
        return plan.corrected(better).text() if better else None

    def match(
        self,
        plan: Plan,
        finds: Finds,
        corrected: str | None = None,
        did_you_mean: str | None = None,
    ) -> Match:
        """Return the match of a plan that has these finds."""
        parameters = {
            "search": plan.tsquery(),
            "search_all": str(self._everything).lower(),
            "search_rank": plan.rank_tsquery(),
            "search_ids": finds.ids,
        }
        return Match(plan, parameters, finds.total, corrected, did_you_mean)


KNOWN = """
SELECT word, (array_agg(shown ORDER BY seen DESC, shown) FILTER (WHERE shown <> ''))[1],
    coalesce(array_agg(DISTINCT language) FILTER (WHERE language <> ''), '{}'), max(seen)
FROM portal_read.search_dictionary WHERE word = ANY(%(words)s) GROUP BY word
"""
NEAR = KNOWN.replace(
    "%(words)s",
    "%(words)s::text[] || ARRAY(SELECT word FROM portal_read.search_neighbours"
    " WHERE key = ANY(%(words)s))",
)
