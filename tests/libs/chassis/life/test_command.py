"""Steps 1, 2 and 8 of an event's life: asked once, allowed, decided, seen by who asked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cedarpy import PolicySet

from libs.chassis import asking, permissions
from libs.chassis.asking import Asked
from libs.chassis.attempt import attempt_class
from libs.chassis.identity import Asker
from libs.chassis.permissions import Attribute, Decision, DirectoryStale, Permissions
from libs.chassis.positions import Progress
from libs.ledger import ledger as ledgers
from libs.ledger.act import Act
from libs.ledger.ledger import Answer, Ledger
from services.tracking.domain.case import Case, CaseClosed
from tests.libs.chassis.life.small_house import RECOMMENDATION, SmallHouse
from tests.libs.ledger.laying import EVENTS, act, lay, new_case

ASSIGNMENT = {"lead": "JUSTICE"}


def told(response: httpx.Response) -> tuple[int, str]:
    """The status, and which problem it was, if any."""
    return response.status_code, str(response.json().get("type", ""))


# --- the key and the version --------------------------------------------------------------------


def check_key(house: SmallHouse) -> None:
    """The same request under the same key gets the same answer; another one is refused."""
    key = str(uuid4())
    first = house.ask(
        "POST", "intake/recommendations", "secretary", RECOMMENDATION, Idempotency_Key=key
    )
    again = house.ask(
        "POST", "intake/recommendations", "secretary", RECOMMENDATION, Idempotency_Key=key
    )
    assert first.json() == again.json()
    other = RECOMMENDATION | {"text": "Another text altogether"}
    reused = house.ask("POST", "intake/recommendations", "secretary", other, Idempotency_Key=key)
    assert told(reused) == (422, "/problems/key-reused")


def test_a_key_gets_the_same_answer_and_no_other_request(house: SmallHouse) -> None:
    check_key(house)


def test_keys_that_are_not_kept_are_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Act.of_person

    def forgetting(actor: str, **more: Any) -> Act:
        return kept(actor, **more | {"key": None})

    monkeypatch.setattr(Act, "of_person", forgetting)
    with pytest.raises(AssertionError):
        check_key(house)


def check_version(house: SmallHouse, recommendation: UUID) -> None:
    """A change that was based on an older version is refused; on the version that stands, done."""
    path = f"tracking/cases/{recommendation}/assignment"
    house.done("PUT", path, "secretary", {"lead": "JUSTICE"}, If_Match='"1"')
    stale = house.ask("PUT", path, "secretary", {"lead": "HEALTH"}, If_Match='"1"')
    assert told(stale) == (412, "/problems/stale")
    house.done("PUT", path, "secretary", {"lead": "HEALTH"}, If_Match='"2"')


def test_a_change_based_on_an_older_version_is_refused(house: SmallHouse) -> None:
    check_version(house, house.publish_one())


def test_a_version_that_nobody_compares_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommendation = house.publish_one()
    monkeypatch.setattr(Asked, "_must_stand", lambda *_: None)
    with pytest.raises(AssertionError):
        check_version(house, recommendation)


def check_contention(house: SmallHouse) -> None:
    """Many at once who all need the next number: each gets one, nobody is told to start anew."""
    with ThreadPoolExecutor(12) as pool:
        path = "intake/recommendations"
        texts = [RECOMMENDATION | {"text": f"Text {number}"} for number in range(60)]
        answers = list(pool.map(lambda body: house.ask("POST", path, "secretary", body), texts))
    assert {answer.status_code for answer in answers} == {201}


def test_commands_that_contend_all_get_their_turn(house: SmallHouse) -> None:
    check_contention(house)


def test_giving_up_when_overtaken_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "CONFLICT_TRIES", 1)
    with pytest.raises(AssertionError):
        check_contention(house)


# --- the rules ----------------------------------------------------------------------------------

ERRING = """
@id("anyone") permit (principal, action == Action::"case.read", resource);
@id("not-the-sealed") forbid (principal, action == Action::"case.read", resource)
when { resource.sealed };
"""


class SkippingErrors(Permissions):
    """Takes Cedar at its word: a rule that cannot be evaluated is no rule."""

    def decide(
        self,
        asker: Asker,
        action: str,
        attributes: Mapping[str, Attribute] | None = None,
        thing: str = "",
    ) -> Decision:
        decision = super().decide(asker, action, attributes, thing)
        return Decision(True, "skipped") if decision.rule.endswith(":error") else decision  # noqa: FBT003


def check_erring_rule(kind: type[Permissions]) -> None:
    """A rule that names what is not there must refuse, though another one allows."""
    rules = kind("tracking")
    rules._policies = PolicySet.from_str(ERRING)
    assert rules.decide(Asker(), "case.read", {"sealed": False}).allowed
    assert not rules.decide(Asker(), "case.read", {"sealed": True}).allowed
    decision = rules.decide(Asker(), "case.read", {})
    assert (decision.allowed, decision.rule) == (False, f"{rules.version}:error")


def test_a_rule_that_cannot_be_evaluated_refuses() -> None:
    check_erring_rule(Permissions)


def test_skipping_a_rule_that_cannot_be_evaluated_is_caught() -> None:
    with pytest.raises(AssertionError):
        check_erring_rule(SkippingErrors)


GRAVE = ("clear", "close", "publish", "erase")


def check_stale_directory() -> None:
    """Grave acts wait for fresh knowledge of who holds which role; others go on."""
    rules = Permissions("tracking")
    acts = "".join(
        f'permit (principal, action == Action::"record.{word}", resource);'
        for word in (*GRAVE, "note")
    )
    rules._policies = PolicySet.from_str(acts)
    for word in GRAVE:
        assert rules.permit(Asker("p"), f"record.{word}", {}, 59.0)
        with pytest.raises(DirectoryStale):
            rules.permit(Asker("p"), f"record.{word}", {}, 61.0)
    assert rules.permit(Asker("p"), "record.note", {}, 3600.0)


def test_stale_knowledge_of_roles_refuses_grave_acts() -> None:
    check_stale_directory()


def test_a_directory_that_nobody_finds_stale_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "STALE_DIRECTORY_SECONDS", float("inf"))
    with pytest.raises(pytest.fail.Exception):
        check_stale_directory()


@pytest.mark.parametrize(("role", "path"), [("secretary", "publication"), ("chair", "closure")])
def test_grave_routes_ask_how_fresh_the_directory_is(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, role: str, path: str
) -> None:
    if path == "publication":
        target = f"intake/recommendations/{house.receive()}/publication"
    else:
        target = f"tracking/cases/{house.publish_one()}/closure"
    body = {"reason": "Done"} if path == "closure" else None
    for name in ("intake", "tracking"):
        monkeypatch.setattr(
            house.service(name).register, "_heard_at", lambda: time.monotonic() - 61
        )
    refused = house.ask("POST", target, role, body)
    assert told(refused) == (503, "/problems/directory-stale")


# --- what is refused and what is allowed goes into the record -----------------------------------


def check_refused_attempts(house: SmallHouse, recommendation: UUID) -> None:
    """Who tries to close or assign and may not is on record; who tries lesser things is not."""
    before = len(_attempts(house))
    case = f"tracking/cases/{recommendation}"
    assert house.ask("POST", f"{case}/closure", "secretary", {"reason": "Done"}).status_code == 403
    assert house.ask("PUT", f"{case}/assignment", "chair", ASSIGNMENT).status_code == 403
    assessment = {"track": "state", "status": "implemented"}
    assert house.ask("POST", f"{case}/assessments", "chair", assessment).status_code == 403
    assert house.ask("POST", f"{case}/closure", "", {"reason": "Done"}).status_code == 401
    attempts = _attempts(house)[before:]
    assert [(each["action"], each["refusal"]) for each in attempts] == [
        ("case.close", "not-permitted"),
        ("case.assign", "not-permitted"),
    ]


def _attempts(house: SmallHouse) -> list[dict[str, Any]]:
    topic = "tracking.attempt.refused.v2"
    return [event.data for event in house.events("tracking") if event.topic == topic]


def test_refused_attempts_at_grave_acts_are_recorded(house: SmallHouse) -> None:
    check_refused_attempts(house, house.publish_one())


def test_refused_attempts_that_leave_no_trace_are_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommendation = house.publish_one()
    monkeypatch.setattr(asking, "is_recorded_when_refused", lambda _: False)
    with pytest.raises(AssertionError):
        check_refused_attempts(house, recommendation)


def check_rule_in_event(house: SmallHouse, recommendation: UUID) -> None:
    """The event names who acted, and by which rule of which version it was allowed."""
    house.done("PUT", f"tracking/cases/{recommendation}/assignment", "secretary", ASSIGNMENT)
    event = house.events("tracking")[-1]
    version = house.service("tracking").permissions.version
    assert event.meta["actor"] == house.people["secretary"]
    assert event.meta.get("policy") == f"{version}:secretariat-assigns"


def test_an_event_names_the_rule_that_allowed_it(house: SmallHouse) -> None:
    check_rule_in_event(house, house.publish_one())


def test_an_event_without_its_rule_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommendation = house.publish_one()
    allowed_by = Act.allowed_by
    monkeypatch.setattr(
        Act, "allowed_by", lambda self, _, *on: replace(allowed_by(self, "", *on), policy=None)
    )
    with pytest.raises(AssertionError):
        check_rule_in_event(house, recommendation)


# --- deciding -----------------------------------------------------------------------------------


def check_refusal_leaves_nothing(house: SmallHouse, recommendation: UUID) -> None:
    """A refusal of the domain records nothing, and says so with its own name."""
    case = f"tracking/cases/{recommendation}"
    house.done("POST", f"{case}/closure", "chair", {"reason": "Done"})
    before = len(house.events("tracking"))
    refused = house.ask("PUT", f"{case}/assignment", "secretary", ASSIGNMENT)
    assert told(refused) == (409, "/problems/case-closed")
    assert len(house.events("tracking")) == before


def test_a_refusal_leaves_nothing_recorded(house: SmallHouse) -> None:
    check_refusal_leaves_nothing(house, house.publish_one())


def test_a_decision_without_its_guard_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommendation = house.publish_one()
    monkeypatch.setattr(Case, "_must_be_open", lambda _: None)
    with pytest.raises(AssertionError):
        check_refusal_leaves_nothing(house, recommendation)


def check_replay(database: str) -> None:
    """What today's rules would refuse is still history: it is applied without a guard."""
    ledger = Ledger("tracking", lay(database), EVENTS)
    try:
        case = new_case()
        case.close("Done")
        fields = {"recommendation": case.recommendation, "number": case.number}
        case.trigger_event(
            Case.Assigned, **fields, lead="JUSTICE", supporting=(), deadline=None, reason=None
        )
        ledger.record(act(), case)
        loaded = ledger.load(Case, case.id)
        assert (loaded.closed, loaded.lead, loaded.version) == (True, "JUSTICE", 3)
    finally:
        ledger.close()


def test_history_is_replayed_without_guards(database: str) -> None:
    check_replay(database)


def test_a_guard_in_an_applying_method_is_caught(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate = Case.Assigned.mutate

    def guarded(self: Any, aggregate: Any) -> Any:
        if aggregate is not None and aggregate.closed:
            raise CaseClosed
        return mutate(self, aggregate)

    monkeypatch.setattr(Case.Assigned, "mutate", guarded)
    with pytest.raises((AssertionError, CaseClosed)):
        check_replay(database)


# --- a person sees their own write --------------------------------------------------------------


def check_own_write(house: SmallHouse) -> None:
    """The page asked for right after a change waits for it: no one misses their own act."""
    portal = house.service("portal")
    recommendation = house.receive()
    path = f"intake/recommendations/{recommendation}/publication"
    answer = house.ask("POST", path, "secretary")
    source, _, position = answer.headers["Dhakira-Position"].partition("=")
    assert (source, int(position)) == ("intake", house.events("intake")[-1].sequence)
    follower = next(each for each in portal.foreign if each.source == "intake")
    assert house.run(follower.progress.wait_for("intake", int(position), 10))
    assert follower.position.sequence >= int(position)
    assert house.run(follower.progress.wait_for("intake", int(position) + 1, 0.05)) is False


def test_the_next_page_waits_for_the_own_write(house: SmallHouse) -> None:
    check_own_write(house)


def test_a_page_that_does_not_wait_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*_: Any) -> bool:
        return True

    monkeypatch.setattr(Progress, "wait_for", at_once)
    with pytest.raises(AssertionError):
        check_own_write(house)


def check_private_makes_nobody_wait(ledger: Ledger) -> None:
    """The position that a reader waits for is that of the last event that readers hear."""
    attempt: Any = attempt_class("tracking")
    fields = {"action": "case.close", "refusal": "not-permitted", "thing": "", "attributes": {}}
    attempt = partial(attempt, times=1)
    private = ledger.record(act(), attempt(**fields))
    assert (private.position, private.published) == (1, None)
    mixed = ledger.record(act(), new_case(), attempt(**fields), attempt(**fields))
    assert (mixed.position, mixed.published) == (4, 2)
    again = act("key-1")
    first = ledger.record(again, new_case(), attempt(**fields), answer=Answer(201))
    assert (first.published, ledger.answered(again)) == (5, replace(first, repeated=True))


def _with_attempts(database: str) -> Ledger:
    attempt: Any = attempt_class("tracking")
    return Ledger("tracking", lay(database), [*EVENTS, attempt.Created])


def test_private_events_make_no_reader_wait(database: str) -> None:
    ledger = _with_attempts(database)
    try:
        check_private_makes_nobody_wait(ledger)
    finally:
        ledger.close()


def test_waiting_for_private_events_is_caught(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "contract_of", lambda _: object)
    ledger = _with_attempts(database)
    try:
        with pytest.raises(AssertionError):
            check_private_makes_nobody_wait(ledger)
    finally:
        ledger.close()
