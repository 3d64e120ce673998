"""Follow-up begins, ends and goes on as the record stands, whatever the order it is heard in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import permutations
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.contracts.intake import (
    RecommendationConfirmationWithdrawn,
    RecommendationPublished,
    RecommendationReinstated,
    RecommendationWithdrawn,
)
from libs.ledger.act import Act, new_id
from libs.ledger.ledger import Ledger, decide_again
from libs.testkit import servers
from libs.testkit.servers import provisioned
from services.tracking.commands import follow_record
from services.tracking.domain.case import Case, CaseOpen
from services.tracking.domain.standing import Known, Standing, Statement
from services.tracking.policies import policies

EVENTS: list[type[Any]] = [
    Case.Created, Case.Assigned, Case.Assessed, Case.Closed, Case.Reopened,
    Standing.Created, Standing.Followed,
]  # fmt: skip
ROUNDS = 20


def published(sequence: int) -> Statement:
    return Statement("published", True, sequence, "REC-00001")  # noqa: FBT003  it holds


def unpublished(sequence: int) -> Statement:
    return Statement("published", False, sequence, reason="The wrong list")  # noqa: FBT003  not any more


def withdrawn(sequence: int) -> Statement:
    return Statement("withdrawn", True, sequence, reason="Entered twice")  # noqa: FBT003  it holds


def reinstated(sequence: int) -> Statement:
    return Statement("withdrawn", False, sequence, reason="It was right")  # noqa: FBT003  not any more


HISTORIES: dict[str, tuple[tuple[Statement, ...], str]] = {
    "published": ((published(1),), "open"),
    "published and withdrawn": ((published(1), withdrawn(2)), "closed"),
    "never public, and withdrawn": ((withdrawn(2),), "none"),
    "withdrawn and reinstated": ((published(1), withdrawn(2), reinstated(3)), "open"),
    "published at last": ((withdrawn(1), reinstated(2), published(3)), "open"),
    "withdrawn once more": ((published(1), withdrawn(2), reinstated(3), withdrawn(4)), "closed"),
    "made official, which was taken back": ((published(1), unpublished(2)), "closed"),
    "made official anew": ((published(1), unpublished(2), published(3)), "open"),
    "taken back in both ways": ((published(1), unpublished(2), withdrawn(3)), "closed"),
    "taken back in both ways, reinstated": (
        (published(1), unpublished(2), withdrawn(3), reinstated(4)), "closed",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def ledger(postgres: EmbeddedPostgres) -> Iterator[Ledger]:
    with servers.database(postgres) as url:
        standing = Ledger("tracking", provisioned(url, "tracking"), EVENTS)
        yield standing
        standing.close()


def hear(ledger: Ledger, recommendation: UUID, *told: Statement) -> None:
    for each in told:
        act = Act.of_policy("tracking.test", event_id=new_id(), correlation_id=new_id())
        decide_again(partial(follow_record, ledger, recommendation, each, act))


def case_of(ledger: Ledger, recommendation: UUID) -> Case | None:
    identity = Case.identity(recommendation)
    return ledger.load(Case, identity) if ledger.exists(identity) else None


def how(ledger: Ledger, recommendation: UUID) -> str:
    case = case_of(ledger, recommendation)
    return "none" if case is None else "closed" if case.closed else "open"


def check_orders(ledger: Ledger, told: Sequence[Statement], expected: str) -> None:
    """Whatever the order, and when all of it is heard again, the end is the same."""
    for order in permutations(told):
        recommendation = uuid4()
        hear(ledger, recommendation, *order)
        first = how(ledger, recommendation)
        case = case_of(ledger, recommendation)
        hear(ledger, recommendation, *told, *order)
        again = case_of(ledger, recommendation)
        wanted = "none" if expected == "closed" and case is None else expected
        assert first == how(ledger, recommendation) == wanted, order
        assert (case and case.version) == (again and again.version), "heard again, and done again"


@pytest.mark.parametrize("name", HISTORIES)
def test_in_whatever_order_a_record_is_told_its_follow_up_ends_as_it_stands(
    ledger: Ledger, name: str
) -> None:
    check_orders(ledger, *HISTORIES[name])


def test_believing_the_last_heard_is_caught(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = Known.after

    def gullible(self: Known, told: Statement) -> Known:
        return after(Known(**{**_fields(self), "published_at": 0, "withdrawn_at": 0}), told)

    monkeypatch.setattr(Known, "after", gullible)
    with pytest.raises(AssertionError):
        check_orders(ledger, *HISTORIES["withdrawn and reinstated"])


def _fields(known: Known) -> dict[str, Any]:
    return {name: getattr(known, name) for name in Known.__slots__}


def check_at_once(ledger: Ledger) -> None:
    """Heard at the same moment by two reactions, neither is overlooked."""
    for _ in range(ROUNDS):
        recommendation, told = uuid4(), (published(1), withdrawn(2))
        together = Barrier(len(told))

        def heard(one: Statement, here: UUID = recommendation, at: Barrier = together) -> None:
            at.wait()
            hear(ledger, here, one)

        with ThreadPoolExecutor(len(told)) as reactions:
            for _done in reactions.map(heard, told):
                pass
        assert how(ledger, recommendation) in {"none", "closed"}


def test_publication_and_withdrawal_heard_at_once_leave_no_open_case(ledger: Ledger) -> None:
    check_at_once(ledger)


def test_what_is_heard_between_two_looks_is_not_overlooked(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommendation, find = uuid4(), ledger.find

    def looking(kind: type[Any], identity: UUID) -> Any:
        found = find(kind, identity)
        monkeypatch.setattr(ledger, "find", find)
        hear(ledger, recommendation, published(1))
        return found

    monkeypatch.setattr(ledger, "find", looking)
    hear(ledger, recommendation, withdrawn(2))
    assert how(ledger, recommendation) == "closed"


def test_a_standing_that_is_never_found_again_is_caught(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Standing, "identity", staticmethod(lambda _: uuid4()))
    with pytest.raises(AssertionError):
        check_orders(ledger, *HISTORIES["published and withdrawn"])


def test_a_case_that_a_person_closed_stays_closed(ledger: Ledger) -> None:
    recommendation = uuid4()
    hear(ledger, recommendation, published(1))
    case = case_of(ledger, recommendation)
    assert case is not None
    case.close("Done")
    ledger.record(Act.of_person("chair", key=None, request=b""), case)
    hear(ledger, recommendation, withdrawn(2), reinstated(3))
    after = case_of(ledger, recommendation)
    assert after is not None
    assert (after.closed, after.version) == (True, case.version)


def test_a_case_that_was_open_before_anything_was_kept_is_closed_and_goes_on(
    ledger: Ledger,
) -> None:
    recommendation = uuid4()
    act = Act.of_policy("tracking.open-case", event_id=new_id(), correlation_id=new_id())
    ledger.record(act, Case.open(recommendation, "REC-00007", act.recorded_at))
    hear(ledger, recommendation, withdrawn(2))
    assert how(ledger, recommendation) == "closed"
    hear(ledger, recommendation, reinstated(3))
    assert how(ledger, recommendation) == "open"


def test_an_open_case_is_not_opened_again() -> None:
    act = Act.of_policy("tracking.test", event_id=new_id(), correlation_id=new_id())
    with pytest.raises(CaseOpen):
        Case.open(uuid4(), "REC-00001", act.recorded_at).reopen(None)


def test_tracking_reacts_to_all_that_tells_whether_a_record_stands(ledger: Ledger) -> None:
    assert {each.topic for each in policies(ledger)} == {
        RecommendationPublished.topic,
        RecommendationWithdrawn.topic,
        RecommendationReinstated.topic,
        RecommendationConfirmationWithdrawn.topic,
    }
