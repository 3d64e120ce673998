"""Contracts and stored events stay readable for ever: today's code reads every golden."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic

from libs.chassis.envelope import Heard
from libs.contracts.contract import contract_of
from libs.ledger.mapper import payload_of
from tests.contracts import history
from tests.contracts.goldens import (
    FOLDER,
    PUBLISHED,
    ROOT,
    STORED,
    as_recorded,
    contracts,
    files,
    mapper,
    published,
    stored_events,
)
from tests.contracts.samples import ID

if TYPE_CHECKING:
    from pathlib import Path

MEND = "run `make documents` and commit the new golden"


@pytest.fixture(scope="module")
def events() -> dict[str, type[Any]]:
    contracts()
    return stored_events()


def test_every_stored_event_has_a_golden(events: dict[str, type[Any]]) -> None:
    missing = [topic for topic in events if not (STORED / f"{topic}.json").exists()]
    assert not missing, MEND


def test_every_contract_has_a_golden() -> None:
    topics = [each.topic for each in contracts()]
    missing = [topic for topic in topics if not (PUBLISHED / f"{topic}.json").exists()]
    assert not missing, MEND


def test_every_contract_is_told_by_somebody(events: dict[str, type[Any]]) -> None:
    newest_stems = {topic.rsplit(".", 1)[0] for topic in events}
    untold = [
        each.topic for each in contracts() if each.topic.rsplit(".", 1)[0] not in newest_stems
    ]
    assert not untold, "a contract whose event no service records"


@pytest.mark.parametrize("path", files(STORED), ids=lambda path: path.stem)
def test_stored_bytes_are_read_by_the_code_of_today(
    path: Path, events: dict[str, type[Any]]
) -> None:
    state = path.read_bytes()
    event = mapper().to_domain_event(StoredEvent(UUID(ID), 3, path.stem, state))
    assert get_topic(type(event)) in events
    if get_topic(type(event)) == path.stem:
        assert json.loads(payload_of(event)) == json.loads(state)["data"]


@pytest.mark.parametrize("path", files(PUBLISHED), ids=lambda path: path.stem)
def test_a_stored_event_is_published_as_its_golden_says(path: Path) -> None:
    contracts()
    told = published(as_recorded(path.stem, (STORED / path.name).read_bytes()))
    assert told == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", files(PUBLISHED), ids=lambda path: path.stem)
def test_a_consumer_of_today_hears_every_golden(path: Path) -> None:
    contracts()
    golden = json.loads(path.read_text(encoding="utf-8"))
    heard = Heard.read(golden["headers"], json.dumps(golden["body"]).encode())
    assert heard.topic == path.stem
    assert json.loads(heard.event.model_dump_json(exclude_none=True)) == golden["body"]


@pytest.mark.parametrize("path", files(PUBLISHED), ids=lambda path: path.stem)
def test_a_consumer_passes_over_a_field_that_it_does_not_know(path: Path) -> None:
    contracts()
    golden = json.loads(path.read_text(encoding="utf-8"))
    body = json.dumps(golden["body"] | {"a_field_of_tomorrow": 1}).encode()
    contract = contract_of(path.stem)
    assert contract is not None
    assert Heard.read(golden["headers"], body).event == contract.model_validate(golden["body"])


def test_goldens_are_added_and_never_edited() -> None:
    since = history.base(ROOT)
    if since is None:
        pytest.skip("this tree has no git history to compare goldens with")
    assert history.touched(ROOT, since) == [], "a released golden is never edited or removed"


def test_an_edited_and_a_removed_golden_are_caught(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER.relative_to(ROOT)
    folder.mkdir(parents=True)
    for name in ("kept.json", "edited.json", "removed.json"):
        (folder / name).write_text("{}")
    for command in (
        "init --quiet --initial-branch main",
        "add --all",
        "-c user.name=a -c user.email=a@example.org commit --quiet --message first",
        "tag v1.0.0",
    ):
        subprocess.run(["git", "-C", str(tmp_path), *command.split()], check=True)
    (folder / "edited.json").write_text('{"a": 1}')
    (folder / "removed.json").unlink()
    (folder / "added.json").write_text("{}")
    since = history.base(tmp_path)
    assert since == "v1.0.0"
    assert history.touched(tmp_path, since) == [
        f"{history.GOLDEN}/edited.json",
        f"{history.GOLDEN}/removed.json",
    ]
