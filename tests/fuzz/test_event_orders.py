"""Whatever the order in which events of the goldens are heard, no read model breaks on them.

Each is also told the same events in one batch and one by one, and must hold the same rows.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from deploy.documents import made, service_names
from libs.chassis.envelope import Heard
from libs.ledger.reader import recorded
from libs.testkit.read_models import ReadModels, differences, read_models
from libs.testkit.servers import provisioned
from tests.contracts.goldens import PUBLISHED, STORED, files
from tests.fuzz.test_every_document import EXAMPLES, SEED

ORDERS = 12 * EXAMPLES
LONGEST = 12
STREAMS = 2
IDS = UUID(int=0x01920000_0000_7000_8000_0000000000D0)


@dataclass(frozen=True)
class Model:
    """One read model: who keeps it, of what, and how it takes events in."""

    service: str
    source: str
    projection: Any
    own: bool = False

    def __str__(self) -> str:
        return f"{self.service}-{self.projection.name}-{self.source}{'-own' if self.own else ''}"

    def can_be(self, order: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Return the order as a ledger can give it: each stream begins with its creation, once.

        Streams of other services may be heard from anywhere on, so those stay as they are.
        """
        if not self.own:
            return order
        begun: set[tuple[str, int]] = set()
        told: list[tuple[str, int]] = []
        for topic, stream in order:
            aggregate = topic.rsplit(".", 2)[0]
            if (aggregate, stream) not in begun:
                begun.add((aggregate, stream))
                told.append((creation_of(aggregate), stream))
            if topic != creation_of(aggregate):
                told.append((topic, stream))
        return told

    def event(self, topic: str, place: int, stream: int) -> Any:
        """Return an event of a golden, as the ``place``-th of its source."""
        identity = uuid5(IDS, f"{topic.split('.')[1]}-{stream}")
        about = str(uuid5(IDS, f"recommendation-{stream}"))
        if self.own:
            state = json.loads((STORED / f"{topic}.json").read_bytes())
            _point(state["data"], about)
            state["meta"]["id"] = str(uuid5(IDS, str(place)))
            return recorded(place, identity, place, topic, json.dumps(state).encode())
        golden = json.loads((PUBLISHED / f"{topic}.json").read_bytes())
        _point(golden["body"], about)
        headers = golden["headers"] | {
            "ce-id": str(uuid5(IDS, str(place))),
            "ce-subject": str(identity),
            "ce-sequence": str(place),
            "ce-version": str(place),
        }
        return Heard.read(headers, json.dumps(golden["body"]).encode())


def _point(fields: dict[str, Any], recommendation: str) -> None:
    """Let an event be about one of the recommendations that other events are about."""
    if "recommendation" in fields:
        fields["recommendation"] = recommendation


@cache
def creation_of(aggregate: str) -> str:
    """Return the topic of the event by which an aggregate begins."""
    ours = [each for each in files(STORED) if each.stem.startswith(f"{aggregate}.")]
    return next(each.stem for each in ours if "aggregate" in json.loads(each.read_bytes()))


def models() -> list[Model]:
    """Return every read model of every service that keeps rows."""
    found = []
    for name in service_names():
        service = made(name)
        found += [Model(name, name, each, own=True) for each in service.plan.own if each.tables]
        found += [Model(name, each.producer, each.projection) for each in service._heard]
    return found


def topics_of(model: Model) -> list[str]:
    """Return the topics of the goldens that a read model may hear."""
    folder = STORED if model.own else PUBLISHED
    stems = [each.stem for each in files(folder)]
    return [each for each in stems if each.startswith(f"{model.source}.")]


def orders(model: Model) -> st.SearchStrategy[list[tuple[str, int]]]:
    """Make up what is heard: which topics, each about one of a few streams, any number of times."""
    topics = topics_of(model)
    return st.lists(st.tuples(st.sampled_from(topics), st.integers(1, STREAMS)), max_size=LONGEST)


class Teller:
    """Tells a read model events on a database of its own."""

    def __init__(self, admin: str, model: Model) -> None:
        """Lay the read model's tables."""
        self._url = provisioned(admin, model.service)
        self._model = model
        with psycopg.connect(self._url) as connection:
            connection.execute(model.projection.tables.encode())

    def rows_after(self, order: list[tuple[str, int]], size: int) -> ReadModels:
        """Tell events from nothing on, so many at a time; return the rows that stand then."""
        order = self._model.can_be(order)
        events = [self._model.event(topic, n, stream) for n, (topic, stream) in enumerate(order, 1)]
        asyncio.run(self._tell([events[at : at + size] for at in range(0, len(events), size)]))
        return read_models(self._url, self._model.service, ("positions",))

    async def _tell(self, batches: list[list[Any]]) -> None:
        async with (
            await psycopg.AsyncConnection.connect(self._url) as connection,
            connection.cursor() as cursor,
        ):
            found = await cursor.execute(
                "SELECT string_agg(format('%%I.%%I', schemaname, tablename), ', ')"
                " FROM pg_tables WHERE schemaname = %s",
                (f"{self._model.service}_read",),
            )
            for (names,) in await found.fetchall():
                await cursor.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())
            for batch in batches:
                await self._model.projection.apply(cursor, batch)


def check(teller: Teller, model: Model) -> None:
    """Tell many orders."""

    @seed(SEED)
    @settings(
        max_examples=ORDERS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(orders(model))
    def tell(order: list[tuple[str, int]]) -> None:
        at_once = teller.rows_after(order, LONGEST)
        assert differences(at_once, teller.rows_after(order, 1)) == []

    tell()


@pytest.mark.parametrize("model", models(), ids=str)
def test_no_order_of_events_breaks_a_read_model(database: str, model: Model) -> None:
    check(Teller(database, model), model)


class Careless:
    """Looks at the first event of each batch alone."""

    name = "careless"
    tables = "CREATE TABLE IF NOT EXISTS tracking_read.careless (said text)"

    async def apply(self, cursor: Any, events: Any) -> None:
        """Keep what it looked at."""
        await cursor.execute("INSERT INTO tracking_read.careless VALUES (%s)", (events[0].topic,))


def test_a_read_model_that_depends_on_batches_is_caught(database: str) -> None:
    model = Model("tracking", "tracking", Careless(), own=True)
    with pytest.raises(AssertionError):
        check(Teller(database, model), model)
