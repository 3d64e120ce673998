"""The index follows from the texts that stand, whatever was told of a record before."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.testkit.read_models import differences
from services.portal.domain.record import RECEIVED, Body, Told, step
from services.portal.projections.records import Records, searchable
from services.portal.projections.search import SEARCH_TABLES, index_documents, prepare
from services.portal.views.search import matching

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import AsyncCursor

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPOKEN = ("en", "fr", "ar")
WRITTEN = ("Based on rights", "Égalité based", "EGALITE des droits", "حقوق المرأة", "CAT Égalité")
TEXTS, LANGUAGES = st.sampled_from(WRITTEN), st.sampled_from(SPOKEN)
TABLES = ("search_documents", "search_dictionary", "search_neighbours")


def of_intake(name: str, **body: Any) -> tuple[str, dict[str, Any]]:
    """Return a topic of recommendations with its body."""
    return f"intake.recommendation.{name}.v1", body


ACTS = st.one_of(
    st.just(of_intake("published")),
    st.just(of_intake("withdrawn")),
    st.just(of_intake("reinstated")),
    st.just(of_intake("confirmation-withdrawn", published=False)),
    st.builds(lambda text: of_intake("confirmed", text=text), TEXTS),
    st.builds(lambda text: of_intake("corrected", fields={"text": text}), TEXTS),
    st.builds(
        lambda text, tag: of_intake("translated", text=text, language=tag, origin="official"),
        *(TEXTS, LANGUAGES),
    ),
    st.builds(
        lambda text, tag: of_intake("summarised", summary=text, language=tag), TEXTS, LANGUAGES
    ),
    st.builds(lambda text: of_intake("classified", themes=[{"label": text}]), TEXTS),
)


def told(number: int, topic: str, body: dict[str, Any]) -> Told:
    """Return what intake tells as the history keeps it."""
    return Told(str(number), topic, "intake", number, number, NOW, NOW, "ina", body)


def received(number: int) -> Told:
    """Return a receipt with a word that a label may have too."""
    facts = {"state": "XX", "mechanism": "upr", "official": True, "language": "en"}
    return told(0, RECEIVED, {**facts, "number": f"REC-{number:05d}", "text": "Based on law"})


async def rows(cursor: AsyncCursor[Any]) -> dict[str, list[str]]:
    """Return every row of the search's tables."""
    found = {}
    for table in TABLES:
        await cursor.execute(f"SELECT to_jsonb(t)::text FROM portal_read.{table} AS t".encode())
        found[table] = sorted(row for (row,) in await cursor.fetchall())
    return found


async def lay(cursor: AsyncCursor[Any]) -> None:
    """Lay the tables, empty."""
    await cursor.execute("CREATE SCHEMA IF NOT EXISTS portal_read")
    await cursor.execute(SEARCH_TABLES)
    await cursor.execute(f"TRUNCATE {', '.join(f'portal_read.{each}' for each in TABLES)}".encode())


async def filled(cursor: AsyncCursor[Any], records: Iterable[Body]) -> dict[str, list[str]]:
    """Return the rows of a fill from nothing."""
    await lay(cursor)
    await index_documents(cursor, prepare(map(searchable, records)))
    return await rows(cursor)


async def compare(url: str, acts: list[tuple[int, tuple[str, dict[str, Any]]]]) -> list[str]:
    """Put two records into the index after each act, then from nothing; return what differs."""
    async with (
        await psycopg.AsyncConnection.connect(url) as connection,
        connection.cursor() as cursor,
    ):
        await lay(cursor)
        records = [step(None, received(number)) or {} for number in (1, 2)]
        for number, (which, (topic, body)) in enumerate(acts, start=1):
            records[which] = step(records[which], told(number, topic, body)) or {}
            await index_documents(cursor, prepare([searchable(records[which])]))
        for record in records:
            await index_documents(cursor, prepare([searchable(record)]))
        live = await rows(cursor)
        again = await filled(cursor, records)
        await connection.rollback()
        return differences(live, again)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(acts=st.lists(st.tuples(st.sampled_from((0, 1)), ACTS), max_size=12))
def test_no_order_of_acts_leaves_another_index_than_a_fill_from_nothing(
    server: str, acts: list[tuple[int, tuple[str, dict[str, Any]]]]
) -> None:
    assert asyncio.run(compare(server, acts)) == []


def test_a_language_falls_with_the_last_text_in_it(server: str) -> None:
    """A word that stays as a label alone, after its text was corrected, is in no language."""
    label = of_intake("classified", themes=[{"label": "Based"}])
    corrected = of_intake("corrected", fields={"text": "Law"})
    published = of_intake("published")
    assert asyncio.run(compare(server, [(0, published), (0, label), (0, corrected)])) == []


def test_states_are_found_by_names_in_the_languages_offered(server: str) -> None:
    """A platform that offers one language more fills its read models anew."""
    assert Records("intake", ("ar", "en")).tables == Records("tracking", ("ar", "en")).tables
    assert Records("intake", ("ar", "en", "fr")).tables != Records("intake", ("ar", "en")).tables
    record = {**(step(None, received(1)) or {}), "recommending_states": ["DEU", "Atlantis"]}

    async def found(*languages: str) -> list[str]:
        async with (
            await psycopg.AsyncConnection.connect(server) as connection,
            connection.cursor() as cursor,
        ):
            await lay(cursor)
            await index_documents(cursor, prepare([searchable(record, languages)]))
            words = ("Allemagne", "Germany", "ألمانيا", "Atlantis")
            matches = [await matching(connection, each, everything=True) for each in words]
            await connection.rollback()
            return [each for each, match in zip(words, matches, strict=True) if match.found]

    assert asyncio.run(found("ar", "en")) == ["Germany", "ألمانيا", "Atlantis"]
    assert asyncio.run(found("fr")) == ["Allemagne", "Atlantis"]
