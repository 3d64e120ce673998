"""What the index keeps of records that are added, replaced and taken out."""

from __future__ import annotations

import asyncio
import random
import string
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from services.portal.projections.search import SEARCH_TABLES, Searchable, index_documents, prepare
from services.portal.views.search import FEW, matching
from services.portal.views.words.normal import LONGEST_WORD

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Work = Callable[[psycopg.AsyncConnection[Any]], Awaitable[None]]

FIRST, SECOND = 1, 2


@pytest.fixture
def empty(server: str) -> Iterator[str]:
    """Yield the address of a database of its own, without any record."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE index_test")
        try:
            yield make_conninfo(server, dbname="index_test")
        finally:
            connection.execute("DROP DATABASE index_test WITH (FORCE)")


def run(url: str, work: Work) -> None:
    """Lay the tables, twice as a restart does, and do ``work`` on a connection."""

    async def begin() -> None:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            await connection.execute("CREATE SCHEMA IF NOT EXISTS portal_read")
            for _ in range(2):
                await connection.execute(SEARCH_TABLES)
            await work(connection)

    asyncio.run(begin())


async def seen(connection: psycopg.AsyncConnection[Any]) -> dict[str, int]:
    """Return the dictionary."""
    cursor = await connection.execute(
        "SELECT word, seen FROM portal_read.search_dictionary WHERE shown = ''"
    )
    return dict(await cursor.fetchall())


async def neighbours(connection: psycopg.AsyncConnection[Any]) -> set[str]:
    """Return the words that have neighbours."""
    cursor = await connection.execute("SELECT DISTINCT word FROM portal_read.search_neighbours")
    return {row[0] for row in await cursor.fetchall()}


def record(number: int, text: str, *exact: str, shown: bool = True) -> Searchable:
    """Return an English record."""
    return Searchable(number, {"official:en": text}, exact, shown=shown)


def test_a_replaced_record_is_found_by_its_new_words_only(empty: str) -> None:
    """Its words are counted once, and what nobody writes any longer is forgotten."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        async with connection.cursor() as cursor:
            await index_documents(
                cursor, prepare([record(FIRST, "Abolish torture"), record(SECOND, "Torture")])
            )
            await index_documents(cursor, prepare([record(FIRST, "Abolish slavery", "CAT/C/X/1")]))
        assert await seen(connection) == {"abolish": 1, "slavery": 1, "torture": 1, "cat": 1}
        assert await neighbours(connection) == {"abolish", "slavery", "torture"}
        assert (await matching(connection, "torture")).found == 1
        assert (await matching(connection, "slavery")).found == 1

    run(empty, work)


def test_indexing_again_changes_nothing(empty: str) -> None:
    """A batch that is applied twice leaves what applying it once left."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        items = [record(FIRST, "Women's rights"), record(SECOND, "Rights of the child", "12 (a)")]
        async with connection.cursor() as cursor:
            await index_documents(cursor, prepare(items))
            before = await seen(connection), await neighbours(connection)
            await index_documents(cursor, prepare(items))
        assert (await seen(connection), await neighbours(connection)) == before
        assert before[0]["rights"] == 2

    run(empty, work)


def test_a_record_that_is_not_shown_is_neither_found_nor_suggested(empty: str) -> None:
    """Whoever searches everything finds it; its words are offered to nobody."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        async with connection.cursor() as cursor:
            await index_documents(cursor, prepare([record(SECOND, "End slavery", shown=False)]))
            await index_documents(cursor, prepare([record(FIRST, "Abolish torture")]))
            assert (await matching(connection, "tortrue")).corrected == "torture"
            await index_documents(cursor, prepare([record(FIRST, "Abolish torture", shown=False)]))
        for word in ("torture", "tortrue", "slavery"):
            assert (await matching(connection, word)).found == 0
        found = await matching(connection, "torture", everything=True)
        assert found.found == 1
        assert (await matching(connection, "tortrue", everything=True)).corrected is None
        assert not await seen(connection)
        assert not await neighbours(connection)

    run(empty, work)


def test_nothing_to_index_and_texts_without_words_are_harmless(empty: str) -> None:
    """No items, an empty text, no word in it, a very long one, a part in capitals."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        async with connection.cursor() as cursor:
            await index_documents(cursor, prepare([]))
            await index_documents(
                cursor, prepare([record(FIRST, ""), record(SECOND, "… — !\x00'\\")])
            )
            await index_documents(cursor, prepare([record(FIRST, "word " * 100_000 + "end")]))
            await index_documents(
                cursor, prepare([record(SECOND, "".join(f"w{n}x " for n in range(50_000)))])
            )
        assert (await matching(connection, "word")).found == 1

    run(empty, work)


def test_a_word_that_very_many_have_is_not_ranked(empty: str) -> None:
    """Beyond ``FEW`` finds the rank is the same for all, so that a broad query stays quick."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        items = [record(n, "Abolish torture" if n else "Slavery") for n in range(FEW + 2)]
        items.append(record(FEW + 2, "Torture, not shown", shown=False))
        async with connection.cursor() as cursor:
            await index_documents(cursor, prepare(items))
        broad = await matching(connection, "torture")
        assert broad.found == FEW + 1
        assert not broad.ranked
        assert (await matching(connection, "slavery")).ranked
        everything = await matching(connection, "torture", everything=True)
        assert everything.found == FEW + 2

    run(empty, work)


def test_a_frequent_near_word_is_suggested(empty: str) -> None:
    """One record misspells what many write: it is found, and the other spelling is offered."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        items = [record(n, "Forbid discrimination now") for n in range(2, 40)]
        async with connection.cursor() as cursor:
            await index_documents(
                cursor, prepare([record(FIRST, "Forbid descrimination now"), *items])
            )
        typed = await matching(connection, "descrimination now")
        assert (typed.found, typed.did_you_mean) == (1, "discrimination now")
        assert (await matching(connection, "discrimination now")).did_you_mean is None

    run(empty, work)


def test_the_vectors_lie_outside_the_rows(empty: str) -> None:
    """Also of a replaced record: the rows that counting visits stay small."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        text = "Bring every place of detention under the eye of an independent inspectorate"
        async with connection.cursor() as cursor:
            for _ in range(2):
                await index_documents(cursor, prepare([record(n, text) for n in range(100)]))
            vectors = await cursor.execute(
                "SELECT min(pg_column_size(vector)) FROM portal_read.search_documents"
            )
            smallest = (await vectors.fetchone() or (0,))[0]
            await cursor.execute("SELECT pg_relation_size('portal_read.search_documents') / 200.0")
            row = (await cursor.fetchone() or (0,))[0]
        assert row < 170 < smallest

    run(empty, work)


def letters(many: int) -> str:
    """Return letters that no compression shortens."""
    made = random.Random(many)
    return "".join(made.choices(string.ascii_lowercase, k=many))


def test_a_word_is_shown_no_longer_than_it_is_kept(empty: str) -> None:
    """What nobody sees at its beginning does not make an entry that no index takes."""

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        async with connection.cursor() as cursor:
            long = "ab" + "\u200b" * 260 + letters(4_000)
            await index_documents(cursor, prepare([record(FIRST, long)]))
            await cursor.execute("SELECT max(length(shown)) FROM portal_read.search_dictionary")
            (longest,) = await cursor.fetchone() or (0,)
            assert 0 < longest <= LONGEST_WORD

    run(empty, work)


def test_a_text_of_long_words_in_every_language_is_indexed(empty: str) -> None:
    """Letters of four bytes, in words that are all different, up to what a vector holds."""
    made = random.Random(1)
    deseret = [chr(0x10428 + place) for place in range(40)]
    texts = {
        f"translation:x{tag}": " ".join("".join(made.choices(deseret, k=60)) for _ in range(400))
        for tag in string.ascii_lowercase
    }

    async def work(connection: psycopg.AsyncConnection[Any]) -> None:
        async with connection.cursor() as cursor:
            await index_documents(cursor, prepare([Searchable(FIRST, texts, shown=True)]))
            await cursor.execute("SELECT length(vector) > 1000 FROM portal_read.search_documents")
            assert await cursor.fetchone() == (True,)

    run(empty, work)
