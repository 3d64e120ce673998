"""SIGTERM under load: what was acknowledged is on record, what is in hand finishes."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from libs.chassis.embedded.nats import EmbeddedNats
from libs.testkit.waiting import until_true
from tests.libs.chassis.life.small_house import RECOMMENDATION
from tests.stories.processes import Processes, processes

UP = ("-m", "services", "up")
WRITERS = 6
RECEIVE = "/intake/v1/recommendations"


@dataclass(slots=True)
class Load:
    """People who type in recommendations until the house does not answer any more."""

    house: Processes
    acknowledged: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def write(self, number: int) -> None:
        headers = self.house.headers("secretary")
        with httpx.Client(base_url=f"{self.house.address('house')}/api", timeout=30) as client:
            for turn in range(10_000):
                body = RECOMMENDATION | {"text": f"Text {turn} of writer {number}"}
                try:
                    response = client.post(RECEIVE, json=body, headers=headers)
                except httpx.TransportError:
                    return
                if response.status_code == 201:
                    self.acknowledged.append(response.json()["id"])
                else:
                    self.refused.append(response.status_code)
                    return


def recorded(database: str) -> set[str]:
    """Return the ids of all recommendations that the ledger holds, past all of our code."""
    query = "SELECT originator_id FROM intake.intake_events WHERE topic = %s"
    with psycopg.connect(database) as connection:
        rows = connection.execute(query, ("intake.recommendation.received.v1",))
        return {str(row[0]) for row in rows}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_house_that_is_told_to_end_loses_nothing_that_it_acknowledged(
    database: str, nats: EmbeddedNats, tmp_path: Path
) -> None:
    with processes(tmp_path, database, nats.url) as house:
        house.start(house=UP)
        house.enrol("house")
        house.done("house", "POST", RECEIVE, "secretary", RECOMMENDATION)
        load = Load(house)
        with ThreadPoolExecutor(WRITERS) as pool:
            work = [pool.submit(load.write, number) for number in range(WRITERS)]
            until_true(lambda: len(load.acknowledged) > 40, 60, "the load is on")
            house.tell_to_end("house")
            for each in work:
                each.result(60)
        assert house.ended("house") == 0, house.log("house")
        assert len(load.acknowledged) > 40
        assert set(load.acknowledged) <= recorded(database)
        assert not set(load.refused) - {503}


def test_a_request_in_hand_is_finished_before_the_end(
    database: str, nats: EmbeddedNats, tmp_path: Path
) -> None:
    with processes(tmp_path, database, nats.url) as house, psycopg.connect(database) as other:
        house.start(house=UP)
        house.enrol("house")
        house.done("house", "POST", RECEIVE, "secretary", RECOMMENDATION)
        other.execute(b"LOCK TABLE intake.intake_events IN EXCLUSIVE MODE")
        answers: list[httpx.Response] = []

        def ask() -> None:
            url = f"{house.address('house')}/api{RECEIVE}"
            headers = house.headers("secretary")
            answers.append(httpx.post(url, json=RECOMMENDATION, headers=headers, timeout=60))

        asking = threading.Thread(target=ask)
        asking.start()
        until_true(lambda: _waiting(database), 20, "the command waits for the ledger")
        house.tell_to_end("house")
        until_true(lambda: not _listens(house.ports["house"]), 20, "nobody new is let in")
        other.rollback()
        asking.join(60)
        assert house.ended("house") == 0, house.log("house")
        assert [answer.status_code for answer in answers] == [201]
        assert json.loads(answers[0].content)["id"] in recorded(database)


def _waiting(database: str) -> bool:
    query = b"SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'"
    with psycopg.connect(database) as connection:
        row = connection.execute(query).fetchone()
        return bool(row and row[0])
