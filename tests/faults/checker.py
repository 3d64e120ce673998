"""What became of it all: ledgers and read models in plain SQL, against the client's log."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from libs.contracts.contract import contract_of
from tests.faults.anatomy import Anatomy, Reaction, anatomies
from tests.faults.load import log_file

SUCCESS = range(200, 300)
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Event:
    """One row of a ledger."""

    sequence: int
    stream: str
    version: int
    topic: str
    meta: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.meta["id"])

    @property
    def public(self) -> bool:
        contract = contract_of(self.topic)
        return contract is not None and self.sequence >= contract.since


@dataclass(slots=True)
class Verdict:
    """Counts, and in words what is wrong; well when all are nought."""

    acknowledged: int = 0
    lost: int = 0
    missing: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not (self.lost or self.missing or self.doubled or self.problems)

    def tell(self, what: str, found: Iterable[object]) -> int:
        """Put what was found into words; return how many there are."""
        each = sorted(map(str, found))
        if each:
            self.problems.append(f"{len(each)} {what}: {each[:MOST_TOLD]}")
        return len(each)


class Record:
    """What stands in the ledgers at one moment, read past all of the platform's code."""

    def __init__(self, url: str, names: Iterable[str]) -> None:
        self.services = {name: anatomies()[name] for name in names}
        self._url = url

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(query.encode(), parameters or None).fetchall()

    @cached_property
    def ledgers(self) -> dict[str, list[Event]]:
        return {name: self._events(name) for name in self.services}

    @cached_property
    def answers(self) -> dict[str, dict[tuple[str, str], int | None]]:
        """Return the position of each answer's last event by service, actor and key."""
        return {
            name: {
                (actor, key): position
                for actor, key, position in self.rows(
                    f"SELECT actor, key, position FROM {name}.answers"
                )
            }
            for name in self.services
        }

    def _events(self, name: str) -> list[Event]:
        rows = self.rows(
            "SELECT notification_id, originator_id, originator_version, topic,"
            f" convert_from(state, 'UTF8')::jsonb -> 'meta' FROM {name}.{name}_events"
            " ORDER BY notification_id"
        )
        return [Event(sequence, str(stream), *rest) for sequence, stream, *rest in rows]

    def parked(self, name: str) -> set[tuple[str, str]]:
        """Return reaction and event of what a person is to settle."""
        rows = self.rows(
            f"SELECT reaction, event_id FROM {name}_read.quarantine WHERE settled_at IS NULL"
        )
        return {(reaction, event) for reaction, event in rows}


def answered(folder: Path) -> list[dict[str, Any]]:
    """Return the answers in the client's log."""
    return [each for each in map(json.loads, _lines(folder)) if "answered" in each]


def _lines(folder: Path) -> list[str]:
    file = log_file(folder)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def unanswered(folder: Path) -> set[str]:
    lines = map(json.loads, _lines(folder))
    told = defaultdict[str, set[str]](set)
    for each in lines:
        for kind in ("wanted", "answered"):
            if kind in each:
                told[kind].add(each[kind])
    return told["wanted"] - told["answered"]


def check(record: Record, folder: Path) -> Verdict:
    """Compare the record with the client's log, and with itself."""
    verdict = Verdict()
    asked = answered(folder)
    _check_answers(record, asked, verdict)
    for name, events in record.ledgers.items():
        _check_order(record, name, events, verdict)
    check_reactions(record, verdict)
    _check_files(folder / "files", asked, verdict)
    verdict.tell("never answered", unanswered(folder))
    return verdict


def _check_answers(record: Record, asked: list[dict[str, Any]], verdict: Verdict) -> None:
    commands = {name: _by_command(events) for name, events in record.ledgers.items()}
    keys = {name: {key for _, key in answers} for name, answers in record.answers.items()}
    lost, doubled, denied = [], [], []
    for each in asked:
        service, key = each["service"], each["answered"]
        topics = commands[service].get(_hash(key), Counter())
        if each["status"] in SUCCESS:
            verdict.acknowledged += 1
            if key not in keys[service] or not topics:
                lost.append(each["path"])
        elif key in keys[service] or topics:
            denied.append(f"{each['path']}: {each['status']}")
        if any(count > 1 for count in topics.values()):
            doubled.append(each["path"])
    verdict.lost = verdict.tell("acknowledged and lost", lost)
    verdict.doubled += verdict.tell("asked once and recorded twice", doubled)
    verdict.tell("refused and recorded", denied)


def _check_files(kept: Path, asked: list[dict[str, Any]], verdict: Verdict) -> None:
    """Every file that was acknowledged is there, byte for byte; nothing half is beside it."""
    taken = {each["file"] for each in asked if each["file"] and each["status"] in SUCCESS}
    verdict.lost += verdict.tell(
        "files acknowledged and lost",
        (each for each in taken if _hash_of(kept / each[:2] / each) != each),
    )


def _hash_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def _by_command(events: list[Event]) -> dict[str, Counter[str]]:
    """Return how often each topic was recorded by each command."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        found[event.meta["command"]][event.topic] += 1
    return found


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _check_order(record: Record, name: str, events: list[Event], verdict: Verdict) -> None:
    """Positions and versions have no holes, and every event has its leaf."""
    holes = {event.sequence for n, event in enumerate(events, 1) if event.sequence != n}
    verdict.lost += verdict.tell(f"holes in the ledger of {name}", holes)
    versions = Counter[str]()
    torn = []
    for event in events:
        versions[event.stream] += 1
        if event.version != versions[event.stream]:
            torn.append(f"{event.topic} {event.stream} {event.version}")
    verdict.tell(f"versions out of order in {name}", torn)
    leaves = record.rows(
        f"SELECT idx + 1, originator_id::text, originator_version FROM {name}.leaves"
    )
    wanted = {(event.sequence, event.stream, event.version) for event in events}
    verdict.tell(f"leaves unlike their events in {name}", set(leaves) ^ wanted)


def check_reactions(record: Record, verdict: Verdict) -> None:
    """Check every policy of every service on all that its producer told."""
    for service in record.services.values():
        for reaction in service.policies:
            if reaction.producer in record.services:
                _check_reaction(record, reaction, verdict)


def _check_reaction(record: Record, reaction: Reaction, verdict: Verdict) -> None:
    """Each event has its one answer, or waits for a person; and its effect once."""
    causes = {e.id for e in record.ledgers[reaction.producer] if e.topic == reaction.topic}
    settled = {key for actor, key in record.answers[reaction.service] if actor == reaction.actor}
    parked = {event for name, event in record.parked(reaction.service) if name == reaction.name}
    missing = causes - settled - parked
    verdict.missing += verdict.tell(f"without effect by {reaction.actor}", missing)
    effects: dict[str, set[str]] = defaultdict(set)
    topics = Counter[tuple[str, str]]()
    for event in record.ledgers[reaction.service]:
        if event.meta["actor"] == reaction.actor:
            cause = str(event.meta.get("causation"))
            effects[cause].add(event.meta["command"])
            topics[cause, event.topic] += 1
    doubled = {cause for cause, commands in effects.items() if len(commands) > 1}
    doubled |= {cause for (cause, _), count in topics.items() if count > 1}
    verdict.doubled += verdict.tell(f"with its effect twice by {reaction.actor}", doubled)


def behind(record: Record) -> list[str]:
    """Return the read models and reactions that have not yet come to the end of their sources."""
    told = []
    for service in record.services.values():
        told += _read_models_behind(record, service)
    told += _files_unread(record)
    verdict = Verdict()
    check_reactions(record, verdict)
    return told + (verdict.problems if verdict.missing else [])


def _read_models_behind(record: Record, service: Anatomy) -> list[str]:
    rows = record.rows(f"SELECT projection, source, sequence FROM {service.name}_read.positions")
    positions = {(name, source): sequence for name, source, sequence in rows}
    told = []
    for name, source, public in service.read_models:
        if source not in record.services:
            continue
        wanted = _last(record.ledgers[source], public=public)
        stands = positions.get((name, source), 0)
        if stands < wanted:
            told.append(f"{service.name} {name} of {source}: {stands} of {wanted}")
    return told


def _files_unread(record: Record) -> list[str]:
    """Return the files that were handed in and neither read nor refused yet."""
    if "intake" not in record.services:
        return []
    rows = record.rows(
        "SELECT i.id FROM intake_read.imports i"
        " LEFT JOIN intake_read.import_previews p ON p.import_id = i.id"
        " WHERE NOT coalesce(p.finished OR p.refusal IS NOT NULL, false)"
    )
    return [f"the file of import {identity} is not read" for (identity,) in rows]


def public(events: Iterable[Event]) -> list[Event]:
    """Return the events that others hear."""
    return [event for event in events if event.public]


def _last(events: list[Event], *, public: bool) -> int:
    return max((event.sequence for event in events if event.public or not public), default=0)
