"""Step 1 of an event's life: when a fact took place is a moment that every reader can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from libs.chassis import asking
from tests.libs.chassis.life.small_house import RECOMMENDATION, SmallHouse
from tests.libs.chassis.life.test_command import told

TOO_EARLY = ("0001-01-01T00:00:00+03:00", "0001-01-01", "1945-06-26T00:30:00+03:00")


def check_date(house: SmallHouse, written: str, refusal: str) -> None:
    """The date is refused by name, in the reader's language, and nothing is recorded."""
    before = len(house.events("intake"))
    for language, word in (("en", "Charter"), ("ar", "ميثاق")):
        answer = house.ask(
            "POST", "intake/recommendations", "secretary", RECOMMENDATION,
            Dhakira_Happened_At=written, Accept_Language=language,
        )  # fmt: skip
        assert told(answer) == (422, f"/problems/{refusal}")
        assert refusal != "date-too-early" or word in answer.json()["detail"]
    assert len(house.events("intake")) == before


@pytest.mark.parametrize("written", TOO_EARLY)
def test_what_is_older_than_the_united_nations_is_refused(house: SmallHouse, written: str) -> None:
    check_date(house, written, "date-too-early")


def test_a_date_that_nobody_bounds_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "EARLIEST", datetime(1900, 1, 1, tzinfo=UTC))
    with pytest.raises(AssertionError):
        check_date(house, "1945-06-25", "date-too-early")


def test_a_day_to_come_is_refused(house: SmallHouse) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    check_date(house, tomorrow.isoformat(), "date-in-future")


def test_the_first_day_of_all_is_shown_to_the_public(house: SmallHouse) -> None:
    path = "intake/recommendations"
    made = house.done("POST", path, "secretary", RECOMMENDATION, Dhakira_Happened_At="1945-06-26")
    house.done(
        "POST", f"{path}/{made['id']}/publication", "secretary", Dhakira_Happened_At="1945-06-26"
    )
    house.settle()
