"""Search over the whole record: how a query becomes SQL over what ``projections/search`` filled.

The tokens are computed by ``words``; PostgreSQL stores and finds them (core ``tsvector`` and GIN,
no extension), so that every server answers alike. All names are of the portal's read schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

from services.portal.domain.ordinals import Ordinals
from services.portal.views.finds import Finds
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


NONE = Ordinals({})


@dataclass(frozen=True, slots=True)
class Match:
    """What a query asks for, and what that finds.

    ``plan``: what is searched in the end, for ``highlight``. ``ordinals``: the records that match,
    None when all do. ``corrected``: the query searched instead, when nothing was found for the one
    typed. ``did_you_mean``: a better query, although something was found.
    """

    plan: Plan
    ordinals: Ordinals | None = None
    corrected: str | None = None
    did_you_mean: str | None = None

    @property
    def everything(self) -> bool:
        """Whether no word was asked for."""
        return self.ordinals is None

    @property
    def found(self) -> int:
        """How many records match; 0 also where no word was asked for."""
        return 0 if self.ordinals is None else len(self.ordinals)

    @property
    def ranked(self) -> bool:
        """Whether a rank tells finds apart: not when all or very many match."""
        return 0 < self.found <= FEW


async def best(
    connection: AsyncConnection[Any], match: Match, among: Ordinals, skip: int, size: int
) -> list[int]:
    """Return ``size`` ordinals ``among`` what a ranked match finds, the best first."""
    cursor = await connection.execute(
        "SELECT ordinal FROM portal_read.search_documents WHERE ordinal = ANY(%s)"
        " ORDER BY ts_rank(vector, %s::tsquery, 1) DESC, ordinal LIMIT %s OFFSET %s",
        (among.every(), match.plan.rank_tsquery(), size, skip),
    )
    return [row[0] for row in await cursor.fetchall()]


async def matching(
    connection: AsyncConnection[Any],
    query: str,
    finds: Finds | None = None,
    *,
    everything: bool = False,
) -> Match:
    """Return what ``query`` finds, corrected when it would find nothing as typed.

    ``finds`` may know it from before. ``everything``: search also what is not shown to everyone. A
    blank query matches everything; one with nothing in it that can be searched matches nothing.
    """
    plan = parse(query)
    if plan.empty:
        return Match(plan, NONE if plan.typed else None)
    async with connection.cursor(row_factory=tuple_row) as cursor:
        return await Search(cursor, finds or Finds(0), everything=everything).run(plan)


def known_row(row: tuple[str, str, list[str], int]) -> Known:
    """Return a row of the dictionary as a known word."""
    return Known(row[0], row[1], tuple(row[2]), row[3])


class Search:
    """One search: what is known of its words, and what to try when it finds nothing."""

    def __init__(self, cursor: AsyncCursor[Any], finds: Finds, *, everything: bool) -> None:
        """Read through ``cursor``, whose rows are tuples; all records or those shown."""
        self._cursor = cursor
        self._finds = finds
        self._everything = everything

    async def run(self, plan: Plan) -> Match:
        """Search for ``plan``; then more widely; then for corrected words."""
        known = await self.known(plan.free_words())
        narrow = plan.narrowed({word: each.languages for word, each in known.items()})
        for tried in dict.fromkeys((narrow, plan)):
            if len(found := await self.finds(tried)):
                better = await self.better(plan, known)
                return Match(tried, found, did_you_mean=better)
        return await self.corrected(plan, known)

    async def finds(self, plan: Plan) -> Ordinals:
        """Return which records match."""
        return await self._finds.of(self._cursor, plan.tsquery(), everything=self._everything)

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
            if len(found := await self.finds(narrow)):
                return Match(narrow, found, corrected=narrow.text())
        return Match(plan, NONE)

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
