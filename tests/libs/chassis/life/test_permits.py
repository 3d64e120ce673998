"""Step 1 of an event's life: what a request records is what the rules were asked about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from libs.chassis.asking import Asked
from libs.chassis.http import AskToAct
from libs.ledger import ledger as ledgers
from libs.ledger.ledger import Receipt
from services.tracking.domain.case import Case
from tests.libs.chassis.life.small_house import SmallHouse

Handler = Callable[[Asked, UUID, UUID], Receipt]
PLANTED = "tracking/v1/planted"


def test_a_stranger_learns_of_nothing_whether_it_is_there(house: SmallHouse) -> None:
    answers = {
        who: house.ask("PUT", f"directory/people/{uuid4()}/roles/chair", who).status_code
        for who in ("", "secretary", "administrator")
    }
    assert answers == {"": 401, "secretary": 404, "administrator": 404}


def _led(case: Case) -> dict[str, str]:
    """Return what the rule of closing asks about a case."""
    return {"lead": case.lead}


def _crossing(asked: Asked, one: UUID, other: UUID) -> Receipt:
    """Ask about one case, and close another."""
    asked.load_permitted(Case, Case.identity(one), "case.close", attributes=_led)
    return _closed(asked, other)


def _asking_of_nothing(asked: Asked, _: UUID, other: UUID) -> Receipt:
    """Ask about no case, and close one."""
    asked.permit("case.close", lead="")
    return _closed(asked, other)


def _public(asked: Asked, _: UUID, other: UUID) -> Receipt:
    """Say that this is open to everyone, and close a case."""
    asked.public()
    return _closed(asked, other)


def _adding(asked: Asked, one: UUID, other: UUID) -> Receipt:
    """Ask about one case, close it, and another with it."""
    found = asked.load_permitted(Case, Case.identity(one), "case.close", attributes=_led)
    found.close("Done")
    return _closed(asked, other, found)


def _right(asked: Asked, one: UUID, _: UUID) -> Receipt:
    """Ask about a case, and close it."""
    found = asked.load_permitted(Case, Case.identity(one), "case.close", attributes=_led)
    found.close("Done")
    return asked.service.ledger.record(asked.act, found)


def _closed(asked: Asked, recommendation: UUID, *others: Case) -> Receipt:
    found = asked.service.ledger.load(Case, Case.identity(recommendation))
    found.close("Done")
    return asked.service.ledger.record(asked.act, *others, found)


WRONG = (_crossing, _asking_of_nothing, _public, _adding)


@pytest.fixture
def plant(house: SmallHouse) -> Iterator[Callable[[Handler], None]]:
    app = house.service("tracking").app
    assert app is not None
    before = list(app.router.routes)

    def act(handler: Handler) -> None:
        def planted(ask: AskToAct, one: UUID, other: UUID) -> dict[str, Any]:
            return ask.perform(handler, one, other).answer.facts

        app.post(f"/api/{PLANTED}/{{one}}/{{other}}")(planted)

    yield act
    app.router.routes[:] = before


async def _asked(house: SmallHouse, path: str) -> httpx.Response:
    """Ask as over the network: a defect is an answer."""
    app: Any = house.service("tracking").app
    headers = {"Authorization": f"Bearer {house.running.tokens.sign(house.people['chair'])}"}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
        return await client.post(path, headers=headers)


def check_unasked(house: SmallHouse) -> None:
    """A request that would change a case which nobody asked about is a defect, and changes none."""
    one, other = house.publish_one(), house.publish_one()
    before = len(house.events("tracking"))
    answer = house.run(_asked(house, f"/api/{PLANTED}/{one}/{other}"))
    assert (answer.status_code, answer.json().get("type")) == (500, "/problems/defect")
    assert len(house.events("tracking")) == before


@pytest.mark.parametrize("handler", WRONG)
def test_what_nobody_asked_about_is_not_recorded(
    house: SmallHouse,
    plant: Callable[[Handler], None],
    handler: Handler,
    caplog: pytest.LogCaptureFixture,
) -> None:
    plant(handler)
    with caplog.at_level(logging.ERROR):
        check_unasked(house)
    said = "\n".join(str(each.exc_info and each.exc_info[1]) for each in caplog.records)
    assert "is changed, and no rule allowed it" in said


def test_what_was_asked_about_is_recorded(
    house: SmallHouse, plant: Callable[[Handler], None]
) -> None:
    plant(_right)
    one = house.publish_one()
    assert house.run(_asked(house, f"/api/{PLANTED}/{one}/{one}")).is_success
    assert house.service("tracking").ledger.load(Case, Case.identity(one)).closed


def test_a_ledger_that_takes_anything_is_caught(
    house: SmallHouse, plant: Callable[[Handler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(_crossing)
    monkeypatch.setattr(ledgers, "_must_be_permitted", lambda *_: None)
    with pytest.raises(AssertionError):
        check_unasked(house)


def check_named(house: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules are asked about the aggregate itself, by its id and its own attributes."""
    recommendation = house.publish_one()
    house.done("PUT", f"tracking/cases/{recommendation}/assignment", "secretary", ASSIGNMENT)
    asked: list[tuple[str, dict[str, Any], str]] = []
    rules = house.service("tracking").permissions
    decide = rules.decide

    def listening(asker: Any, action: str, attributes: Any = None, thing: str = "") -> Any:
        asked.append((action, dict(attributes), thing))
        return decide(asker, action, attributes, thing)

    monkeypatch.setattr(rules, "decide", listening)
    later = {**ASSIGNMENT, "deadline": "2099-12-31"}
    house.done("PUT", f"tracking/cases/{recommendation}/assignment", "secretary", later)
    told = {"lead": ASSIGNMENT["lead"], "custodian": "SECRETARIAT"}
    assert asked == [("case.assign", told, str(Case.identity(recommendation)))]


ASSIGNMENT = {"lead": "SECRETARIAT"}


def test_the_rules_are_asked_about_the_aggregate_itself(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_named(house, monkeypatch)
