"""Search over the whole record: its tables, how they are filled, and how a query becomes SQL.

The tokens are computed by ``words``; PostgreSQL stores and finds them (core ``tsvector`` and GIN,
no extension), so that every server answers alike. All names are of the portal's read schema.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql
from psycopg.rows import tuple_row

from services.portal.views.words import Plan, document_tokens, parse
from services.portal.views.words.corrections import (
    Known,
    corrections,
    is_odd,
    likeliest,
    seen,
    spellings,
)
from services.portal.views.words.document import Document, Written, is_listed
from services.portal.views.words.nearness import SHORTEST, deletions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection, AsyncCursor

SEARCH_TABLES = """
CREATE TABLE IF NOT EXISTS portal_read.search_documents (
    id uuid PRIMARY KEY,
    vector tsvector NOT NULL,
    apart text NOT NULL DEFAULT repeat(' ', 2100)
) WITH (toast_tuple_target = 160);
ALTER TABLE portal_read.search_documents ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX IF NOT EXISTS search_documents_vector ON portal_read.search_documents
    USING gin (vector) WITH (gin_pending_list_limit = 1024);
CREATE TABLE IF NOT EXISTS portal_read.search_dictionary (
    word text COLLATE "C" PRIMARY KEY,
    shown text NOT NULL,
    languages text[] NOT NULL,
    seen bigint NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE IF NOT EXISTS portal_read.search_neighbours (
    key text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (key, word)
);
CREATE OR REPLACE FUNCTION portal_read.search_found(
    wanted tsquery, few bigint, OUT found bigint, OUT ids uuid[]
)
    LANGUAGE sql STABLE SET enable_seqscan = off
    AS 'SELECT count(*), CASE WHEN count(*) <= few THEN array_agg(id) END
        FROM portal_read.search_documents WHERE vector @@ wanted';
CREATE OR REPLACE FUNCTION portal_read.search_many(wanted tsquery) RETURNS SETOF uuid
    LANGUAGE sql STABLE ROWS 50000 SET enable_seqscan = off
    AS 'SELECT id FROM portal_read.search_documents WHERE vector @@ wanted';
"""
"""The search's tables; harmless when they stand.

Counting tens of thousands of finds must visit all their rows; so these are kept small, the
vectors outside of them. PostgreSQL moves a value out only from a row above two kilobytes:
``apart`` brings every row there, and shrinks to some thirty bytes itself. The functions keep the
planner from reading every vector one after the other, since it does not know what fetching them
costs.
"""

FEW = 2_000
"""Up to so many finds a search is ranked; beyond, one word more is a better order than any rank."""

MOST_TRIALS = 12
RARE = 2
FREQUENT = 10
"""A word seen ``RARE`` times is doubted, if a near one is seen ``FREQUENT`` times as often."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A record as it is to be found; ``texts`` and ``exact`` as ``document_tokens`` takes them."""

    id: UUID
    texts: Mapping[str, str]
    exact: Sequence[str] = ()


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
        return sql.SQL("{} IN (SELECT portal_read.search_many(%(search)s::tsquery))").format(column)

    def page_condition(self, column: sql.Composable) -> sql.Composed:
        """Return the same for one page of a list that an index orders.

        Where very many match, the rows are taken in the list's order and each is looked at, which
        ends after a page; ``condition`` would collect all finds first.
        """
        if self.everything or self.found <= FEW:
            return self.condition(column)
        return sql.SQL(
            "(SELECT vector @@ %(search)s::tsquery"
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


async def index_documents(cursor: AsyncCursor[Any], items: Iterable[Searchable]) -> None:
    """Put records into the index in the caller's transaction; one that is there is replaced.

    Several hundred at a time are much faster than one by one.
    """
    documents = {item.id: document_tokens(item.texts, item.exact) for item in items}
    if not documents:
        return
    change = Counter(word for document in documents.values() for word in document.words)
    change.subtract(await words_of(cursor, list(documents)))
    await cursor.execute(
        "INSERT INTO portal_read.search_documents (id, vector)"
        " SELECT id, vector::tsvector FROM unnest(%s::uuid[], %s::text[]) AS new (id, vector)"
        " ON CONFLICT (id) DO UPDATE SET vector = excluded.vector, apart = DEFAULT",
        (list(documents), [document.vector for document in documents.values()]),
    )
    await count_words(cursor, change, written_in(documents.values()))


async def remove_document(cursor: AsyncCursor[Any], document: UUID) -> None:
    """Take a record out of the index in the caller's transaction; harmless when it is not there."""
    change: Counter[str] = Counter()
    change.subtract(await words_of(cursor, [document]))
    await cursor.execute("DELETE FROM portal_read.search_documents WHERE id = %s", (document,))
    await count_words(cursor, change, {})


async def words_of(cursor: AsyncCursor[Any], documents: Sequence[UUID]) -> Counter[str]:
    """Return the listed words of some records, with the number of records that have each."""
    async with cursor.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(
            "SELECT lexeme, count(*) FROM portal_read.search_documents,"
            " unnest(tsvector_to_array(vector)) AS lexeme WHERE id = ANY(%s) GROUP BY lexeme",
            (list(documents),),
        )
        return Counter({word: count for word, count in await reading.fetchall() if is_listed(word)})


def written_in(documents: Iterable[Document]) -> dict[str, Written]:
    """Return every word of ``documents`` with all languages that it was met in."""
    found: dict[str, Written] = {}
    for document in documents:
        for word, written in document.words.items():
            before = found.setdefault(word, written)
            if not written.languages <= before.languages:
                found[word] = Written(before.shown, before.languages | written.languages)
    return found


async def count_words(
    cursor: AsyncCursor[Any], change: Counter[str], written: Mapping[str, Written]
) -> None:
    """Add ``change`` to how often words are seen; new ones get neighbours, unseen ones fall."""
    words = sorted(word for word, by in change.items() if by)
    met = [written.get(word, Written(word)) for word in words]
    languages = [",".join(sorted(each.languages)) for each in met]
    columns = (words, [each.shown for each in met], languages, [change[word] for word in words])
    async with cursor.connection.cursor(row_factory=tuple_row) as writing:
        await writing.execute(COUNT_WORDS, columns)
        counted = await writing.fetchall()
        await add_neighbours(writing, [word for word, new, _ in counted if new])
        await drop_words(writing, [word for word, _, seen in counted if seen <= 0])


def keys_of(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return two columns: the keys of ``words``, and beside each the word."""
    pairs = [(key, word) for word in words if len(word) >= SHORTEST for key in deletions(word)]
    return [key for key, _ in pairs], [word for _, word in pairs]


async def add_neighbours(cursor: AsyncCursor[Any], words: Sequence[str]) -> None:
    """Write the keys by which ``words`` are found when they are misspelt."""
    if words:
        await cursor.execute(
            "INSERT INTO portal_read.search_neighbours (key, word)"
            " SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            keys_of(words),
        )


async def drop_words(cursor: AsyncCursor[Any], words: Sequence[str]) -> None:
    """Forget words that no record has any longer."""
    if words:
        await cursor.execute(
            "DELETE FROM portal_read.search_neighbours AS old"
            " USING unnest(%s::text[], %s::text[]) AS gone (key, word)"
            " WHERE old.key = gone.key AND old.word = gone.word",
            keys_of(words),
        )
        await cursor.execute(
            "DELETE FROM portal_read.search_dictionary WHERE word = ANY(%s)", (words,)
        )


async def matching(connection: AsyncConnection[Any], query: str) -> Match:
    """Return how to find what ``query`` asks for, corrected when it would find nothing as typed.

    A blank query matches everything; one with nothing in it that can be searched matches nothing.
    """
    plan = parse(query)
    if plan.empty:
        return Match(plan, {}, everything=not plan.typed)
    async with connection.cursor(row_factory=tuple_row) as cursor:
        return await Search(cursor).run(plan)


class Finds(NamedTuple):
    """How many records match; ``ids``: PostgreSQL's array of them, empty when they are not few."""

    total: int = 0
    ids: str = "{}"


def known_row(row: tuple[str, str, list[str], int]) -> Known:
    """Return a row of the dictionary as a known word."""
    return Known(row[0], row[1], tuple(row[2]), row[3])


class Search:
    """One search: what is known of its words, and what to try when it finds nothing."""

    def __init__(self, cursor: AsyncCursor[Any]) -> None:
        """Read through ``cursor``, whose rows are tuples."""
        self._cursor = cursor

    async def run(self, plan: Plan) -> Match:
        """Search for ``plan``; then more widely; then for corrected words."""
        known = await self.known(plan.free_words())
        narrow = plan.narrowed({word: each.languages for word, each in known.items()})
        for tried in dict.fromkeys((narrow, plan)):
            if (found := await self.finds(tried)).total:
                return match(tried, found, did_you_mean=await self.better(plan, known))
        return await self.corrected(plan, known)

    async def finds(self, plan: Plan) -> Finds:
        """Return how many records match, and which, when they are few."""
        await self._cursor.execute(
            "SELECT found, ids::text FROM portal_read.search_found(%s::tsquery, %s)",
            (plan.tsquery(), FEW),
        )
        row = await self._cursor.fetchone()
        return Finds(int(row[0]), row[1] or "{}") if row else Finds()

    async def known(self, words: Sequence[str]) -> dict[str, Known]:
        """Return those of ``words`` that the dictionary has."""
        await self._cursor.execute(
            "SELECT word, shown, languages, seen FROM portal_read.search_dictionary"
            " WHERE word = ANY(%s)",
            (list(words),),
        )
        return {row[0]: known_row(row) for row in await self._cursor.fetchall()}

    async def near(self, words: Sequence[str]) -> dict[str, list[Known]]:
        """Return for each of ``words`` the known ones perhaps meant, the likeliest first."""
        spelt = {word: spellings(word) for word in words}
        keys = {key for each in spelt.values() for spelling in each for key in deletions(spelling)}
        await self._cursor.execute(NEAR, {"keys": list(keys)})
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
                return match(narrow, found, corrected=narrow.text())
        return match(plan, Finds())

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
    plan: Plan, finds: Finds, corrected: str | None = None, did_you_mean: str | None = None
) -> Match:
    """Return the match of a plan that has these finds."""
    parameters = {
        "search": plan.tsquery(),
        "search_rank": plan.rank_tsquery(),
        "search_ids": finds.ids,
    }
    return Match(plan, parameters, finds.total, corrected, did_you_mean)


COUNT_WORDS = """
INSERT INTO portal_read.search_dictionary AS known (word, shown, languages, seen)
SELECT word, shown, string_to_array(languages, ','), seen
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) AS new (word, shown, languages, seen)
ON CONFLICT (word) DO UPDATE SET seen = known.seen + excluded.seen,
    languages = CASE WHEN known.languages @> excluded.languages THEN known.languages
        ELSE ARRAY(SELECT DISTINCT unnest(known.languages || excluded.languages) ORDER BY 1) END
RETURNING word, xmax = 0, seen
"""
NEAR = """
SELECT word, shown, languages, seen FROM portal_read.search_dictionary
WHERE word = ANY(%(keys)s)
    OR word = ANY(ARRAY(SELECT word FROM portal_read.search_neighbours WHERE key = ANY(%(keys)s)))
"""
