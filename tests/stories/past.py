"""Records whose history was recorded over months, and what the ledgers say of any day, in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from libs.ledger.act import Act, new_id
from libs.testkit.waiting import until_true
from services.intake.commands.register import allot_numbers
from services.intake.domain.recommendation import Recommendation
from services.tracking.domain.case import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from libs.chassis.service import Service
    from tests.stories.house import DemoHouse

SECRETARY = "salma.rahbi"
LEDGERS = """
WITH told AS (
  SELECT 'intake' AS source, notification_id AS place, topic,
    convert_from(state, 'UTF8')::jsonb AS s
  FROM intake.intake_events WHERE originator_id = %(id)s
  UNION ALL
  SELECT 'tracking', notification_id, topic, convert_from(state, 'UTF8')::jsonb
  FROM tracking.tracking_events
  WHERE convert_from(state, 'UTF8')::jsonb #>> '{data,recommendation}' = %(id)s::text
    AND topic LIKE 'tracking.case.%%'),
known AS (
  SELECT *, s -> 'data' AS d, max((s #>> '{meta,recorded}')::timestamptz)
      OVER (PARTITION BY source ORDER BY place) AS recorded,
    (s #>> '{meta,happened}')::timestamptz AS happened,
    topic LIKE '%%.received.v1' AS first FROM told),
placed AS (
  SELECT *, CASE %(basis)s WHEN 'recorded'
    THEN row_number() OVER (ORDER BY recorded, source, place)
    ELSE row_number() OVER (ORDER BY first DESC, happened, recorded, place) END AS n,
    CASE %(basis)s WHEN 'recorded' THEN recorded ELSE happened END AS at FROM known),
by_then AS (SELECT * FROM placed WHERE at < %(after)s),
own AS (SELECT d ->> 'language' AS tongue FROM known WHERE first),
texts AS (
  SELECT n, CASE WHEN topic LIKE '%%.translated.v1' THEN d ->> 'language' ELSE tongue END AS tongue,
    CASE WHEN topic LIKE '%%.corrected.v1' THEN d #>> '{fields,text}' ELSE d ->> 'text' END AS text
  FROM by_then, own
  WHERE topic ~ '\\.(received|confirmed|translated|corrected)\\.v1$'),
answers AS (
  SELECT n, d ->> 'position' AS position FROM by_then
  WHERE topic LIKE '%%.received.v1' OR topic LIKE '%%.position-recorded.v1'
  UNION ALL
  SELECT n, d #>> '{fields,position}' FROM by_then
  WHERE topic LIKE '%%.corrected.v1' AND d -> 'fields' ? 'position'),
moves AS (
  SELECT n, 1 AS step, 'step-received' AS word FROM by_then WHERE first
  UNION ALL SELECT n, 2, 'position-' || position FROM answers
  UNION ALL SELECT n, 3, d ->> 'lead' FROM by_then WHERE topic LIKE '%%.assigned.v1'
  UNION ALL SELECT n, 4, 'status-' || (d ->> 'status') FROM by_then
    WHERE topic LIKE '%%.assessed.v1' AND d ->> 'track' = 'state'),
turns AS (
  SELECT *, word IS DISTINCT FROM lag(word) OVER (PARTITION BY step ORDER BY n) AS turned
  FROM moves),
steps AS (
  SELECT DISTINCT ON (step) step, CASE step WHEN 3 THEN 'step-assigned' ELSE word END AS word,
    (happened AT TIME ZONE 'UTC')::date::text AS day
  FROM turns JOIN by_then USING (n) WHERE turned ORDER BY step, n DESC),
due AS (
  SELECT d ->> 'deadline' AS day,
    CASE WHEN (d ->> 'deadline')::date < (%(after)s AT TIME ZONE 'UTC')::date - 1
      THEN 'step-overdue' ELSE 'step-due' END AS word
  FROM by_then WHERE topic LIKE '%%.assigned.v1' ORDER BY n DESC LIMIT 1)
SELECT
  (SELECT count(*) > 0 FROM by_then WHERE first),
  (SELECT count(*) > 0 FROM by_then WHERE topic LIKE '%%.published.v1'),
  (SELECT text FROM texts, own WHERE text IS NOT NULL AND texts.tongue IN (%(language)s, own.tongue)
   ORDER BY (texts.tongue = %(language)s) DESC, n DESC LIMIT 1),
  (SELECT position FROM answers ORDER BY n DESC LIMIT 1),
  coalesce(
    (SELECT d ->> 'status' FROM by_then WHERE topic LIKE '%%.assessed.v1'
     AND d ->> 'track' = 'state'
     ORDER BY n DESC LIMIT 1),
    (SELECT 'not-started' FROM by_then WHERE topic LIKE '%%.assigned.v1' LIMIT 1),
    'no-information'),
  coalesce((SELECT topic LIKE '%%.withdrawn.v1' FROM by_then
    WHERE topic LIKE '%%.withdrawn.v1' OR topic LIKE '%%.reinstated.v1'
     ORDER BY n DESC LIMIT 1), false),
  (SELECT json_agg(json_build_array(word, day) ORDER BY step) FROM steps
   WHERE word ~ '^(step|position-(supported|noted)|status)'),
  (SELECT json_build_array(word, day) FROM due WHERE day IS NOT NULL),
  coalesce((SELECT topic LIKE '%%.closed.v1' FROM by_then
    WHERE topic ~ '^tracking\\.case\\.(closed|reopened)\\.v1$' ORDER BY n DESC LIMIT 1), false)
"""
UNANSWERED = """
SELECT count(*) FROM intake.intake_events e WHERE e.originator_id = %s
AND e.topic ~ '\\.(published|withdrawn|reinstated|confirmation-withdrawn)\\.v1$'
AND NOT EXISTS (SELECT FROM tracking.answers a
  WHERE a.key = convert_from(e.state, 'UTF8')::jsonb #>> '{meta,id}')
"""
SETTLED = ("implemented", "no-longer-applicable")


@dataclass(frozen=True, slots=True)
class Stood:
    """How a record stood at the end of a day."""

    text: str
    position: str
    status: str
    withdrawn: bool
    steps: tuple[tuple[str, str], ...]
    """The strip of main steps: what and since when."""
    due: tuple[str, str] | None
    """What is due or overdue, and when, in the strip and at the end of the story."""
    deadline: str | None


def stood(
    house: DemoHouse, identity: UUID, end_of: datetime, basis: str, language: str
) -> Stood | None:
    """Return what the two ledgers say of a record up to a moment; None while it was not public."""
    asked = {"id": identity, "basis": basis, "after": end_of, "language": language}
    with psycopg.connect(house.house.servers.database) as connection:
        row = connection.execute(LEDGERS.encode(), asked).fetchone()
    assert row is not None
    received, published, text, position, status, withdrawn, steps, due, closed = row
    if not (received and published):
        return None
    over = closed or withdrawn or status in SETTLED
    return Stood(
        text,
        position or "none",
        status,
        withdrawn,
        tuple((word, day) for word, day in steps),
        None if over or due is None else (due[0], due[1]),
        due and due[1],
    )


class Past:
    """Writes history through the services' own ledgers, each act on its own day."""

    def __init__(self, house: DemoHouse) -> None:
        """Write in the name of the secretariat."""
        self._house = house
        self._services = {each.name: each for each in house.running.services}
        self._actor = house.people[SECRETARY]

    def act(self, recorded: date, happened: date | None = None) -> Act:
        """Return an act of a day; it happened then, or on an earlier one."""

        def noon(day: date) -> datetime:
            return datetime.combine(day, time(12), tzinfo=UTC)

        return Act.of_person(
            self._actor,
            key=None,
            request=b"",
            happened_at=noon(happened or recorded),
            now=noon(recorded),
        )

    def receive(self, day: date, text: str, **fields: Any) -> UUID:
        """Take a recommendation into the register on a past day; its case stands at once."""
        ledger, act, identity = self._of("intake").ledger, self.act(day), UUID(new_id())
        numbering, (number,) = allot_numbers(ledger, 1, act.recorded_at)
        given = {
            "state": "XDM",
            "mechanism": "CESCR",
            "kind": "recommendation",
            "official": True,
            "language": "en",
            "text": text,
            **fields,
        }
        absent = dict.fromkeys(
            ("paragraph", "symbol", "cycle", "session", "document_date", "annotation_id",
             "position", "position_as_written", "position_source", "main_theme", "source")
        )  # fmt: skip
        empty = dict.fromkeys(("recommending_states", "themes", "groups", "sdgs", "repairs"), ())
        received = Recommendation.receive(
            identity, act.recorded_at, number=number, **{**absent, **empty, **given}
        )
        ledger.record(act, numbering, received)
        case = Case.open(identity, number, act.recorded_at)
        self._of("tracking").ledger.record(act, case)
        return identity

    def intake(
        self,
        identity: UUID,
        day: date,
        decide: Callable[[Recommendation], object],
        happened: date | None = None,
    ) -> None:
        """Decide something about a record on a past day."""
        ledger = self._of("intake").ledger
        found = ledger.load(Recommendation, identity)
        decide(found)
        ledger.record(self.act(day, happened), found)

    def tracking(
        self,
        identity: UUID,
        day: date,
        decide: Callable[[Case], object],
        happened: date | None = None,
    ) -> None:
        """Decide something about its case on a past day."""
        ledger = self._of("tracking").ledger
        found = ledger.load(Case, Case.identity(identity))
        decide(found)
        ledger.record(self.act(day, happened), found)

    def take_back(self, identity: UUID, day: date, reason: str) -> None:
        """Withdraw a record on a past day, on which its case is closed too."""
        self.tracking(identity, day, lambda case: case.close(reason))
        self.intake(identity, day, lambda record: record.withdraw(reason))
        self._until_followed(identity)

    def bring_back(self, identity: UUID, day: date, reason: str) -> None:
        """Reinstate a record on a past day, on which its case goes on too."""
        self.intake(identity, day, lambda record: record.reinstate(reason))
        self._until_followed(identity)
        self.tracking(identity, day, lambda case: case.reopen(reason))

    def _until_followed(self, identity: UUID) -> None:
        """Wait until tracking has heard all that the register told of whether a record stands."""

        def followed() -> bool:
            with psycopg.connect(self._house.house.servers.database) as connection:
                row = connection.execute(UNANSWERED.encode(), (identity,)).fetchone()
            return row == (0,)

        until_true(followed, 60)

    def shown(self, identity: UUID) -> str:
        """Return a record's number once the portal has heard everything that the ledgers hold."""
        self._until_followed(identity)
        written = self._house.rows("intake", _COUNT.format("intake"), identity)[0][0]
        case = Case.identity(identity)
        written += self._house.rows("tracking", _COUNT.format("tracking"), case)[0][0]
        heard = "SELECT count(*) FROM portal_read.history WHERE recommendation = %s"
        until_true(lambda: self._house.rows("portal", heard, identity)[0][0] == written, 60)
        number = "SELECT number FROM portal_read.records WHERE id = %s"
        return str(self._house.rows("portal", number, identity)[0][0])

    def _of(self, service: str) -> Service:
        return self._services[service]


_COUNT = "SELECT count(*) FROM {0}.{0}_events WHERE originator_id = %s"
