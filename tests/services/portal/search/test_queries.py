"""Every committed query finds exactly the recommendations that it should, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.portal.domain.ordinals import ordinals
from services.portal.views.search import Match, best, matching
from services.portal.views.words import document_tokens, parse

QUERIES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "queries.json").read_text("utf-8")
)


async def answer(url: str, query: str) -> tuple[Match, list[int]]:
    """Return the match of a query, and the numbers that it finds, the best first."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        match = await matching(connection, query)
        found = match.ordinals or ordinals(())
        return match, await best(connection, match, found, 0, len(found))


@pytest.mark.parametrize(
    "case", QUERIES, ids=[f"{case['kind']}: {case['query']}" for case in QUERIES]
)
def test_a_query_finds_exactly_what_it_should(database: str, case: dict[str, Any]) -> None:
    """The numbers, what was searched instead, and what is suggested."""
    match, numbers = asyncio.run(answer(database, case["query"]))
    assert sorted(numbers) == case["finds"]
    assert match.found == len(numbers)
    assert match.corrected == case.get("corrected")
    assert match.did_you_mean == case.get("did_you_mean")


def test_the_queries_are_of_every_kind() -> None:
    """There are at least eighty, and at least two of each kind that the search promises."""
    kinds = Counter(case["kind"] for case in QUERIES)
    assert len(QUERIES) >= 80
    promised = {
        "arabic spelling", "arabic prefixes", "arabic tashkeel", "arabic tatweel", "french accents",
        "spanish accents", "english stems", "plurals", "phrases", "or", "not", "prefixes",
        "symbols",
        "paragraphs", "numbers", "two letters", "misspelt", "nothing", "russian", "chinese",
        "states",
    }  # fmt: skip
    assert {kind for kind, count in kinds.items() if count >= 2} >= promised
    assert all(not case["finds"] for case in QUERIES if case["kind"] == "nothing")
    assert all(case["finds"] for case in QUERIES if case["kind"] in {"misspelt", "arabic spelling"})


def test_the_word_as_typed_ranks_before_its_relatives(database: str) -> None:
    """A record that writes the word stands before one that only shares its stem."""
    _, numbers = asyncio.run(answer(database, "discriminatory"))
    assert numbers[0] == 6
    _, numbers = asyncio.run(answer(database, "وبالمرأة"))
    assert numbers[0] == 57


def test_a_blank_query_is_no_condition(database: str) -> None:
    """Nothing typed: everything is listed, and nothing is ranked."""
    match, _ = asyncio.run(answer(database, "  "))
    assert match.everything
    assert not match.ranked


ANYTHING = st.text(
    st.sampled_from("aZé'\"\\:*&|!()<->§#~./١9人أـ \0\u0301OR-") | st.characters(codec=None),
    max_size=40,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(queries=st.lists(ANYTHING, min_size=20, max_size=40))
def test_postgresql_takes_whatever_is_typed_or_written(database: str, queries: list[str]) -> None:
    """No query and no text makes a literal that the database refuses."""
    with psycopg.connect(database) as connection:
        for query in queries:
            plan = parse(query)
            vector = document_tokens({"official:en": query}, [query]).vector
            connection.execute(
                "SELECT ts_rank(%s::tsvector, %s::tsquery), %s::tsvector @@ %s::tsquery",
                (vector, plan.rank_tsquery(), vector, plan.tsquery()),
            )
