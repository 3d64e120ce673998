"""What breaks again and again beside requests is told to whoever looks after the house."""

from __future__ import annotations

from typing import Any

import pytest

from libs.chassis.service import Service
from libs.ledger import lasting
from libs.testkit.waiting import until
from tests.libs.chassis.life.small_house import SmallHouse

WORK = "relay of intake"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "PAUSE", 0.05)
    monkeypatch.setattr(lasting, "STEADY_SECONDS", 2.0)


async def _told(house: SmallHouse) -> tuple[bool, str, bool]:
    """Return whether the house is ready, what is told of the work, and whether figures show it."""
    client = house.running.client("portal")
    ready: dict[str, Any] = (await client.get("/readyz")).json()
    figures = (await client.get("/metrics")).text
    shown = f'dhakira_work_failing{{service="intake",work="{WORK}"}} 1.0' in figures
    return ready["ready"], ready["failing"].get("intake", {}).get(WORK, ""), shown


def check_told(house: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that breaks again and again shows, the pages stay; mended, it shows no more."""

    async def broken() -> None:
        msg = "it cannot be done"
        raise RuntimeError(msg)

    async def shows() -> bool:
        return await _told(house) == (True, "RuntimeError", True)

    async def shows_no_more() -> bool:
        return await _told(house) == (True, "", False)

    house.run(until(shows_no_more, what="all is well before"))
    with monkeypatch.context() as patch:
        patch.setattr(house.service("intake").relay, "_still_the_same_stream", broken)
        house.run(until(shows, 8, what="what breaks is shown"))
        status = house.done("GET", "intake/status", "administrator")
        assert status["failing"] == {WORK: "RuntimeError: it cannot be done"}
    house.run(until(shows_no_more, what="it is well again"))


def test_a_relay_that_breaks_again_and_again_is_shown(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_told(house, monkeypatch)


def test_a_house_that_hides_what_breaks_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Service, "failing", {})
    with pytest.raises(AssertionError, match="is shown"):
        check_told(house, monkeypatch)


def test_work_that_has_ended_is_shown(house: SmallHouse) -> None:
    service = house.service("portal")

    async def end() -> dict[str, str]:
        follower = service.own[0] if service.own else service.foreign[-1]
        task = service._tasks[follower]
        task.cancel()

        async def ended() -> dict[str, str]:
            return service.failing

        found = await until(ended, what="it is shown")
        assert found == {follower.work: "ended"}
        return found

    assert house.run(end())
