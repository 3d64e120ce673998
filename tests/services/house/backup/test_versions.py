"""What an earlier version wrote is opened by this one: every event, every page, every name.

``versions`` holds, for each version that was published, the two backups of a small platform as
that version made them: ledgers byte by byte, files and keys. A new version adds its own.
"""

from __future__ import annotations

import asyncio
import tarfile
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from eventsourcing.domain import Aggregate

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.service import Service
from libs.chassis.settings import HouseSettings
from libs.ledger.leaf import leaf_bytes
from libs.testkit.waiting import until_true
from services.house.demo.loading import ADMINISTRATOR, password_of
from services.house.running import SERVICES, Running
from tests.services.house.backup.kit import told, up
from tests.stories.house import ANSWERS_WITHIN

VERSIONS = sorted((Path(__file__).parent / "versions").glob("*.tar"))
pytestmark = pytest.mark.timeout(300)


def test_there_is_a_version_to_open() -> None:
    assert [each.stem for each in VERSIONS]


@pytest.fixture(params=VERSIONS, ids=lambda each: each.stem)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give a data folder with the record and the keys of a version."""
    with tarfile.open(request.param) as kept:
        kept.extractall(tmp_path / "kept", filter="data")
    data = tmp_path / "data"
    for kind in ("record", "keys"):
        [backup] = (tmp_path / "kept").glob(f"{kind}-*")
        words = ("restore", "keys") if kind == "keys" else ("restore",)
        told(*words, "--from", backup, "--data", data)
    return data


def test_its_pages_are_shown_and_its_names_are_read(folder: Path) -> None:
    with up(folder) as address, httpx.Client(base_url=address, timeout=ANSWERS_WITHIN) as client:
        listed = f"{address}/en/recommendations.json?limit=200"
        until_true(lambda: client.get(listed).json()["total"] >= 60, ANSWERS_WITHIN)
        number = client.get(listed).json()["recommendations"][0]["number"]
        for language in ("ar", "en"):
            assert client.get(f"/{language}/recommendations/{number}").is_success
        body = {"sign_in": ADMINISTRATOR, "password": password_of(ADMINISTRATOR)}
        token = client.post("/api/portal/v1/tokens", json=body).raise_for_status().json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        people = client.get("/api/directory/v1/people?limit=200", headers=headers).json()
        assert ADMINISTRATOR in {each["personal"]["sign_in"] for each in people}


def test_every_one_of_its_events_is_applied_and_has_its_leaf(
    folder: Path, nats: EmbeddedNats
) -> None:
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        settings = HouseSettings(data=folder, origin=f"v{uuid4().hex[:10]}")
        running = Running(settings, SERVICES, server.url, nats.url, folder / "keys")
        counts = asyncio.run(_applied(running))
    finally:
        server.stop()
    assert counts["intake"] > 60
    assert counts["directory"] > 0
    assert counts["tracking"] >= 60


async def _applied(running: Running) -> dict[str, int]:
    await running.start()
    try:
        return {each.name: _of_one(running.url_of(each.name), each) for each in running.services}
    finally:
        await running.stop()


def _of_one(url: str, service: Service) -> int:
    """Load every aggregate of a ledger; return how many there are."""
    name = service.name
    with psycopg.connect(url) as connection:
        events = connection.execute(
            "SELECT e.originator_id, e.originator_version, e.topic, e.state, l.leaf"
            f" FROM {name}.{name}_events e JOIN {name}.leaves l ON l.idx = e.notification_id - 1"
            " ORDER BY e.notification_id".encode()
        ).fetchall()
    for stream, version, topic, state, leaf in events:
        assert leaf_bytes(name, stream, version, topic, bytes(state)) == bytes(leaf)
    versions = {stream: version for stream, version, *_ in events}
    for stream, version in versions.items():
        assert service.ledger.load(Aggregate, stream).version == version
    return len(versions)
