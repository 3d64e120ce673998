"""The register in the template's columns: what goes out comes in again, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.intake.imports.conftest import STRANGER, Intake, Opened, template_csv

DRAFT: dict[str, Any] = {
    "state": "MAR",
    "mechanism": "UPR",
    "cycle": 4,
    "paragraph": "6.14 ",
    "symbol": "A/HRC/99/L.1",
    "text": "=Light the harbour  <em>at night</em> <b> & R&amp;D\nand by day",
    "recommending_states": ["FRA", "BRA"],
    "main_theme": "health",
    "themes": ["health", "Lamps & light"],
    "groups": ["children"],
    "sdgs": ["16.2", "5", "5"],
}
OFFICIAL: dict[str, Any] = {
    "state": "XDM",
    "mechanism": "CEDAW",
    "official": True,
    "language": "ar",
    "session": "89",
    "document_date": "2024-11-18",
    "text": "أضيئوا الميناء\nليلًا",
}
TEMPLATE = template_csv().decode("utf-8-sig").strip()


def typed_in(intake: Intake) -> list[str]:
    """Type in records of every kind; return their ids."""
    same = {"text": "Dredge it", "state": "MAR", "mechanism": "CRC"}
    bodies = [DRAFT, OFFICIAL, same, {**same, "symbol": "CRC/C/MAR/CO/9"}, {**same, "text": "Out"}]
    ids = [intake.told("POST", "/recommendations", json=body)["id"] for body in bodies]
    said = {"position": "noted", "nuance": "Noted, with thanks", "position_source": "A/HRC/99/9"}
    intake.told("PUT", f"/recommendations/{ids[0]}/position", json=said)
    intake.told("POST", f"/recommendations/{ids[1]}/publication")
    intake.told("POST", f"/recommendations/{ids[4]}/withdrawal", json={"reason": "Twice"})
    return ids


def exported(intake: Intake, form: str, **more: Any) -> bytes:
    """Get the register in the template's columns."""
    answer = intake.ask("GET", f"/recommendations.{form}", **more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'"dhakira-register.{form}"')
    return answer.content


def said(intake: Intake) -> list[dict[str, Any]]:
    """Read what the standing records say, without what a file does not carry."""
    names = ("state", "mechanism", "kind", "language", "official", "fields")
    standing = [each for each in intake.register() if not each["withdrawn"]]
    return [{name: each[name] for name in names} for each in standing]


def compared(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records without the blanks and repetitions that say nothing."""
    for each in records:
        each["fields"]["text"] = " ".join(each["fields"]["text"].split())
        each["fields"]["paragraph"] = (each["fields"]["paragraph"] or "").strip()
        each["fields"]["sdgs"] = list(dict.fromkeys(each["fields"]["sdgs"]))
    return records


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_is_unchanged_here_and_the_same_elsewhere(
    opened: Opened, form: str
) -> None:
    intake = opened()
    intake.open()
    typed_in(intake)
    before, head = intake.register(), intake.head()
    content = exported(intake, form)
    found = intake.previewed(f"register.{form}", content, any_state="true")
    counts = found["counts"]
    assert (counts["read"], counts["unchanged"]) == (4, 4), intake.rows(found["id"], "changed")
    assert intake.register() == before
    assert intake.head() == head + 1, "nothing is recorded but that the file was handed in"

    empty = opened("elsewhere")
    empty.open()
    done = empty.imported(f"register.{form}", content, any_state="true")
    assert (done["counts"]["new"], done["counts"]["not_understood"]) == (4, 0)
    assert compared(said(empty)) == compared(said(intake))
    assert [each["published"] for each in empty.register()] == [False, True, False, False]


def test_the_columns_are_the_templates(intake: Intake) -> None:
    typed_in(intake)
    assert exported(intake, "csv").decode("utf-8-sig").splitlines()[0] == TEMPLATE


def test_what_is_not_public_is_exported_for_its_keepers_alone(intake: Intake) -> None:
    typed_in(intake)
    for person in ("", STRANGER):
        told = exported(intake, "csv", person=person).decode()
        assert "أضيئوا" in told
        assert "Dredge" not in told
        assert "harbour" not in told
    assert "Out" not in exported(intake, "csv").decode()


def test_a_register_that_holds_nothing_is_the_empty_template(intake: Intake) -> None:
    assert exported(intake, "csv") == template_csv()


def test_a_text_that_no_cell_can_hold_is_named(intake: Intake) -> None:
    long = "Light it. " * 4000
    content = template_csv().decode() + f'"MAR","CRC","","","","","","","{long}"\r\n'
    intake.imported("long.csv", content.encode())
    refused = intake.ask("GET", "/recommendations.xlsx")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/cell-too-long")
    assert refused.json()["facts"] == {"row": 1, "column": "text", "limit": 32_767}
    assert len(exported(intake, "csv")) > 40_000
