"""Records and their history, from what intake and tracking tell."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from libs.contracts.intake import ImportConfirmed, VocabularyTermAdded, VocabularyTermRetired
from libs.kernel.words import ordinal_of
from services.portal.domain.record import (
    ABOUT_CASES,
    ABOUT_RECOMMENDATIONS,
    Body,
    Told,
    as_recorded,
    due_of,
    fold,
    is_shown,
    status_of,
)
from services.portal.projections.bearers import BEARER_TABLES, keep_bearers, rows_of
from services.portal.projections.search import (
    SEARCH_TABLES,
    Prepared,
    Searchable,
    index_documents,
    prepare,
)
from services.portal.views.states import state_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from psycopg import AsyncCursor

    from libs.chassis.envelope import Heard

NAMED_IN = ("ar", "en")
"""States are found by their names in these languages, where no others are asked for."""
SEARCHED = "intake"
"""Who tells all that a search finds; what others tell changes no word of it."""
RECORD_TABLES = """
CREATE TABLE IF NOT EXISTS portal_read.records (
  id uuid PRIMARY KEY, number text NOT NULL, ordinal bigint NOT NULL, state text NOT NULL,
  mechanism text NOT NULL, cycle int, kind text NOT NULL, official boolean NOT NULL,
  shown boolean NOT NULL, position text, status text NOT NULL, lead text, deadline date, due date,
  themes text[] NOT NULL, groups text[] NOT NULL, sdgs text[] NOT NULL, goals text[] NOT NULL,
  document_date date, changed_at timestamptz NOT NULL, body jsonb NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS records_number ON portal_read.records (number);
CREATE UNIQUE INDEX IF NOT EXISTS records_ordinal ON portal_read.records (ordinal);
CREATE INDEX IF NOT EXISTS records_changed ON portal_read.records (changed_at DESC, ordinal);
CREATE INDEX IF NOT EXISTS records_deadline ON portal_read.records (deadline, ordinal);
CREATE INDEX IF NOT EXISTS records_due ON portal_read.records (due, ordinal) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS portal_read.history (
  event_id text PRIMARY KEY, recommendation uuid NOT NULL, topic text NOT NULL,
  source text NOT NULL, sequence bigint NOT NULL, version bigint NOT NULL,
  happened_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
  actor text NOT NULL, body jsonb NOT NULL);
CREATE INDEX IF NOT EXISTS history_recommendation ON portal_read.history (recommendation);
CREATE INDEX IF NOT EXISTS history_lately ON portal_read.history (happened_at DESC, sequence DESC)
  WHERE topic <> 'tracking.case.opened.v1';
CREATE INDEX IF NOT EXISTS history_intake ON portal_read.history (sequence)
  WHERE source = 'intake';
CREATE TABLE IF NOT EXISTS portal_read.terms (
  scheme text NOT NULL, code text NOT NULL, labels jsonb NOT NULL, facts jsonb NOT NULL,
  retired boolean NOT NULL DEFAULT false, ordinal bigserial, PRIMARY KEY (scheme, code));
CREATE TABLE IF NOT EXISTS portal_read.imports (
  id uuid PRIMARY KEY, file text NOT NULL, file_name text NOT NULL,
  confirmed_at timestamptz NOT NULL, actor text NOT NULL);
"""


class Records:
    """Folds what one producer tells about recommendations into their records."""

    def __init__(self, producer: str, languages: Sequence[str] = NAMED_IN) -> None:
        """Keep records from what ``producer`` tells; States are found by names in ``languages``."""
        self.name = "records"
        self.producer = producer
        self.languages = tuple(languages)
        named = f"-- States are found by their names in: {', '.join(self.languages)}\n"
        self.tables = RECORD_TABLES + BEARER_TABLES + SEARCH_TABLES + named

    async def apply(self, cursor: AsyncCursor[Any], events: Sequence[Heard]) -> None:
        """Write history, records, their bearers, words and search documents of a batch."""
        told: dict[UUID, list[Told]] = defaultdict(list)
        for heard in events:
            if isinstance(heard.event, (VocabularyTermAdded, VocabularyTermRetired)):
                await _write_term(cursor, heard.event)
            if isinstance(heard.event, ImportConfirmed):
                await _write_import(cursor, heard, heard.event)
            recommendation = about(heard)
            if recommendation is not None:
                told[recommendation].append(telling(heard, self.producer))
        if told:
            # Two producers tell of the same records: one batch at a time, lest one be folded half.
            await cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portal_read.records'))")
            records = await _fold_all(cursor, told)
            # Words are looked for in a thread while the database writes: half the time, and nobody
            # who asks for a page waits for either.
            preparing = asyncio.create_task(asyncio.to_thread(self._prepared, records))
            try:
                await _write_history(cursor, told)
                await write_records(cursor, records)
                await index_documents(cursor, await preparing)
            finally:
                preparing.cancel()

    def _prepared(self, records: Mapping[UUID, Body]) -> Prepared:
        """Return what the search keeps of records; nothing of what changes no word of them."""
        told = records.values() if self.producer == SEARCHED else ()
        return prepare(searchable(each, self.languages) for each in told)


def about(heard: Heard) -> UUID | None:
    """Return the recommendation that an event is about, None when it is about something else."""
    if heard.topic.startswith(ABOUT_RECOMMENDATIONS):
        return heard.stream
    if heard.topic.startswith(ABOUT_CASES):
        return UUID(getattr(heard.event, "recommendation"))  # noqa: B009  every case contract has it
    return None


def telling(heard: Heard, producer: str) -> Told:
    """Return an event as the history keeps it."""
    return Told(
        event_id=heard.id,
        topic=heard.topic,
        source=producer,
        sequence=heard.sequence,
        version=heard.version,
        happened_at=heard.happened_at,
        recorded_at=heard.recorded_at,
        actor=heard.actor,
        body=heard.event.model_dump(mode="json", exclude_none=True),
    )


async def _write_history(cursor: AsyncCursor[Any], told: dict[UUID, list[Told]]) -> None:
    await cursor.execute(
        "INSERT INTO portal_read.history SELECT * FROM"
        " jsonb_populate_recordset(NULL::portal_read.history, %s::text::jsonb)"
        " ON CONFLICT DO NOTHING",
        (
            _rows(
                {"recommendation": recommendation, **_columns(event)}
                for recommendation, events in told.items()
                for event in events
            ),
        ),
    )


def _columns(event: Told) -> dict[str, Any]:
    return {each.name: getattr(event, each.name) for each in fields(event)}


def _rows(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as one JSON text: PostgreSQL takes them apart faster than a driver puts them."""
    return orjson.dumps(list(rows)).decode()


async def _fold_all(cursor: AsyncCursor[Any], told: dict[UUID, list[Told]]) -> dict[UUID, Body]:
    """Fold each touched record anew from its whole history: streams may interleave in any order."""
    before = await history_of(cursor, list(told))
    records: dict[UUID, Body] = {}
    for recommendation, events in told.items():
        known = {event.event_id: event for event in (*before[recommendation], *events)}
        record = fold(as_recorded(known.values()))
        if record is not None:
            records[recommendation] = record
    return records


async def history_of(
    cursor: AsyncCursor[Any], recommendations: list[UUID]
) -> dict[UUID, list[Told]]:
    """Return everything that was ever told of these recommendations, in no order."""
    found: dict[UUID, list[Told]] = defaultdict(list)
    await cursor.execute(
        "SELECT recommendation, event_id, topic, source, sequence, version, happened_at,"
        " recorded_at, actor, body FROM portal_read.history WHERE recommendation = ANY(%s)",
        (recommendations,),
    )
    for row in await cursor.fetchall():
        found[row[0]].append(Told(*row[1:]))
    return found


async def write_records(cursor: AsyncCursor[Any], records: dict[UUID, Body]) -> None:
    """Write records as they stand, and which values they bear now."""
    rows = [record_row(identity, record) for identity, record in records.items()]
    before = await rows_of(cursor, records)
    await cursor.execute(
        "INSERT INTO portal_read.records SELECT * FROM"
        " jsonb_populate_recordset(NULL::portal_read.records, %s::text::jsonb)"
        " ON CONFLICT (id) DO UPDATE SET official = excluded.official, shown = excluded.shown,"
        " cycle = excluded.cycle, position = excluded.position, status = excluded.status,"
        " lead = excluded.lead, deadline = excluded.deadline, due = excluded.due,"
        " themes = excluded.themes, groups = excluded.groups, sdgs = excluded.sdgs,"
        " goals = excluded.goals,"
        " document_date = excluded.document_date, changed_at = excluded.changed_at,"
        " body = excluded.body",
        (_rows(rows),),
    )
    await keep_bearers(cursor, before, rows)


def record_row(identity: UUID, record: Body) -> dict[str, Any]:
    """Return a record as the lists and figures filter it."""
    told = ("number", "state", "mechanism", "cycle", "kind", "official", "position", "lead")
    return {
        "id": identity,
        **{name: record[name] for name in told},
        "ordinal": ordinal_of(record["number"]),
        "shown": is_shown(record),
        "status": status_of(record),
        "deadline": record["deadline"],
        "due": due_of(record),
        "themes": [key_of(term) for term in record["themes"]],
        "groups": [key_of(term) for term in record["groups"]],
        "sdgs": record["sdgs"],
        "goals": sorted({sdg.split(".")[0] for sdg in record["sdgs"]}),
        "document_date": record["document_date"],
        "changed_at": record["changed_at"],
        "body": record,
    }


def key_of(term: dict[str, Any]) -> str:
    """Return what a word is filtered by: its code, or its label where nothing maps it."""
    return str(term.get("code") or term["label"])


def searchable(record: Body, languages: Iterable[str] = NAMED_IN) -> Searchable:
    """Return a record as the search finds it: texts, summaries, labels, numbers and symbols.

    Recommending States are found by their names in ``languages``; by what the source wrote where
    that is the code of none.
    """
    original = record["language"]
    texts = {
        f"{'official' if tag == original else 'translation'}:{tag}": text
        for tag, text in record["texts"].items()
    }
    texts |= {f"summary:{tag}": summary for tag, summary in record["summaries"].items()}
    labels = " ".join(str(term["label"]) for term in _terms(record))
    if labels:
        texts["label:"] = labels
    texts |= named_states(record["recommending_states"], languages)
    exact = (record["number"], record["symbol"], record["paragraph"])
    return Searchable(
        ordinal_of(record["number"]),
        texts,
        [each for each in exact if each],
        shown=is_shown(record),
    )


def named_states(codes: Sequence[str], languages: Iterable[str]) -> dict[str, str]:
    """Return the names of States as a search document takes them, one text for each language."""
    named = ((tag, [state_name(tag, code) or code for code in codes]) for tag in languages)
    return {f"state:{tag}": ", ".join(names) for tag, names in named if names}


def _terms(record: Body) -> Iterable[dict[str, Any]]:
    yield from record["themes"]
    yield from record["groups"]


async def _write_import(cursor: AsyncCursor[Any], heard: Heard, event: ImportConfirmed) -> None:
    await cursor.execute(
        "INSERT INTO portal_read.imports (id, file, file_name, confirmed_at, actor)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (heard.stream, event.file, event.file_name, heard.recorded_at, heard.actor),
    )


async def _write_term(
    cursor: AsyncCursor[Any], event: VocabularyTermAdded | VocabularyTermRetired
) -> None:
    if isinstance(event, VocabularyTermRetired):
        await cursor.execute(
            "UPDATE portal_read.terms SET retired = true WHERE scheme = %s AND code = %s",
            (event.scheme, event.code),
        )
        return
    await cursor.execute(
        "INSERT INTO portal_read.terms (scheme, code, labels, facts) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (scheme, code) DO UPDATE SET labels = excluded.labels,"
        " facts = excluded.facts, retired = false",
        (event.scheme, event.code, Jsonb(event.labels), Jsonb(event.facts)),
    )
