"""The register's numbers: none twice, and the next costs the same however many were given out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from libs.kernel.refusal import Unknown
from libs.ledger.act import Act
from libs.ledger.ledger import Conflict, Ledger
from libs.testkit.servers import provisioned
from services.intake.commands.register import allot_numbers
from services.intake.domain.numbering import REGISTER, Numbering

WHEN = datetime(2026, 11, 26, tzinfo=UTC)
COUNTS = (1, 3, 1, 20, 1)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    url = provisioned(database, "intake")
    ledger = Ledger("intake", url, [Numbering.Created, Numbering.Allotted])
    yield ledger
    ledger.close()


def allot(ledger: Ledger, count: int) -> list[str]:
    numbering, numbers = allot_numbers(ledger, count, WHEN)
    ledger.record(Act.of_person("person-1", key=None, request=b"asked"), numbering)
    return numbers


def test_every_number_is_given_out_once_and_in_order(ledger: Ledger) -> None:
    with pytest.raises(Unknown):
        ledger.load_latest(Numbering, REGISTER)
    given = [number for count in COUNTS for number in allot(ledger, count)]
    assert given == [f"REC-{number:05}" for number in range(1, sum(COUNTS) + 1)]


def test_the_last_event_alone_tells_what_all_do(ledger: Ledger) -> None:
    for count in COUNTS:
        allot(ledger, count)
        short, whole = (load(Numbering, REGISTER) for load in (ledger.load_latest, ledger.load))
        assert (short.version, short.next) == (whole.version, whole.next)


def test_whoever_was_overtaken_is_told_so(ledger: Ledger) -> None:
    allot(ledger, 1)
    numbering, _ = allot_numbers(ledger, 1, WHEN)
    allot(ledger, 1)
    with pytest.raises(Conflict):
        ledger.record(Act.of_person("person-1", key=None, request=b"asked"), numbering)


def test_the_next_number_is_told_by_two_events_of_however_many(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in COUNTS:
        allot(ledger, count)
    read: list[object] = []
    heard = ledger.mapper.to_domain_event

    def counted(stored: object) -> object:
        read.append(stored)
        return heard(stored)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger.mapper, "to_domain_event", counted)
    allot_numbers(ledger, 1, WHEN)
    assert len(read) == 2
