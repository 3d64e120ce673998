"""Step 7 of an event's life: what is sent again, and cannot be settled still, says why."""

from __future__ import annotations

import psycopg
import pytest

from libs.ledger.act import new_id
from tests.libs.chassis.life.small_house import SmallHouse
from tests.libs.chassis.life.test_command import told


@pytest.mark.parametrize(("language", "word"), [("en", "waits still"), ("ar", "ينتظر")])
def test_an_event_that_is_poison_still_is_answered_with_its_cause(
    house: SmallHouse, language: str, word: str
) -> None:
    reaction, event = house.service("tracking").reactions._policies[0].name, new_id()
    with psycopg.connect(house.database) as connection:
        connection.execute(
            "INSERT INTO tracking_read.quarantine"
            " (reaction, event_id, subject, headers, body, cause, deliveries)"
            " VALUES (%s, %s, 'evt.x', '{}', '', 'the first cause', 6)",
            (reaction, event),
        )
    path = f"tracking/quarantine/{reaction}/{event}/redrive"
    answer = house.ask("POST", path, "administrator", Accept_Language=language)
    assert told(answer) == (409, "/problems/still-unsettled")
    assert answer.headers["content-type"] == "application/problem+json"
    cause = answer.json()["facts"]["cause"]
    assert cause.startswith("Unreadable: ")
    assert word in answer.json()["detail"]
    waiting = house.done("GET", "tracking/quarantine", "administrator")
    assert [each["cause"] for each in waiting if each["event_id"] == event] == [cause]
