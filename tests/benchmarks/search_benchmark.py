"""How quickly the search is filled and answers; ``search_benchmark.py 300000`` for so many.

Synthetic recommendations of about thirty words, as unevenly spread as words are (Zipf), every
fifth in two languages. Measured is a mix of queries: the first 25 with the total, as a page asks
for them.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from itertools import accumulate
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[2]))

from libs.testkit.servers import postgres
from services.portal.domain.ordinals import ordinals
from services.portal.projections.search import SEARCH_TABLES, Searchable, index_documents, prepare
from services.portal.views.search import best, matching
from tests.benchmarks.figures import Figure, figure, percentile, run

SIZE = 20_000
P95_MS = 60
BATCH = 500
ROUNDS = 20
CORPUS = Path(__file__).parents[1] / "services/portal/search/corpus.json"
QUERIES = {
    "one rare word": ["moratorium", "الاقتراع", "salario"],
    "one frequent word": ["women", "torture", "التعذيب"],
    "two words": ["women violence", "حقوق المرأة", "independent detention"],
    "last word open": ["children educ", "prison overcr", "المرأة الري"],
    "phrase": ['"violence against women"', '"حقوق المرأة"'],
    "or and not": ["torture OR detention", "women -violence", "prison NOT health"],
    "exact": ["A/HRC/50/15", "121.34", "REC-00412", "CEDAW/C/MAR/CO/5-6 para 12"],
    "misspelt": ["tortrue", "descrimination", "التعذبب"],
    "nothing": ["unicorn", "qwxyzzk", "torture unicorn"],
}


class Writer:
    """Invents recommendations from the words of the corpus, and words that nobody knows."""

    def __init__(self) -> None:
        """Collect the words of each language, the first ones to be the most frequent."""
        self._random = random.Random(7)  # the same texts in every run
        words: dict[str, list[str]] = defaultdict(list)
        for row in json.loads(CORPUS.read_text("utf-8")):
            words[row["language"]] += row["text"].split()
        self._words = {
            tag: found + self._invented(found) for tag, found in words.items() if tag != "zh"
        }
        self._weights = {
            tag: list(accumulate(1 / (rank + 5) for rank in range(len(found))))
            for tag, found in self._words.items()
        }

    def _invented(self, words: list[str]) -> list[str]:
        """Return ten thousand words put together from halves of known ones."""
        heads = [word[: len(word) // 2 + 1] for word in words]
        tails = [word[len(word) // 2 :] for word in words]
        return [self._random.choice(heads) + self._random.choice(tails) for _ in range(10_000)]

    def text(self, language: str) -> str:
        """Return a text of about thirty words."""
        weights = self._weights[language]
        return " ".join(
            self._random.choices(
                self._words[language], cum_weights=weights, k=self._random.randint(15, 45)
            )
        )

    def record(self, number: int) -> Searchable:
        """Return the record with this number."""
        language = ("en", "en", "ar", "fr", "es", "ru", "en", "ar")[number % 8]
        texts = {f"official:{language}": self.text(language)}
        if number % 5 == 0:
            texts["translation:ar" if language != "ar" else "translation:en"] = self.text("ar")
        symbol = f"A/HRC/{number // 3000}/{number // 200 % 15}"
        return Searchable(
            number,
            texts,
            (symbol, f"{100 + number % 90}.{number % 200}", f"REC-{number}"),
            shown=True,
        )


async def fill(connection: psycopg.AsyncConnection[Any], documents: int) -> None:
    """Lay the tables and index ``documents`` records, a transaction for each batch."""
    await connection.execute("CREATE SCHEMA portal_read")
    await connection.execute(SEARCH_TABLES)
    writer, spent = Writer(), 0.0
    for first in range(0, documents, BATCH):
        records = [writer.record(number) for number in range(first, min(first + BATCH, documents))]
        begun = time.perf_counter()
        async with connection.transaction(), connection.cursor() as cursor:
            await index_documents(cursor, prepare(records))
        spent += time.perf_counter() - begun
    sys.stderr.write(f"indexed {documents / spent:.0f} documents/s\n")
    await connection.execute("VACUUM ANALYZE")


async def page(connection: psycopg.AsyncConnection[Any], query: str) -> int:
    """Ask for what a page shows: the total, and the best 25."""
    match = await matching(connection, query)
    found = match.ordinals or ordinals(())
    if match.ranked:
        await best(connection, match, found, 0, 25)
    else:
        found.page(0, 25)
    return match.found


async def ask(connection: psycopg.AsyncConnection[Any]) -> dict[str, list[float]]:
    """Ask every query ``ROUNDS`` times, mixed; return milliseconds by kind of query."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for kind, queries in QUERIES.items():
            for query in queries:
                begun = time.perf_counter()
                await page(connection, query)
                times[kind].append(1000 * (time.perf_counter() - begun))
    return times


async def fill_and_ask(url: str, documents: int) -> dict[str, list[float]]:
    """Fill an empty database and ask."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await fill(connection, documents)
        return await ask(connection)


def measure(documents: int) -> list[Figure]:
    """Run on a server of its own in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as server:
        times = asyncio.run(fill_and_ask(server.url, documents))
    everything = [each for spent in times.values() for each in spent]
    return [
        figure(f"search, {kind}, {documents} records, p95 ms", percentile(spent, 95), P95_MS)
        for kind, spent in [*times.items(), ("all", everything)]
    ]


if __name__ == "__main__":
    run(__doc__, measure, SIZE)
