"""What PostgreSQL takes into no text never enters the record: it would stop every read model."""

from __future__ import annotations

import pytest

from libs.ledger.ledger import Ledger
from libs.ledger.mapper import TextNotStorable
from services.tracking.domain.case import Case
from tests.libs.ledger.laying import act, new_case, record_case


@pytest.mark.parametrize("text", ["REC\0", "\0", "\\\0", "\\\\\0", "\ud800", "a\udfffb"])
def test_a_sign_that_cannot_be_kept_is_refused_and_nothing_is_recorded(
    ledger: Ledger, text: str
) -> None:
    with pytest.raises(TextNotStorable):
        ledger.record(act(), new_case(text))
    assert ledger.load(Case, record_case(ledger)).version == 1


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "\ufffd", "😀", "\u200f إدارة"])
def test_what_only_looks_like_one_is_kept_as_it_is(ledger: Ledger, text: str) -> None:
    assert ledger.load(Case, record_case(ledger, text)).number == text
