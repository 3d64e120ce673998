"""From source text to plain text, number and States; dates and positions."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.adapters.reading.dates import date_of
from services.intake.adapters.reading.kinds import kind_of_text
from services.intake.adapters.reading.positions import position_of
from services.intake.adapters.reading.text import clean, take_number, take_states


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("140.7 Mend it", "140.7", "Mend it"),
        ("140.70. Mend it", "140.70", "Mend it"),
        ("61. Mend it", "61", "Mend it"),
        ("3.The bridge", "3", "The bridge"),
        ("B. Bridges\n12. Mend them", "12", "B. Bridges\nMend them"),
        ("1.5 million people live here", None, "1.5 million people live here"),
        ("2030 Agenda: mend it", None, "2030 Agenda: mend it"),
        ("12.5.2024 is the day", None, "12.5.2024 is the day"),
        ("Mend 12. bridges", None, "Mend 12. bridges"),
        ("131.5", "131.5", ""),
    ],
)
def test_leading_number(text: str, number: str | None, rest: str) -> None:
    assert take_number(text) == (number, rest)


@pytest.mark.parametrize(
    ("text", "states", "rest"),
    [
        ("Mend it (Chad);", ("TCD",), "Mend it"),
        ("Mend it (Chad) (Peru) (Venezuela (Bolivarian Republic of)).", ("TCD", "PER", "VEN"),
         "Mend it"),
        ("Mend it (CRPD) (Chad)", ("TCD",), "Mend it (CRPD)"),
        ("Mend it (CRPD and Chad) (Peru)", ("PER",), "Mend it (CRPD and Chad)"),
        ("Mend it (ICRMW);", (), "Mend it (ICRMW);"),
        ("Mend it (Atlantis);", ("Atlantis",), "Mend it"),
        ("Mend it (Chad, Atlantis)", ("TCD", "Atlantis"), "Mend it"),
        ("Mend it (Chad, Chad)", ("TCD",), "Mend it"),
        ("Mend it (see article 5)", (), "Mend it (see article 5)"),
        ("Mend) it)", (), "Mend) it)"),
        ("(Chad)", ("TCD",), ""),
    ],
)  # fmt: skip
def test_brackets_at_the_end(text: str, states: tuple[str, ...], rest: str) -> None:
    assert take_states(text, verbatim=True) == (states, rest)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("the develop- ment of", "the development of"),
        ("discrimi- nation, discrimination", "discrimination, discrimination"),
        ("short- and long-term", "short- and long-term"),
        ("ill- treatment", "ill- treatment"),
        ("asylum- seekers", "asylum- seekers"),
        ("non- formal", "non- formal"),
        ("imple\u00admentation", "implementation"),
        ("<p>One</p><p>Two&nbsp;&amp; three</p>", "One\nTwo & three"),
        ("a < b and c > d", "a < b and c > d"),
        ("<style>p{}</style>Mend<!-- not this -->", "Mend"),
    ],
)
def test_plain_text(raw: str, text: str) -> None:
    assert clean(raw).text == text


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2024-02-29", date(2024, 2, 29)), ("2024-02-29T10:00:00Z", date(2024, 2, 29)),
        ("45351", date(2024, 2, 29)), ("45351.5", date(2024, 2, 29)),
        ("29/02/2024", date(2024, 2, 29)), ("03/04/2024", None), ("2024-02-30", None),
        ("99999999", None), ("202405", None), ("1945-06-25", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_dates(written: str, found: date | None) -> None:
    assert date_of(written) == found


@pytest.mark.parametrize(
    ("written", "position"),
    [
        ("Supported", "supported"), ("Accepted;", "supported"), ("Noted", "noted"),
        ("Not supported", "noted"), ("Does not enjoy the support", "noted"),
        ("Rejected", "noted"), ("Pending", "pending"), ("Supported in part", None), ("", None),
        ("Partially accepted", None), ("Supported / Noted", None),
    ],
)  # fmt: skip
def test_positions(written: str, position: str | None) -> None:
    assert position_of(written) == position


def test_kind_only_where_the_text_is_plain() -> None:
    assert kind_of_text("The Committee urges the State party to mend it") == "recommendation"
    assert kind_of_text("The Committee regrets that it broke") == "concern"
    assert kind_of_text("The Committee is concerned and recommends mending it") is None
