"""What the command line tells of an import: figures, and each row that a person should see."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from services.house import importing
from services.house.cli import _show_figures
from services.house.demo.loading import password_of
from services.house.importing import Visit, Wish, bring_in
from tests.stories.house import DemoHouse
from tests.stories.past import SECRETARY

ISOLATES = str.maketrans("", "", "\u2068\u2069")
ROWS = (
    "state,mechanism,text,recommending_states,kind",
    "XDM,UPR,Light every harbour of the command line,[/]Atlantis,",
    "XDM,UPR,Dredge it,FRA,[/]poem",
    "XDM,UPR,Sound it,FRA,[/]poem",
)


def test_doubts_and_rows_that_were_not_understood_are_told(
    demo_house: DemoHouse,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "doubts.csv"
    file.write_text("\n".join(ROWS), encoding="utf-8")

    monkeypatch.setattr(importing, "ROWS", 1)  # every page of the report is read

    async def told() -> dict[str, object]:
        async with httpx.AsyncClient(base_url=demo_house.address, timeout=60) as client:
            wish = Wish(file, "XDM", dry_run=True)
            visit = Visit(client, "en")
            return await bring_in(visit, wish, SECRETARY, password_of(SECRETARY), lambda *_: None)

    figures = asyncio.run(told())
    assert (figures["read"], figures["new"]) == (3, 1)
    for name, rows, begins in (
        ("doubtful", [2], "Recommending State “[/]Atlantis” is neither"),
        ("not_understood", [3, 4], "Row 3, column “kind”: “[/]poem” is not among"),
    ):
        report = figures[name]
        assert isinstance(report, dict)
        assert (report["count"], [each["row"] for each in report["rows"]]) == (len(rows), rows)
        assert report["rows"][0]["reason"].translate(ISOLATES).startswith(begins)
    _show_figures(figures, as_json=False)
    shown = capsys.readouterr().out.translate(ISOLATES)
    assert "2: Recommending State “[/]Atlantis”" in shown
    assert "To look at" in shown
