"""Defects that are planted on purpose: the suite finds each, or is worth nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Timer
from typing import Any
from uuid import UUID

import pytest

from libs.chassis.envelope import Heard
from libs.chassis.positions import Position
from libs.chassis.projection import Follower
from libs.chassis.reaction import Policy, Reactions
from libs.ledger.act import Act
from libs.ledger.ledger import Ledger
from libs.ledger.writer import Command, Outcome, Writer
from services.tracking import policies
from services.tracking.domain.standing import Statement

ACKNOWLEDGED_FIRST = "acknowledged before the commit"
POSITION_FIRST = "position before row"
HELD_UP = "poison holds up what comes after it"
SECONDS_OF_A_COMMIT = 0.05
PLANT = pytest.MonkeyPatch()
"""Never undone: it ends with the process."""


def plant(fault: str, folder: Path) -> None:
    """Plant a defect by name; events that are poison are planted always, where the client says."""
    _poison(folder)
    if fault == ACKNOWLEDGED_FIRST:
        _acknowledge_first()
    elif fault == POSITION_FIRST:
        _write_positions_first()
    elif fault == HELD_UP:
        _try_in_place()
    else:
        assert not fault, fault


def poison_file(folder: Path, recommendation: str | UUID) -> Path:
    """Return the file that makes a recommendation's publication poison to tracking's reaction."""
    return folder / "poison" / str(recommendation)


def _poison(folder: Path) -> None:
    original: Any = vars(policies)["follow_record"]

    def follow_record(ledger: Ledger, recommendation: UUID, told: Statement, act: Act) -> None:
        if poison_file(folder, recommendation).exists():
            msg = f"{told.number} is poison"
            raise RuntimeError(msg)
        original(ledger, recommendation, told, act)

    PLANT.setattr(policies, "follow_record", follow_record)


def _acknowledge_first() -> None:
    submit = Writer.submit

    def hasty(writer: Writer, command: Command) -> Future[Outcome]:
        Timer(SECONDS_OF_A_COMMIT, submit, (writer, command)).start()
        told: Future[Outcome] = Future()
        told.set_result(Outcome("recorded", None, None, command.answer))
        return told

    PLANT.setattr(Writer, "submit", hasty)


def _write_positions_first() -> None:
    async def write(follower: Follower[Any], events: Sequence[Any], position: Position) -> None:
        async with follower._pool.connection() as connection, connection.cursor() as cursor:
            await follower._positions.write(cursor, follower.source, position)
        async with follower._pool.connection() as connection, connection.cursor() as cursor:
            await follower._projection.apply(cursor, events)
        await follower._reach(position)

    PLANT.setattr(Follower, "_write", write)


def _try_in_place() -> None:
    """Keep the order of the stream: the next event has its turn when the one in hand is settled."""
    react, turn = Reactions.react, asyncio.Lock()

    async def stubborn(reactions: Reactions, policy: Policy, heard: Heard) -> None:
        async with turn:
            while True:
                try:
                    await react(reactions, policy, heard)
                except RuntimeError:
                    await asyncio.sleep(SECONDS_OF_A_COMMIT)
                else:
                    return

    PLANT.setattr(Reactions, "react", stubborn)
