"""An event that a reaction cannot settle waits for a person; nothing else waits for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from libs.testkit.waiting import until_true
from tests.faults.checker import Record
from tests.faults.kinds import publish_poison
from tests.faults.planted import HELD_UP, poison_file
from tests.faults.platform import Platform, platform
from tests.libs.chassis.life.small_house import FIRST, RECOMMENDATION
from tests.stories.house import DemoHouse, Person

SEED = 3
SERVICES = ("directory", "intake", "tracking", "portal")
LAG_GOAL = 5.0
PARKED_WITHIN = 60.0
HEARD_WITHIN = 15.0


@contextmanager
def standing(folder: Path, fault: str = "") -> Iterator[Platform]:
    with platform(folder / "platform", SEED, SERVICES, fault) as made:
        yield made


@contextmanager
def administrator(made: Platform) -> Iterator[Person]:
    """Give the administrator with a browser, signed in."""
    with httpx.Client(base_url=made.address("portal"), timeout=60) as client:
        person = Person(cast("DemoHouse", None), client, "en")
        person.send("/sign-in", {name: FIRST[name] for name in ("sign_in", "password")})
        yield person


def publish(made: Platform) -> str:
    body = RECOMMENDATION | {"text": "Let every village have a well"}
    answer = made.done("intake", "POST", "/intake/v1/recommendations", "secretary", body)
    path = f"/intake/v1/recommendations/{answer['id']}/publication"
    made.done("intake", "POST", path, "secretary")
    return str(answer["id"])


def opened(made: Platform, recommendation: str) -> int:
    """Return how often follow-up of a recommendation began, as the ledger has it."""
    [(count,)] = _record(made).rows(
        "SELECT count(*) FROM tracking.tracking_events WHERE topic = 'tracking.case.opened.v1'"
        " AND convert_from(state, 'UTF8')::jsonb #>> '{data,recommendation}' = %s",
        recommendation,
    )
    return int(count)


def heard_by_the_portal(made: Platform, code: str) -> bool:
    rows = _record(made).rows("SELECT 1 FROM portal_read.institutions WHERE code = %s", code)
    return bool(rows)


def _record(made: Platform) -> Record:
    return Record(made.postgres.url, SERVICES)


def others_go_on(made: Platform) -> None:
    """Both the same stream's next event and another stream's are heard meanwhile."""
    begun = time.monotonic()
    next_one = publish(made)
    institution = {"code": "wells", "names": {"en": "Office of Wells"}, "kind": "ministry"}
    made.done("directory", "POST", "/directory/v1/institutions", "administrator", institution)
    until_true(lambda: heard_by_the_portal(made, "wells"), HEARD_WITHIN, "another stream is heard")
    until_true(lambda: opened(made, next_one) == 1, HEARD_WITHIN, "the next event has its effect")
    lag = time.monotonic() - begun
    sys.stdout.write(f"others were heard after {lag:.1f} s (goal: {LAG_GOAL:.0f} s)\n")


@pytest.mark.timeout(300)
def test_poison_waits_for_a_person_and_has_its_effect_once(tmp_path: Path) -> None:
    with standing(tmp_path) as made:
        recommendation = publish_poison(made)
        others_go_on(made)
        parked = until_true(lambda: _record(made).parked("tracking"), PARKED_WITHIN)
        [(reaction, event)] = parked
        assert opened(made, recommendation) == 0
        with administrator(made) as person:
            page = person.page("/status")
            [cause] = page.all("//section[@aria-labelledby='quarantine']//p[@lang='en']")
            assert "is poison" in cause
            form = f"/status/tracking/{reaction}/{event}"
            poison_file(made.folder, recommendation).unlink()
            person.send(form, {}, at="/status")
            empty = "//section[@aria-labelledby='quarantine']//p[@class='empty']"
            assert person.page("/status").one(empty)
        assert opened(made, recommendation) == 1
        again = f"/api/tracking/v1/quarantine/{reaction}/{event}/redrive"
        answer = _post(made, again)
        assert answer.status_code == 404, answer.text
        assert opened(made, recommendation) == 1


def _post(made: Platform, path: str) -> httpx.Response:
    headers: dict[str, Any] = made.headers("administrator")
    return httpx.post(f"{made.address('tracking')}{path}", headers=headers, timeout=30)


@pytest.mark.timeout(300)
def test_poison_that_holds_up_what_comes_after_it_is_found(tmp_path: Path) -> None:
    with standing(tmp_path, HELD_UP) as made:
        publish_poison(made)
        with pytest.raises(AssertionError, match="the next event has its effect"):
            others_go_on(made)
