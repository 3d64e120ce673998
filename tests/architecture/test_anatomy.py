"""Every service has the same rooms, each does its own work, and the doorstep is clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture import anatomy
from tests.architecture.tree import ROOT, plant

if TYPE_CHECKING:
    from pathlib import Path

TRACKING = dict.fromkeys((f"services/tracking/{each}" for each in anatomy.MUST_STAND), "")


def test_every_service_has_its_rooms() -> None:
    assert anatomy.missing_rooms(ROOT) == []


def test_a_missing_room_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, TRACKING)
    (tmp_path / "services/tracking/permissions.cedar").unlink()
    assert anatomy.missing_rooms(tmp_path) == ["services/tracking/permissions.cedar"]


def test_no_service_has_a_room_of_its_own_invention() -> None:
    assert anatomy.strange_rooms(ROOT) == []


def test_an_invented_room_is_caught(tmp_path: Path) -> None:
    invented = {
        "services/tracking/domain/case.py": "",
        "services/tracking/handlers/a.py": "",
        "services/tracking/notes.txt": "",
    }
    plant(tmp_path, TRACKING | invented)
    found = anatomy.strange_rooms(tmp_path)
    assert found == ["services/tracking/handlers", "services/tracking/notes.txt"]


def test_an_entrance_only_starts_its_service() -> None:
    assert anatomy.long_entrances(ROOT) == []


def test_an_entrance_that_does_more_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, TRACKING | {"services/tracking/__main__.py": "A = 1\n" * 13})
    assert anatomy.long_entrances(tmp_path) == ["services/tracking/__main__.py"]


def test_rows_are_read_in_views_and_written_in_projections_or_commands() -> None:
    assert anatomy.sql_out_of_place(ROOT) == []


@pytest.mark.parametrize("place", ["domain/case", "api", "policies", "service"])
def test_sql_out_of_place_is_caught(tmp_path: Path, place: str) -> None:
    file = f"services/tracking/{place}.py"
    plant(
        tmp_path,
        TRACKING | {file: 'A = "SELECT 1"\n', "services/tracking/views.py": 'A = "SELECT 1"'},
    )
    assert anatomy.sql_out_of_place(tmp_path) == [f"{file}:1 holds SQL"]


@pytest.mark.parametrize(
    ("place", "statement", "caught"),
    [
        ("views", "SELECT 1", False),
        ("views/search", "INSERT INTO a VALUES (1)", True),
        ("views", "\\nDELETE FROM a", True),
        ("views", "CREATE TABLE IF NOT EXISTS a ()", True),
        ("commands/sessions", "SELECT 1", True),
        ("commands", "DELETE FROM a", False),
        ("projections", "INSERT INTO a SELECT 1", False),
    ],
)
def test_a_write_in_views_and_a_read_in_commands_are_caught(
    tmp_path: Path, place: str, statement: str, *, caught: bool
) -> None:
    file = f"services/tracking/{place}.py"
    plant(tmp_path, TRACKING | {file: f'A = "{statement}"\n'})
    assert anatomy.sql_out_of_place(tmp_path) == ([f"{file}:1 holds SQL"] if caught else [])


def test_no_gate_is_forced() -> None:
    assert anatomy.gates_forced(ROOT) == []


def test_a_forced_gate_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"services/portal/api/a.py": "request.state.decided = True\n"})
    assert anatomy.gates_forced(tmp_path) == ["services/portal/api/a.py:1 sets decided"]


def test_every_function_says_what_it_takes_and_gives() -> None:
    assert anatomy.unannotated(ROOT) == []


def test_an_unannotated_function_is_caught(tmp_path: Path) -> None:
    text = "def a(b) -> None: ...\ndef c(): ...\ndef d(e: int) -> int: ...\n"
    plant(tmp_path, {"libs/ledger/a.py": text})
    assert anatomy.unannotated(tmp_path) == ["libs/ledger/a.py:1 a", "libs/ledger/a.py:2 c"]


def test_the_doorstep_is_clean() -> None:
    assert anatomy.strange_on_the_doorstep(anatomy.tracked(ROOT)) == []


def test_a_plan_on_the_doorstep_is_caught() -> None:
    names = ["README.md", "PLAN.md", "scratch/a.py", "libs/ledger/act.py"]
    assert anatomy.strange_on_the_doorstep(names) == ["PLAN.md", "scratch"]
