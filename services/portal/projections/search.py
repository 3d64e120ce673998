"""The index of the search: its tables, and how records are put into it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from psycopg.rows import tuple_row

from services.portal.views.words import document_tokens
from services.portal.views.words.nearness import SHORTEST, deletions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from psycopg import AsyncCursor

    from services.portal.views.words.document import Document

    Entry = tuple[str, str, str]
    """A row of the dictionary: a word, how it is shown, and in which language it is met."""

SEARCH_TABLES = """
CREATE TABLE IF NOT EXISTS portal_read.search_documents (
    ordinal bigint PRIMARY KEY,
    vector tsvector NOT NULL,
    shown boolean NOT NULL,
    words jsonb NOT NULL,
    apart text NOT NULL DEFAULT repeat(' ', 2100)
) WITH (toast_tuple_target = 160);
ALTER TABLE portal_read.search_documents ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX IF NOT EXISTS search_documents_vector ON portal_read.search_documents
    USING gin (vector) WITH (gin_pending_list_limit = 1024);
CREATE TABLE IF NOT EXISTS portal_read.search_dictionary (
    word text COLLATE "C" NOT NULL,
    shown text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    seen bigint NOT NULL,
    PRIMARY KEY (word, shown, language)
) WITH (fillfactor = 70);
CREATE TABLE IF NOT EXISTS portal_read.search_neighbours (
    key text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (key, word)
);
CREATE OR REPLACE FUNCTION portal_read.search_found(wanted tsquery, everything boolean)
    RETURNS bytea LANGUAGE sql STABLE SET enable_seqscan = off
    AS 'SELECT string_agg(int8send(ordinal), '''')
        FROM portal_read.search_documents WHERE vector @@ wanted AND (everything OR shown)';
"""
"""The search's tables; harmless when they stand.

Counting tens of thousands of finds must visit all their rows; so these are kept small, the
vectors outside of them. PostgreSQL moves a value out only from a row above two kilobytes:
``apart`` brings every row there, and shrinks to some thirty bytes itself. The function, which gives
ordinals one after the other in eight bytes each, keeps the planner from reading every vector one
after the other, since it does not know what fetching them costs.

The dictionary, out of which everyone is offered words, knows those of shown records alone: how many
have a word (a row without spelling and language), and how many in each spelling and language (no
language for a label's). ``words`` keeps what a record has added to it, so that the same is taken
away when its texts change: each row follows from the texts that stand, whatever went before.
"""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A record as it is to be found; ``texts`` and ``exact`` as ``document_tokens`` takes them.

    ``shown``: everyone may find it; otherwise only who searches everything.
    """

    ordinal: int
    texts: Mapping[str, str]
    exact: Sequence[str] = ()
    shown: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What records mean to the index, in columns: worked out from their texts alone."""

    ordinals: list[int]
    vectors: list[str]
    shown: list[bool]
    words: list[list[Entry]]


def prepare(items: Iterable[Searchable]) -> Prepared:
    """Work out what the index keeps of records; of one that is told twice, the last."""
    asked = {item.ordinal: item for item in items}
    documents = [document_tokens(each.texts, each.exact) for each in asked.values()]
    listed = zip(documents, asked.values(), strict=True)
    return Prepared(
        list(asked),
        [document.vector for document in documents],
        [each.shown for each in asked.values()],
        [entries(document) if each.shown else [] for document, each in listed],
    )


async def index_documents(cursor: AsyncCursor[Any], prepared: Prepared) -> None:
    """Put records into the index in the caller's transaction; one that is there is replaced.

    Several hundred at a time are much faster than one by one.
    """
    if not prepared.ordinals:
        return
    change = Counter(entry for each in prepared.words for entry in counted(each))
    change.subtract(await words_of(cursor, prepared.ordinals))
    await cursor.execute(
        "INSERT INTO portal_read.search_documents (ordinal, vector, shown, words)"
        " SELECT ordinal, vector::tsvector, shown, words::jsonb"
        " FROM unnest(%b::bigint[], %b::text[], %b::boolean[], %b::text[])"
        " AS new (ordinal, vector, shown, words)"
        " ON CONFLICT (ordinal) DO UPDATE SET vector = excluded.vector, shown = excluded.shown,"
        " words = excluded.words, apart = DEFAULT",
        (
            prepared.ordinals,
            prepared.vectors,
            prepared.shown,
            [orjson.dumps(each).decode() for each in prepared.words],
        ),
    )
    await count_words(cursor, change)


def entries(document: Document) -> list[Entry]:
    """Return in which spelling and languages a document has each of its listed words."""
    return [
        (word, written.shown, language)
        for word, written in document.words.items()
        for language in sorted(written.languages - {""}) or [""]
    ]


def counted(words: Iterable[Entry]) -> set[Entry]:
    """Return the rows of the dictionary that a document counts in: its words', and each word's."""
    found = {(word, shown, language) for word, shown, language in words}
    return found | {(word, "", "") for word, _, _ in found}


async def words_of(cursor: AsyncCursor[Any], documents: Sequence[int]) -> Counter[Entry]:
    """Return what these documents count in the dictionary as they stand in the index."""
    async with cursor.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(
            "SELECT words FROM portal_read.search_documents WHERE ordinal = ANY(%s)",
            (list(documents),),
        )
        return Counter(entry for (words,) in await reading.fetchall() for entry in counted(words))


async def count_words(cursor: AsyncCursor[Any], change: Counter[Entry]) -> None:
    """Add ``change`` to how often words are seen; new ones get neighbours, unseen ones fall."""
    rows = sorted((entry, by) for entry, by in change.items() if by)
    if not rows:
        return
    words, shown, languages = ([entry[place] for entry, _ in rows] for place in range(3))
    async with cursor.connection.cursor(row_factory=tuple_row) as writing:
        await writing.execute(COUNT_WORDS, (words, shown, languages, [by for _, by in rows]))
        after = await writing.fetchall()
        await add_neighbours(writing, [word for word, whole, new, _ in after if whole and new])
        gone = [word for word, whole, _, seen in after if whole and seen <= 0]
        await drop_neighbours(writing, gone)
        await writing.execute(DROP_UNSEEN, (words,))


def keys_of(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return two columns: the keys of ``words``, and beside each the word."""
    pairs = [(key, word) for word in words if len(word) >= SHORTEST for key in deletions(word)]
    return [key for key, _ in pairs], [word for _, word in pairs]


async def add_neighbours(cursor: AsyncCursor[Any], words: Sequence[str]) -> None:
    """Write the keys by which ``words`` are found when they are misspelt."""
    if words:
        await cursor.execute(
            "INSERT INTO portal_read.search_neighbours (key, word)"
            " SELECT * FROM unnest(%b::text[], %b::text[]) ON CONFLICT DO NOTHING",
            keys_of(words),
        )


async def drop_neighbours(cursor: AsyncCursor[Any], words: Sequence[str]) -> None:
    """Take the keys of words away that no record has."""
    if words:
        await cursor.execute(
            "DELETE FROM portal_read.search_neighbours AS old"
            " USING unnest(%s::text[], %s::text[]) AS gone (key, word)"
            " WHERE old.key = gone.key AND old.word = gone.word",
            keys_of(words),
        )


COUNT_WORDS = """
INSERT INTO portal_read.search_dictionary AS known (word, shown, language, seen)
SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[])
ON CONFLICT (word, shown, language) DO UPDATE SET seen = known.seen + excluded.seen
RETURNING word, shown = '', xmax = 0, seen
"""
DROP_UNSEEN = "DELETE FROM portal_read.search_dictionary WHERE word = ANY(%s) AND seen <= 0"
