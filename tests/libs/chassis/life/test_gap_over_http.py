"""Step 6 of an event's life: a gap on the bus is healed from the producer's feed over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from nats.js.api import StorageType, StreamConfig

from libs.chassis.bus import Bus, stream_name, subjects_of
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.feed import FeedPage, Feeds
from libs.chassis.rebuild import Rebuild, RebuildStatus
from libs.testkit import servers
from libs.testkit.read_models import differences
from services.house.running import Running
from tests.libs.chassis.life.small_house import SmallHouse, small_house
from tests.libs.chassis.life.test_rebuild import rows

PRODUCER = "intake"


async def _stream_that_lets_messages_go(house: SmallHouse) -> None:
    bus = Bus(house.bus_url, house.running.settings.origin)
    await bus.connect()
    try:
        await bus.jetstream.add_stream(
            StreamConfig(
                name=stream_name(PRODUCER, bus.origin),
                subjects=[subjects_of(PRODUCER, bus.origin)],
                storage=StorageType.FILE,
                allow_direct=True,
                metadata={"incarnation": "laid-by-hand"},
            )
        )
    finally:
        await bus.close()


@pytest.fixture
def gappy(postgres: EmbeddedPostgres, nats: EmbeddedNats, tmp_path: Path) -> Iterator[SmallHouse]:
    """Give a house whose stream of intake has lost a message that the portal must show."""
    names = ("directory", "intake", "tracking", "portal")
    with (
        servers.database(postgres) as url,
        small_house(
            tmp_path,
            names,
            url,
            nats.url,
            lambda house: asyncio.run(_stream_that_lets_messages_go(house)),
        ) as house,
    ):
        yield house


def _lose_one(house: SmallHouse) -> None:
    """Publish three and delete the message in which the second was received."""
    ids = [house.publish_one() for _ in range(3)]
    house.settle()
    bus = house.service("portal").house.bus
    name = stream_name(PRODUCER, bus.origin)

    async def delete() -> bool:
        info = await bus.jetstream.stream_info(name)
        for place in range(1, info.state.last_seq + 1):
            headers = (await bus.jetstream.get_msg(name, seq=place)).headers or {}
            if (headers["ce-subject"], headers["ce-version"]) == (str(ids[1]), "1"):
                return await bus.jetstream.delete_msg(name, place)
        return False

    assert house.run(delete())


async def _rebuild_over_the_network(house: SmallHouse) -> RebuildStatus:
    """Run the portal as a process of its own would, with the others behind a socket; rebuild it."""
    first = house.running
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(first.front, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = first.settings.model_copy(update={"peers": dict.fromkeys(first.names, address)})
    portal = Running(settings, ["portal"], house.database, house.bus_url, house.keys)
    try:
        await portal.start()
        rebuild = Rebuild(portal.services[0])
        await rebuild.begin()
        return await rebuild.finish()
    finally:
        await portal.stop()
        server.should_exit = True
        await serving


def check_healed(house: SmallHouse) -> None:
    """A read model built from the stream with the gap must be the same as before it."""
    _lose_one(house)
    before = rows(house, "portal")
    status = house.run(_rebuild_over_the_network(house))
    assert status.state == "done", status.problem
    told = differences(before, rows(house, "portal"))
    if told:
        pytest.fail(f"not healed: {told}", pytrace=False)


def test_a_message_missing_on_the_bus_is_read_from_its_producer(gappy: SmallHouse) -> None:
    check_healed(gappy)


def test_a_gap_that_nobody_asks_the_producer_about_is_caught(
    gappy: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: Feeds, source: str, after: int, until: int) -> AsyncIterator[FeedPage]:
        del source, after, until
        for page in list[FeedPage]():
            yield page

    monkeypatch.setattr(Feeds, "pages", nothing)
    with pytest.raises(pytest.fail.Exception, match="not healed"):
        check_healed(gappy)


# --- the producer is another one ----------------------------------------------------------------


def check_origin(house: SmallHouse) -> None:
    """A gap is not healed with the events of another origin, where addresses were mixed up."""
    portal = house.service("portal")
    feeds = Feeds("portal", "elsewhere", portal.house.tokens, house.running.client)

    async def heal(feeds: Feeds) -> int:
        return len([page async for page in feeds.pages(PRODUCER, 0, 9)])

    assert house.run(heal(portal.feeds)) > 0
    with pytest.raises(httpx.HTTPStatusError):
        house.run(heal(feeds))


def test_a_gap_is_not_healed_from_another_origin(house: SmallHouse) -> None:
    check_origin(house)


def test_a_feed_that_does_not_name_the_origin_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plant: every feed asks as a house of the producer's own origin does."""
    named = Feeds.__init__

    def unnamed(self: Feeds, service: str, _: str, *more: Any) -> None:
        named(self, service, house.running.settings.origin, *more)

    monkeypatch.setattr(Feeds, "__init__", unnamed)
    with pytest.raises(pytest.fail.Exception):
        check_origin(house)
