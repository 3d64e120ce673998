"""Step 1 of an event's life: how old the knowledge of roles is, the directory alone can say."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from libs.chassis import permissions, register
from libs.chassis.feed import FeedPage
from libs.chassis.register import Register
from libs.testkit.waiting import until_true
from tests.libs.chassis.life.small_house import SmallHouse
from tests.libs.chassis.life.test_command import told

OLD = 1.0
#: Longer than it takes until the directory is asked again.
MUCH_OLDER = register.HEAR_SECONDS + 2


async def away(source: str, after: int, until: int) -> AsyncIterator[FeedPage]:
    for _ in (source, after, until):
        msg = "the directory is away"
        raise httpx.ConnectError(msg)
    yield FeedPage((), after)


def check_away(house: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory is away and the bus is not: a grave act waits until it is heard again."""
    case = f"tracking/cases/{house.publish_one()}/closure"
    tracking = house.service("tracking")
    monkeypatch.setattr(permissions, "STALE_DIRECTORY_SECONDS", OLD)
    monkeypatch.setattr(register, "HEAR_SECONDS", 0.1)
    with monkeypatch.context() as patch:
        patch.setattr(tracking.hearing, "_pages", away)
        until_true(lambda: tracking.register_age > MUCH_OLDER, 20, "the knowledge grows old")
        house.done("GET", f"tracking/cases/{case.split('/')[2]}", "chair")
        refused = house.ask("POST", case, "chair", {"reason": "Done"})
        assert told(refused) == (503, "/problems/directory-stale")
    until_true(lambda: tracking.register_age < OLD, 15, "the directory is heard again")
    house.done("POST", case, "chair", {"reason": "Done"})


def test_grave_acts_wait_for_the_directory_itself(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_away(house, monkeypatch)


def test_knowledge_that_the_bus_renews_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Register, "age", 0.0)
    with pytest.raises(AssertionError, match="grows old"):
        check_away(house, monkeypatch)


def test_what_the_register_has_not_heard_makes_it_old(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracking = house.service("tracking")
    follower = tracking.foreign[0]
    behind = follower.position.sequence + 5

    async def ahead(source: str, after: int, until: int) -> AsyncIterator[FeedPage]:
        del source, until
        yield FeedPage([({"ce-sequence": str(behind)}, b"{}")], after + 5)

    monkeypatch.setattr(tracking.hearing, "_pages", ahead)
    monkeypatch.setattr(register, "HEAR_SECONDS", 0.1)
    until_true(lambda: tracking.register_age > MUCH_OLDER, 20, "the knowledge grows old")
