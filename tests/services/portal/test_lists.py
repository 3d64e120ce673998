"""What lists count and show is what the records' own rows say, whatever was done to them."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import AsyncConnectionPool

from libs.testkit.read_models import differences
from services.portal.domain.ordinals import PART
from services.portal.domain.record import RECEIVED, Body, Told, is_shown, step
from services.portal.projections.bearers import BEARER_TABLES
from services.portal.projections.records import (
    RECORD_TABLES,
    record_row,
    searchable,
    write_records,
)
from services.portal.projections.search import SEARCH_TABLES, index_documents, prepare
from services.portal.views.finds import Finds
from services.portal.views.lists import FACETS, LATE, SORTED, Question, answer, every, overdue
from services.portal.views.records import matrix, positions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from psycopg import AsyncConnection, AsyncCursor

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = datetime.now(UTC).date()
POSITIONS = (
    "CREATE TABLE IF NOT EXISTS portal_read.positions"
    " (projection text, source text, incarnation text, sequence bigint)"
)
STATEMENTS = RECORD_TABLES + BEARER_TABLES + SEARCH_TABLES
TABLES = ("records", "bearers", "search_documents", "history", "positions")
LONG = "a label as long as its source writes it " * 100
DAYS = (-400, -40, -1, 0, 1, 40)


def told(number: int, topic: str, body: dict[str, Any]) -> Told:
    moment = NOW + timedelta(minutes=number)
    source = topic.partition(".")[0]
    return Told(f"{number}", topic, source, number, number, moment, moment, "ina", body)


def received(ordinal: int, **more: Any) -> Body:
    """Return a record as it was received."""
    facts = {"state": "XDM", "mechanism": "UPR", "official": True, "language": "en"}
    body = {**facts, "number": f"REC-{ordinal:05d}", "text": "Light every lighthouse", **more}
    return step(None, told(ordinal, RECEIVED, body)) or {}


def of_intake(name: str, **body: Any) -> tuple[str, dict[str, Any]]:
    return f"intake.recommendation.{name}.v1", body


def of_tracking(name: str, **body: Any) -> tuple[str, dict[str, Any]]:
    return f"tracking.case.{name}.v1", body


def due(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


ACTS = st.one_of(
    st.just(of_intake("published")),
    st.just(of_intake("withdrawn")),
    st.just(of_intake("reinstated")),
    st.just(of_intake("confirmation-withdrawn", published=False)),
    st.sampled_from((None, 1, 2)).map(lambda each: of_intake("corrected", fields={"cycle": each})),
    st.sets(st.sampled_from(("Lamps", "Wells", LONG, LONG + "indeed"))).map(
        lambda labels: of_intake("classified", themes=[{"label": each} for each in labels])
    ),
    st.sampled_from(("noted", "supported")).map(
        lambda each: of_intake("position-recorded", position=each)
    ),
    st.sampled_from(DAYS).map(
        lambda each: of_tracking("assigned", lead="justice", deadline=due(each))
    ),
    st.sampled_from(("in-progress", "implemented")).map(
        lambda each: of_tracking("assessed", track="state", status=each)
    ),
    st.just(of_tracking("closed")),
    st.just(of_tracking("reopened")),
)  # fmt: skip


@asynccontextmanager
async def laid(url: str) -> AsyncIterator[AsyncConnectionPool[AsyncConnection[Any]]]:
    """Lay the tables, empty."""
    async with AsyncConnectionPool(url, min_size=1, max_size=1) as pool:
        async with pool.connection() as connection:
            await connection.execute("CREATE SCHEMA IF NOT EXISTS portal_read")
            await connection.execute((STATEMENTS + POSITIONS).encode())
            tables = ", ".join(f"portal_read.{each}" for each in TABLES)
            await connection.execute(f"TRUNCATE {tables}".encode())
        yield pool


async def write(cursor: AsyncCursor[Any], *records: Body) -> None:
    """Write records as the projection does."""
    await write_records(cursor, {UUID(int=int(each["number"][4:])): each for each in records})
    await index_documents(cursor, prepare(map(searchable, records)))


async def bearers(cursor: AsyncCursor[Any]) -> dict[str, list[str]]:
    """Return every row of the bearers; none may say nothing."""
    await cursor.execute("SELECT to_jsonb(b)::text, bit_count(bits) FROM portal_read.bearers b")
    rows = await cursor.fetchall()
    assert all(many for _, many in rows)
    return {"bearers": sorted(row for row, _ in rows)}


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(acts=st.lists(st.tuples(st.sampled_from((0, 1, 2)), ACTS), max_size=12))
def test_no_order_of_acts_leaves_other_bearers_than_a_fill_from_nothing(
    database: str, acts: list[tuple[int, tuple[str, dict[str, Any]]]]
) -> None:
    async def compare() -> list[str]:
        async with laid(database) as pool, pool.connection() as connection:
            cursor = connection.cursor()
            records = [received(each) for each in (PART - 1, PART, PART + 1)]
            await write(cursor, *records)
            for number, (which, (topic, body)) in enumerate(acts):
                records[which] = step(records[which], told(number, topic, body)) or {}
                await write(cursor, records[which])
            live = await bearers(cursor)
            await cursor.execute("TRUNCATE portal_read.records, portal_read.bearers")
            await write(cursor, *records)
            found = differences(live, await bearers(cursor))
            await connection.rollback()
            return found

    assert asyncio.run(compare()) == []


class Invented:
    """Records across the border of two parts, unlike one another; the same in every run."""

    def __init__(self, many: int) -> None:
        self._random = random.Random(5)
        self.records = [self._record(PART - many // 2 + each) for each in range(many)]

    def _record(self, ordinal: int) -> Body:
        pick, acts = self._random.choice, []
        record = received(
            ordinal,
            state=pick(("XDM", "MAR")),
            mechanism=pick(("UPR", "CRC", "CAT")),
            cycle=pick((None, 1, 2, 10)),
            position=pick((None, "noted", "supported")),
            text=pick(("Light every lighthouse", "Mend the lamp", "Mend every lighthouse")),
            themes=[{"label": each} for each in self._random.sample(("A", "B", "C", LONG), 2)],
            groups=[{"label": "g", "code": pick(("women", "children"))}],
            sdgs=self._random.sample(("5.1", "5.2", "16.3"), 2),
        )
        if self._random.random() < 0.9:
            acts.append(of_intake("published"))
        if self._random.random() < 0.1:
            acts.append(of_intake("withdrawn"))
        if self._random.random() < 0.6:
            acts.append(of_tracking("assigned", lead=pick(("a", "b")), deadline=due(pick(DAYS))))
        if self._random.random() < 0.4:
            status = pick(("implemented", "in-progress"))
            acts.append(of_tracking("assessed", track="state", status=status))
        for topic, body in acts:
            record = step(record, told(self._random.randint(1, 400), topic, body)) or {}
        return record


def values(record: Body, facet: str) -> set[str]:
    """Return which values of a facet a record has, of its row."""
    row = record_row(UUID(int=1), record)
    columns = row | {"theme": row["themes"], "group": row["groups"], "sdg": row["goals"]}
    if facet == LATE:
        return {"yes"} if columns["due"] is not None and columns["due"] < TODAY else set()
    value = columns[facet]
    if facet == "position":
        return {value or "none"}
    if isinstance(value, list):
        return set(value)
    return set() if value is None else {str(value)}


def expected(records: list[Body], question: Question, without: str = "") -> list[Body]:
    """Return the records that a question asks for, one looked at after the other."""
    words = question.q.casefold().split()
    return [
        each
        for each in records
        if (question.everything or is_shown(each))
        and all(word in each["texts"]["en"].casefold() for word in words)
        and all(
            values(each, facet) & set(wanted)
            for facet, wanted in question.filters.items()
            if facet != without
        )
    ]


def place(order: str) -> Callable[[Body], Any]:
    """Return by what an order has records."""

    def ordinal(record: Body) -> int:
        return int(record["number"][4:])

    return {
        "": ordinal,
        "number": ordinal,
        "newest": lambda record: -ordinal(record),
        "changed": lambda record: (
            -datetime.fromisoformat(record["changed_at"]).timestamp(), ordinal(record)
        ),
        "deadline": lambda record: (record["deadline"] or "9999", ordinal(record)),
    }[order]  # fmt: skip


QUESTIONS = [
    Question(q=q, filters=filters, order=order, page=page, everything=everything)
    for q, filters in (
        ("", {}),
        ("", {"mechanism": ["UPR"]}),
        ("", {"mechanism": ["UPR", "CAT"], "position": ["none"], "theme": ["A", LONG]}),
        ("", {"cycle": ["10"], "sdg": ["5"], "group": ["women"], "state": ["MAR"]}),
        ("", {"late": ["yes"], "status": ["in-progress", "not-started"]}),
        ("", {"lead": ["b"], "late": ["yes"]}),
        ("", {"mechanism": ["none-such"]}),
        ("lighthouse", {}),
        ("mend", {"mechanism": ["CRC"], "late": ["yes"]}),
        ("mend lighthouse", {"position": ["noted"]}),
    )
    for order in ("number", "newest", "changed", "deadline")
    for page in (1, 2, 7, 99)
    for everything in (False, True)
]


def test_totals_counts_and_pages_are_those_of_the_records(database: str) -> None:
    """Whether a page is sorted by itself, or taken from an index from whichever end is nearer."""
    records = Invented(2 * SORTED).records

    async def ask() -> None:
        async with laid(database) as pool:
            async with pool.connection() as connection:
                await write(connection.cursor(), *records)
            finds = Finds(broad=0)
            for question in QUESTIONS:
                found = await answer(pool, question, finds)
                wanted = sorted(expected(records, question), key=place(question.order))
                assert found.total == len(wanted), question
                last = max(1, -(-len(wanted) // question.size))
                first = (min(question.page, last) - 1) * question.size
                numbers = [each["number"] for each in wanted[first : first + question.size]]
                assert [each.number for each in found.records] == numbers, question
                for facet in FACETS:
                    under = expected(records, question, without=facet)
                    counts = Counter(value for each in under for value in values(each, facet))
                    assert dict(found.facets[facet]) == dict(counts), (facet, question)
                async with every(pool, question, finds) as (total, batches):
                    whole = [each.number async for batch in batches for each in batch]
                assert total == len(whole)
                assert whole == [each["number"] for each in wanted]
            late = expected(records, Question(filters={LATE: ["yes"]}))
            assert await overdue(pool, TODAY) == len(late)
            shown = expected(records, Question())
            status = [next(iter(values(each, "status"))) for each in shown]
            pairs = zip((each["mechanism"] for each in shown), status, strict=True)
            assert await matrix(pool) == dict(Counter(pairs))

    asyncio.run(ask())


def test_what_a_search_found_before_follows_what_is_told_since(database: str) -> None:
    """A text that is corrected, one that is withdrawn, one that is new; and another history."""

    async def follow() -> None:
        finds = Finds(broad=0)
        async with laid(database) as pool:
            records = [{**received(each), "published": True} for each in range(1, 6)]

            async def found(text: str) -> list[str]:
                answered = await answer(pool, Question(q=text, order="number"), finds)
                return [each.number for each in answered.records]

            async def tell(sequence: int, *changed: Body, incarnation: str = "first") -> None:
                async with pool.connection() as connection:
                    cursor = connection.cursor()
                    await write(cursor, *changed)
                    for each in changed:
                        identity = UUID(int=int(each["number"][4:]))
                        await cursor.execute(
                            "INSERT INTO portal_read.history VALUES (%s, %s, 't', 'intake', %s, 1,"
                            " now(), now(), 'ina', '{}')",
                            (f"{incarnation} {sequence}", identity, sequence),
                        )
                    await cursor.execute("TRUNCATE portal_read.positions")
                    await cursor.execute(
                        "INSERT INTO portal_read.positions VALUES ('records', 'intake', %s, %s)",
                        (incarnation, sequence),
                    )

            for sequence, each in enumerate(records[:4], start=1):
                await tell(sequence, each)
            assert await found("lighthouse") == [f"REC-0000{each}" for each in (1, 2, 3, 4)]
            await tell(5, {**records[0], "texts": {"en": "Mend the lamp"}})
            await tell(6, {**records[1], "withdrawn": True})
            await tell(7, records[4])
            assert await found("lighthouse") == [f"REC-0000{each}" for each in (3, 4, 5)]
            await tell(8, {**records[1], "withdrawn": False})
            assert await found("lighthouse") == [f"REC-0000{each}" for each in (2, 3, 4, 5)]
            async with pool.connection() as connection:
                await connection.execute("TRUNCATE portal_read.records, portal_read.bearers")
                await connection.execute("TRUNCATE portal_read.search_documents")
                await connection.execute("TRUNCATE portal_read.history")
            await tell(9, records[2], incarnation="second")
            assert await found("lighthouse") == ["REC-00003"]

    asyncio.run(follow())


def test_what_is_rebuilt_is_searched_and_shown_anew(database: str) -> None:
    """Rows were damaged; the tables that a rebuild puts in their place stand where those stood."""

    async def rebuild() -> None:
        finds, records = Finds(broad=0), [{**received(1), "published": True}]
        question = Question(q="lighthouse")
        async with laid(database) as pool:
            async with pool.connection() as connection:
                await connection.execute(
                    "INSERT INTO portal_read.positions VALUES ('records', 'intake', 'first', 2)"
                )
                await write(connection.cursor(), *records, {**received(2), "published": True})
                await connection.execute(
                    "DELETE FROM portal_read.search_documents WHERE ordinal = 2"
                )
            tag = await positions(pool)
            assert (await answer(pool, question, finds)).total == 1
            async with pool.connection() as connection:
                for name in re.findall(r"CREATE TABLE IF NOT EXISTS (\S+)", STATEMENTS):
                    await connection.execute(f"DROP TABLE {name} CASCADE".encode())
                await connection.execute(STATEMENTS.encode())
                await write(connection.cursor(), *records, {**received(2), "published": True})
            assert (await answer(pool, question, finds)).total == 2
            assert await positions(pool) != tag

    asyncio.run(rebuild())
