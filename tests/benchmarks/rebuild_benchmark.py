"""How quickly read models are rebuilt: events a second through the projections of each service.

``rebuild_benchmark.py 20000`` for so many recommendations, brought in by an import into a whole
house, each with a case (design §9).
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from libs.chassis.rebuild import RebuildStatus
from libs.ledger.act import Act, new_id
from libs.testkit.waiting import until_true
from services.house.demo.loading import password_of
from services.house.importing import Visit, Wish, bring_in
from services.intake.adapters import template
from services.intake.domain.source_row import SourceRow
from services.tracking.commands import follow_record
from services.tracking.domain.standing import Statement
from tests.benchmarks.figures import Figure, figure, run
from tests.stories.house import DemoHouse, running_demo

SIZE = 5_000
GOAL = 5_000
WRITERS = 8
SECRETARY = "salma.rahbi"
MEASURED = ("intake", "tracking", "portal")
ARRIVES_WITHIN = 3_600.0
APART_SECONDS = 0.25
"""How often a long work is looked at, lest looking slow it down."""
WORDS = (
    "ratify protect women children prison torture education health court access law adopt ensure"
    " justice minorities refugees disability freedom assembly press housing water"
).split()


def rows(many: int, symbol: str | None = None) -> Iterator[SourceRow]:
    """Invent recommendations of about thirty words, each unlike all others.

    Those of a document with a ``symbol`` are official: they are published, and a case is opened.
    """
    words = random.Random(11)  # the same in every run
    for number in range(many):
        text = " ".join([*words.choices(WORDS, k=28), f"measure{number}"])
        place = f"{120 + number // 400}.{number % 400}"
        yield SourceRow(
            number, "MAR", "UPR", text, paragraph=place, cycle=3, sdgs=("5.2",), symbol=symbol
        )


def fill(house: DemoHouse, folder: Path, many: int) -> None:
    """Import them, and wait until every service has heard."""
    file = folder / "rows.csv"
    file.write_bytes(b"".join(template.write_csv(rows(many))))
    begun = time.perf_counter()
    visit = Visit(house.running.client("portal"), "en")
    wish = Wish(file, any_state=True)
    figures = house.call(
        bring_in(visit, wish, SECRETARY, password_of(SECRETARY), lambda *_: None), ARRIVES_WITHIN
    )
    open_cases(house)
    until_true(lambda: level(house), ARRIVES_WITHIN, every=APART_SECONDS)
    seconds = time.perf_counter() - begun
    sys.stderr.write(f"{figures['new']} imported and heard everywhere in {seconds:.0f} s\n")


def open_cases(house: DemoHouse) -> None:
    """Begin the follow-up of each by the command that follows its publication."""
    tracking = next(each for each in house.running.services if each.name == "tracking")
    found = house.rows("intake", "SELECT id, number FROM intake_read.recommendations")

    def begin(row: tuple[Any, ...]) -> None:
        act = Act.of_policy("tracking.bench", event_id=new_id(), correlation_id=new_id())
        published = Statement("published", True, 1, row[1])  # noqa: FBT003  it holds
        follow_record(tracking.ledger, row[0], published, act)

    with ThreadPoolExecutor(WRITERS) as people:
        for _ in people.map(begin, found):
            pass


def level(house: DemoHouse) -> bool:
    """Whether every public record has its case, and the portal all that both told."""
    (heard,) = house.rows(
        "portal", "SELECT count(*), count(*) FILTER (WHERE shown) FROM portal_read.records"
    )
    (kept,) = house.rows("intake", "SELECT count(*) FROM intake_read.recommendations")
    (cases,) = house.rows("tracking", "SELECT count(*) FROM tracking_read.cases")
    (told,) = house.rows(
        "portal", "SELECT count(*) FROM portal_read.history WHERE topic = 'tracking.case.opened.v1'"
    )
    return bool(heard[0] == kept[0] and told[0] == cases[0] >= heard[1])


async def rebuilt(house: DemoHouse, service: str) -> RebuildStatus:
    """Rebuild one service's read models; return how it went."""
    rebuild = next(each for each in house.running.services if each.name == service).rebuild
    await rebuild.begin()
    return await rebuild.finish()


def measure(many: int) -> list[Figure]:
    """Fill a house and rebuild it."""
    with tempfile.TemporaryDirectory() as place, running_demo(Path(place) / "data") as house:
        fill(house, Path(place), many)
        told = [house.call(rebuilt(house, each), ARRIVES_WITHIN) for each in MEASURED]
    return [
        figure(
            f"rebuild {each.service}, {each.done} events, events/s",
            each.done / each.seconds,
            GOAL,
            ">=",
        )
        for each in told
    ]


if __name__ == "__main__":
    run(__doc__, measure, SIZE)
