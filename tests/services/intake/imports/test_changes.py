"""The same file, a changed file, a correction by hand in between, and taking it all back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.intake.domain.source_row import SourceRow
from tests.services.intake.imports.conftest import STRANGER, Intake, template_csv, template_xlsx

ROWS = (
    SourceRow(
        row=2,
        state="MAR",
        mechanism="UPR",
        text="Adopt a law on the safety of lighthouses",
        paragraph="12.1",
        symbol="A/HRC/99/1",
        cycle=3,
        session="33",
        recommending_states=("FRA", "BRA"),
        position="supported",
        position_as_written="Supported",
        themes=("Right to health",),
        sdgs=("3 - GOOD HEALTH AND WELL-BEING",),
    ),
    SourceRow(
        row=3,
        state="MAR",
        mechanism="UPR",
        text="Protect the keepers of lighthouses",
        paragraph="12.2",
        symbol="A/HRC/99/1",
        cycle=3,
        position="noted",
    ),
    SourceRow(
        row=4,
        state="MAR",
        mechanism="CEDAW",
        text="Count women among the keepers of lighthouses",
        paragraph="7",
        symbol="CEDAW/C/MAR/CO/1",
    ),
)


def texts(intake: Intake) -> dict[str, str]:
    return {each["number"]: each["fields"]["text"] for each in intake.register()}


def standing(intake: Intake) -> list[dict[str, Any]]:
    """Read the register without what tells how often each record changed."""
    return [{k: v for k, v in each.items() if k != "version"} for each in intake.register()]


@pytest.mark.parametrize("write", [template_csv, template_xlsx])
def test_our_own_template_goes_in_and_changes_nothing_twice(intake: Intake, write: Any) -> None:
    name = "list.csv" if write is template_csv else "list.xlsx"
    done = intake.imported(name, write(*ROWS), any_state="true")
    assert done["counts"]["new"] == 3
    first = intake.register()
    assert first[0]["fields"]["sdgs"] == ["3"]
    assert first[0]["fields"]["themes"][0]["label"] == "Right to health"
    before = intake.head()
    again = intake.previewed(name, write(*ROWS), any_state="true")
    assert (again["counts"]["unchanged"], again["counts"]["new"]) == (3, 0)
    assert intake.register() == first
    assert intake.head() == before + 1, "nothing is recorded but that the file was handed in"


def test_each_record_names_file_row_import_and_person(intake: Intake) -> None:
    done = intake.imported("list.csv", template_csv(*ROWS), any_state="true")
    found = intake.query(
        "SELECT convert_from(state, 'UTF8')::jsonb FROM intake.intake_events"
        " WHERE topic = 'intake.recommendation.received.v1' ORDER BY notification_id"
    )
    assert [event["data"]["source"]["row"] for (event,) in found] == [2, 3, 4]
    for (event,) in found:
        assert event["data"]["source"]["file"] == done["file"]
        assert event["data"]["source"]["import_id"] == done["id"]
        assert event["meta"]["actor"] == "018f0000-0000-7000-8000-000000000001"
        assert event["meta"]["policy"].endswith(":secretariat-keeps-the-register")


def test_the_original_is_kept_for_us_alone(intake: Intake) -> None:
    content = template_csv(*ROWS)
    found = intake.previewed("list.csv", content, any_state="true")
    kept = intake.folder / "files" / found["file"][:2] / found["file"]
    assert kept.read_bytes() == content
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert kept.parent.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in kept.parent.parent.iterdir()] == [found["file"][:2]]


def test_a_change_is_shown_field_by_field_and_recorded_with_its_source(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(*ROWS), any_state="true")
    changed = (replace(ROWS[0], position="noted", session="34"), *ROWS[1:])
    found = intake.previewed("newer.csv", template_csv(*changed), any_state="true")
    assert (found["counts"]["changed"], found["counts"]["unchanged"]) == (1, 2)
    (row,) = intake.rows(found["id"], "changed")
    assert row["number"] == "REC-00001"
    assert row["row"] == 2
    assert row["differences"] == {
        "position": {"before": "supported", "after": "noted", "by_hand": False},
        "session": {"before": "33", "after": "34", "by_hand": False},
    }
    intake.confirmed(found["id"])
    assert intake.one("REC-00001")["fields"]["position"] == "noted"
    assert not intake.one("REC-00001")["corrected"]
    ((event,),) = intake.query(
        "SELECT convert_from(state, 'UTF8')::jsonb FROM intake.intake_events"
        " WHERE topic = 'intake.recommendation.corrected.v1'"
    )
    assert event["data"]["before"] == {"position": "supported", "session": "33"}
    assert event["data"]["source"]["import_id"] == found["id"]


def test_an_answer_that_was_awaited_is_an_answer(intake: Intake) -> None:
    intake.imported("a.csv", template_csv(replace(ROWS[1], position=None)), any_state="true")
    intake.imported("b.csv", template_csv(ROWS[1]), any_state="true")
    topics = [topic for (topic,) in intake.query("SELECT topic FROM intake.intake_events")]
    assert topics.count("intake.recommendation.position-recorded.v1") == 1
    assert topics.count("intake.recommendation.corrected.v1") == 0
    assert intake.one("REC-00001")["fields"]["position"] == "noted"


def test_what_a_file_leaves_out_it_does_not_deny(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(*ROWS), any_state="true")
    less = replace(ROWS[0], session=None, themes=(), sdgs=(), recommending_states=())
    found = intake.previewed("less.csv", template_csv(less), any_state="true")
    assert found["counts"]["unchanged"] == 1


def test_a_correction_by_hand_is_never_replaced_by_a_file(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(*ROWS), any_state="true")
    record = intake.one("REC-00002")
    body = {"fields": {"text": "Protect every keeper"}, "reason": "A slip of the pen"}
    intake.told("POST", f"/recommendations/{record['id']}/corrections", json=body)
    found = intake.previewed("list.csv", template_csv(*ROWS), any_state="true")
    assert (found["counts"]["conflicts"], found["counts"]["unchanged"]) == (1, 2)
    (row,) = intake.rows(found["id"], "conflict")
    assert row["differences"]["text"] == {
        "before": "Protect every keeper",
        "after": "Protect the keepers of lighthouses",
        "by_hand": True,
    }
    assert row["reason"] == "corrected-by-hand"
    assert row["reason_text"].startswith("A person corrected this record")

    newer = (replace(ROWS[0], session="34"), *ROWS[1:])
    intake.imported("newer.csv", template_csv(*newer), any_state="true")
    assert intake.one("REC-00002")["fields"]["text"] == "Protect every keeper"
    assert intake.one("REC-00001")["fields"]["session"] == "34"


def test_a_record_withdrawn_by_hand_is_not_brought_back_by_a_file(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(*ROWS), any_state="true")
    record = intake.one("REC-00003")
    intake.told("POST", f"/recommendations/{record['id']}/withdrawal", json={"reason": "Not ours"})
    found = intake.previewed("list.csv", template_csv(*ROWS), any_state="true")
    assert (found["counts"]["conflicts"], found["counts"]["unchanged"]) == (1, 2)
    (row,) = intake.rows(found["id"], "conflict")
    assert row["reason"] == "withdrawn-by-hand"


def test_undoing_takes_everything_back_and_a_new_import_brings_it_again(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(ROWS[0]), any_state="true")
    before = standing(intake)
    changed = (replace(ROWS[0], text="Adopt a law on every lighthouse", session="34"), *ROWS[1:])
    second = intake.imported("newer.csv", template_csv(*changed), any_state="true")
    after = standing(intake)
    assert second["counts"]["new"] == 2
    assert second["counts"]["changed"] == 1

    undone = intake.undone(second["id"], "The wrong year")
    assert undone["undo_reason"] == "The wrong year"
    assert undone["left_over"] == 0
    taken = standing(intake)
    assert taken[:1] == before
    assert [(each["number"], each["withdrawn"]) for each in taken[1:]] == [
        ("REC-00002", True),
        ("REC-00003", True),
    ]

    third = intake.previewed("newer.csv", template_csv(*changed), any_state="true")
    assert third["counts"]["new"] == 2
    assert third["counts"]["reinstated"] == 2
    assert third["counts"]["changed"] == 1
    intake.confirmed(third["id"])
    assert standing(intake) == after


def test_undoing_leaves_what_was_changed_again_since(intake: Intake) -> None:
    intake.imported("list.csv", template_csv(*ROWS), any_state="true")
    changed = (replace(ROWS[0], session="34", cycle=3, position="noted"), *ROWS[1:])
    second = intake.imported("newer.csv", template_csv(*changed), any_state="true")
    record = intake.one("REC-00001")
    body = {"fields": {"session": "35"}, "reason": "As the report says"}
    intake.told("POST", f"/recommendations/{record['id']}/corrections", json=body)
    undone = intake.undone(second["id"])
    fields = intake.one("REC-00001")["fields"]
    assert (fields["session"], fields["position"]) == ("35", "supported")
    assert undone["left_over"] == 1
    (left,) = intake.told("GET", f"/imports/{second['id']}/leftovers")
    assert (left["number"], left["reason"], left["fields"]) == (
        "REC-00001",
        "changed-again-since",
        ["session"],
    )


def test_an_undo_is_told_with_a_reason_and_once(intake: Intake) -> None:
    done = intake.imported("list.csv", template_csv(*ROWS), any_state="true")
    path = f"/imports/{done['id']}/undo"
    blank = intake.ask("POST", path, json={"reason": "  "})
    assert (blank.status_code, blank.json()["type"]) == (422, "/problems/undo-reason-missing")
    intake.undone(done["id"])
    twice = intake.ask("POST", path, json={"reason": "Again"})
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/import-already-undone")
    other = intake.previewed("list.csv", template_csv(*ROWS), any_state="true")
    early = intake.ask("POST", f"/imports/{other['id']}/undo", json={"reason": "Early"})
    assert early.json()["type"] == "/problems/import-not-confirmed"


def test_a_provisional_record_is_recognised_and_confirmed(intake: Intake) -> None:
    typed = {
        "state": "MAR",
        "mechanism": "UPR",
        "cycle": 3,
        "paragraph": "6.14",
        "text": "protect the keepers of  lighthouses.",
    }
    answer = intake.told("POST", "/recommendations", json=typed)
    found = intake.previewed("official.csv", template_csv(*ROWS), any_state="true")
    assert (found["counts"]["new"], found["counts"]["changed"]) == (2, 1)
    (row,) = intake.rows(found["id"], "changed")
    assert (row["number"], row["confirms"]) == (answer["number"], True)
    assert row["differences"]["paragraph"]["after"] == "12.2"
    intake.confirmed(found["id"])
    record = intake.one(answer["number"])
    assert (record["official"], record["published"]) == (True, True)
    assert record["fields"]["text"] == ROWS[1].text
    assert record["fields"]["position"] == "noted"
    assert len(intake.register()) == 3


def test_undoing_a_confirmation_makes_the_record_provisional_again(intake: Intake) -> None:
    typed = {
        "state": "MAR",
        "mechanism": "UPR",
        "cycle": 3,
        "paragraph": "6.14",
        "text": "protect the keepers of  lighthouses.",
    }
    number = intake.told("POST", "/recommendations", json=typed)["number"]
    before = intake.one(number)
    content = template_csv(*ROWS)
    found = intake.imported("official.csv", content, any_state="true")
    assert intake.one(number)["official"]
    intake.undone(found["id"], "Wrong file")
    after = intake.one(number)
    told = ("official", "published", "withdrawn", "fields")
    assert {name: after[name] for name in told} == {name: before[name] for name in told}
    assert (after["official"], after["published"]) == (False, False)
    assert intake.told("GET", f"/imports/{found['id']}/leftovers") == []
    again = intake.imported("official.csv", content, any_state="true")
    assert again["counts"]["changed"] == 1
    assert (intake.one(number)["official"], intake.one(number)["published"]) == (True, True)


def test_undoing_a_confirmation_hides_nothing_that_a_person_had_published(intake: Intake) -> None:
    typed = {"state": "MAR", "mechanism": "UPR", "cycle": 3, "text": ROWS[1].text}
    answer = intake.told("POST", "/recommendations", json=typed)
    intake.told("POST", f"/recommendations/{answer['id']}/publication")
    found = intake.imported("official.csv", template_csv(*ROWS), any_state="true")
    intake.undone(found["id"], "Wrong file")
    record = intake.one(answer["number"])
    assert (record["official"], record["published"]) == (False, True)


def test_what_the_un_has_not_published_waits_for_a_person(intake: Intake) -> None:
    unpublished = replace(ROWS[0], symbol=None)
    intake.imported("draft.csv", template_csv(unpublished), any_state="true")
    record = intake.one("REC-00001")
    assert (record["official"], record["published"]) == (False, False)


def test_the_same_wording_twice_stays_two(intake: Intake) -> None:
    same = "Ratify the Convention on Lighthouses"
    rows = (
        replace(ROWS[0], text=same),
        replace(ROWS[1], text=same),
        replace(ROWS[0], text=same, state="TUN"),
        replace(ROWS[0], text=same, paragraph=None),
        replace(ROWS[0], text=same, paragraph=None),
        replace(ROWS[0], text=same),
    )
    content = template_csv(*rows)
    found = intake.imported("same.csv", content, any_state="true")
    assert (found["counts"]["new"], found["counts"]["repeated"]) == (5, 1)
    assert found["counts"]["distinct"] == 5
    again = intake.previewed("same.csv", content, any_state="true")
    assert (again["counts"]["unchanged"], again["counts"]["repeated"]) == (5, 1)


def test_a_row_of_an_unknown_mechanism_is_told_not_dropped(intake: Intake) -> None:
    rows = (*ROWS, replace(ROWS[0], mechanism="Council of Lighthouses"))
    found = intake.previewed("list.csv", template_csv(*rows), any_state="true")
    assert (found["counts"]["new"], found["counts"]["not_understood"]) == (3, 1)
    (row,) = intake.rows(found["id"], "not-understood")
    assert row["row"] == 5
    assert row["reason"] == "mechanism-unknown"
    assert "Council of Lighthouses" in row["reason_text"]


def test_a_preview_that_no_longer_holds_is_shown_anew(intake: Intake) -> None:
    first = intake.previewed("list.csv", template_csv(*ROWS), any_state="true")
    intake.imported("one.csv", template_csv(ROWS[0]), any_state="true")
    refused = intake.ask("POST", f"/imports/{first['id']}/confirmation")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/preview-outdated")
    shown = intake.told("GET", f"/imports/{first['id']}")
    assert (shown["counts"]["new"], shown["counts"]["unchanged"]) == (2, 1)
    intake.confirmed(first["id"])
    assert len(texts(intake)) == 3


def test_only_the_secretariat_of_the_custodian_imports(intake: Intake) -> None:
    found = intake.previewed("list.csv", template_csv(*ROWS), any_state="true")
    upload = {"files": {"file": ("list.csv", template_csv(*ROWS))}}
    reason = {"json": {"reason": "No"}}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/imports", upload),
        ("GET", "/imports", {}),
        ("GET", f"/imports/{found['id']}", {}),
        ("GET", f"/imports/{found['id']}/rows", {}),
        ("GET", f"/imports/{found['id']}/leftovers", {}),
        ("POST", f"/imports/{found['id']}/confirmation", {}),
        ("POST", f"/imports/{found['id']}/undo", reason),
        ("GET", "/imports/template.csv", {}),
        ("GET", "/imports/template.xlsx", {}),
    ]
    for method, path, more in asked:
        assert intake.ask(method, path, person="", **more).status_code == 401, path
        assert intake.ask(method, path, person=STRANGER, **more).status_code == 403, path
    assert [each["id"] for each in intake.told("GET", "/imports")] == [found["id"]]


def test_the_template_that_is_handed_out_is_read_back(intake: Intake) -> None:
    empty = intake.ask("GET", "/imports/template.csv")
    assert empty.content == template_csv()
    assert intake.ask("GET", "/imports/template.xlsx").content[:2] == b"PK"
    found = intake.previewed("template.csv", empty.content)
    assert (found["state"], found["refusal"]["code"]) == ("failed", "nothing-to-read")


def test_a_key_stands_for_its_file(intake: Intake) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "one"}, "data": {"any_state": "true"}}
    first = intake.told("POST", "/imports", files={"file": ("a.csv", template_csv(ROWS[0]))}, **key)
    again = intake.told("POST", "/imports", files={"file": ("a.csv", template_csv(ROWS[0]))}, **key)
    assert again == first
    other = intake.ask("POST", "/imports", files={"file": ("a.csv", template_csv(ROWS[1]))}, **key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    named = intake.ask("POST", "/imports", files={"file": ("b.csv", template_csv(ROWS[0]))}, **key)
    assert named.json()["type"] == "/problems/key-reused"
    key["data"] = {"state": "MAR"}
    meant = intake.ask("POST", "/imports", files={"file": ("a.csv", template_csv(ROWS[0]))}, **key)
    assert meant.json()["type"] == "/problems/key-reused"
    assert [each["id"] for each in intake.told("GET", "/imports")] == [first["id"]]


def test_a_key_stands_for_its_file_however_its_parts_are_divided(intake: Intake) -> None:
    """Names of media types have no case, and a boundary says nothing (RFC 2046)."""
    said = []
    for boundary, kind in (("one", "multipart/form-data"), ("two", "Multipart/Form-Data")):
        part = 'Content-Disposition: form-data; name="file"; filename="a.csv"'
        body = b"\r\n".join(
            [f"--{boundary}".encode(), part.encode(), b"", template_csv(*ROWS),
             f"--{boundary}--".encode(), b""]
        )  # fmt: skip
        headers = {"Idempotency-Key": "one", "Content-Type": f"{kind}; boundary={boundary}"}
        said.append(intake.told("POST", "/imports", content=body, headers=headers))
    assert said[0] == said[1]


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "Multipart/Mixed"])
def test_a_command_is_not_taken_in_parts_past_its_key(intake: Intake, kind: str) -> None:
    headers = {"Idempotency-Key": "one", "Content-Type": kind}
    body = b'{"state": "MAR", "mechanism": "UPR", "text": "Light it"}'
    refused = intake.ask("POST", "/recommendations", content=body, headers=headers)
    assert refused.status_code == 422
    assert intake.register() == []
