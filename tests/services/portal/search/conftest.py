"""A PostgreSQL of the wheel that is shipped, with the search's tables and the corpus in it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from libs.chassis.embedded.postgres import EmbeddedPostgres
from services.portal.projections.records import named_states
from services.portal.projections.search import SEARCH_TABLES, Searchable, index_documents, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


def corpus() -> list[dict[str, Any]]:
    """Return the invented recommendations that the committed queries are asked of."""
    rows: list[dict[str, Any]] = json.loads((HERE / "corpus.json").read_text("utf-8"))
    return rows


def searchable(row: dict[str, Any]) -> Searchable:
    """Return a row of the corpus as the portal indexes it."""
    exact = (row["symbol"], row["paragraph"], f"REC-{row['number']:05d}")
    texts = {f"official:{row['language']}": row["text"]}
    texts |= named_states(row.get("recommending_states", ()), ("ar", "en"))
    return Searchable(row["number"], texts, exact, shown=True)


async def fill(url: str) -> None:
    """Lay the tables and index the corpus."""
    async with (
        await psycopg.AsyncConnection.connect(url) as connection,
        connection.cursor() as cursor,
    ):
        await cursor.execute("CREATE SCHEMA portal_read")
        await cursor.execute(SEARCH_TABLES)
        await index_documents(cursor, prepare(map(searchable, corpus())))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a running PostgreSQL."""
    running = EmbeddedPostgres(tmp_path_factory.mktemp("search") / "postgres")
    running.start()
    try:
        yield running.url
    finally:
        running.stop()


@pytest.fixture(scope="session")
def database(server: str) -> str:
    """Return the address of a database that holds the corpus; tests only read it."""
    asyncio.run(fill(server))
    return server
