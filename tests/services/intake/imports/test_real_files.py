"""Exact figures on the real files, through the door that everybody uses."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.services.intake.imports.conftest import Intake

MATRICES = "ohchr-matrix/slovenia-upr-cycle{}.docx"
SESSIONS = "upr-info/sessions-01-13.json.gz"


def figures(**told: int) -> dict[str, int]:
    """Give the figures of a preview; those that are not named are 0."""
    names = "read distinct new changed unchanged conflicts not_understood repeated reinstated"
    return {name: told.get(name, 0) for name in names.split()}


@pytest.mark.parametrize(
    ("cycle", "total", "supported", "noted", "themes"),
    [(2, 163, 142, 21, 32), (4, 254, 217, 37, 43)],
)
def test_a_matrix_goes_in_once(
    intake: Intake, real: Path, cycle: int, total: int, supported: int, noted: int, themes: int
) -> None:
    path = real / MATRICES.format(cycle)
    first = intake.previewed(path.name, path.read_bytes())
    assert first["counts"] == figures(read=total, distinct=total, new=total)
    assert (first["file_format"], first["doubtful"]) == ("docx", 0)
    assert intake.register() == []

    done = intake.confirmed(first["id"])
    assert done["progress"] == {"rows_read": total, "rows_recorded": total, "rows_taken_back": 0}
    register = intake.register()
    check_matrix(register, cycle, supported, noted, themes)

    again = intake.previewed(path.name, path.read_bytes())
    assert again["counts"] == figures(read=total, distinct=total, unchanged=total)
    refused = intake.ask("POST", f"/imports/{again['id']}/confirmation")
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/nothing-to-import"
    assert intake.register() == register


def check_matrix(
    register: list[dict[str, Any]], cycle: int, supported: int, noted: int, themes: int
) -> None:
    fields = [each["fields"] for each in register]
    numbers = [f"REC-{place:05d}" for place in range(1, supported + noted + 1)]
    assert [each["number"] for each in register] == numbers
    assert Counter(each["position"] for each in fields) == {"supported": supported, "noted": noted}
    assert len({each["main_theme"]["label"] for each in fields}) == themes
    assert {(each["state"], each["mechanism"]) for each in register} == {("SVN", "UPR")}
    assert all(each["official"] and each["published"] for each in register)
    for each in fields:
        assert each["cycle"] == cycle
        assert each["text"]
        assert each["paragraph"]
        assert each["recommending_states"]
        assert each["main_theme"]["label"] in [theme["label"] for theme in each["themes"]]
        assert all(goal.replace(".", "").isalnum() for goal in each["sdgs"])
    assert any(each["sdgs"] for each in fields) is (cycle == 4)


def test_both_matrices_stand_beside_each_other(intake: Intake, real: Path) -> None:
    for cycle, total in ((2, 163), (4, 254)):
        path = real / MATRICES.format(cycle)
        done = intake.imported(path.name, path.read_bytes(), state="SVN")
        assert done["counts"] == figures(read=total, distinct=total, new=total)
    assert len(intake.register()) == 163 + 254


def test_a_country_export(intake: Intake, real: Path) -> None:
    content = (real / "upr-info" / "morocco.json").read_bytes()
    done = intake.imported("morocco.json", content)
    assert done["counts"] == figures(read=161, distinct=161, new=161)
    assert done["doubtful"] == 0
    assert {each["state"] for each in intake.register()} == {"MAR"}
    again = intake.previewed("morocco.json", content)
    assert again["counts"] == figures(read=161, distinct=161, unchanged=161)


def test_samples_of_the_index_keep_concerns_apart(intake: Intake, real: Path) -> None:
    done = intake.imported(
        "samples.json", (real / "uhri" / "samples.json").read_bytes(), any_state="true"
    )
    assert (done["counts"]["new"], done["doubtful"]) == (10, 0)
    kinds = Counter(each["kind"] for each in intake.register())
    assert kinds == {"recommendation": 5, "concern": 5}


GROWTH = 300 << 20
"""What an import may add to a process that has 200 MB at rest (bytes; 500 MB in all)."""


def memory(name: str) -> int:
    """Return a figure of this process's memory (proc_pid_status(5)), in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{name}:")[1].split(None, 1)[0]) * 1024


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_state_of_thirteen_sessions(intake: Intake, real: Path) -> None:
    content = (real / SESSIONS).read_bytes()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
    before = memory("VmRSS")
    first = intake.previewed("sessions-01-13.json.gz", content, any_state="true")
    assert first["counts"] == figures(read=22_716, distinct=22_716, new=22_716)
    doubts = [each["doubts"] for each in intake.rows(first["id"], "doubtful")]
    unknown = "recommending-state-unknown", "(Unknown)"
    assert [[(d["code"], d["written"]) for d in each] for each in doubts] == [[unknown]] * 9
    assert first["doubtful"] == 9, "where the source itself does not know who recommended"
    intake.confirmed(first["id"])

    found = intake.query(
        "SELECT fields->>'position', count(*), count(DISTINCT state), count(DISTINCT number)"
        " FROM intake_read.recommendations WHERE official AND published AND NOT withdrawn"
        " GROUP BY 1"
    )
    assert {position: count for position, count, _, _ in found} == {
        "supported": 16_821,
        "noted": 5_895,
    }
    states = intake.query("SELECT count(DISTINCT state) FROM intake_read.recommendations")
    assert states == [(193,)]
    again = intake.previewed("sessions-01-13.json.gz", content, any_state="true")
    assert again["counts"] == figures(read=22_716, distinct=22_716, unchanged=22_716)
    assert memory("VmHWM") - before <= GROWTH
