"""A confirmed import into the record: batch by batch, each of which answers for itself."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from libs.kernel.refusal import Refusal
from libs.kernel.words import SourceReference, Term, recommendation_number
from libs.ledger.bulk import load_many
from libs.ledger.ledger import decide_again
from services.intake.commands.imports.acts import act_of, caused_by
from services.intake.domain.preview import Leftover
from services.intake.domain.recommendation import Recommendation
from services.intake.domain.source_import import SourceImport

if TYPE_CHECKING:
    from libs.ledger.act import Act
    from services.intake.commands.imports.desk import Desk
    from services.intake.domain.preview import Planned

AT_ONCE: Final = 2
"""Batches in hand at once: one is decided while another becomes durable."""
BATCH: Final = 500
"""Rows of a file whose recommendations are recorded in one transaction."""
CHANGED_SINCE: Final = "changed-since-preview"
ANSWERED: Final = ("supported", "noted")


@dataclass(slots=True)
class _Work:
    """One import under way: the act that confirmed it, and the next number of its block."""

    desk: Desk
    source: SourceImport
    act: Act
    number: int
    recorded: int = 0


class PreviewDiffers(Exception):  # noqa: N818  a state of the preview, named as one
    """The preview that stands is not the one that was confirmed; its numbers would not fit."""


def record(desk: Desk, source: SourceImport) -> None:
    """Record what a confirmed import says, from where an earlier run was interrupted.

    Raises:
        PreviewDiffers: worked out anew, the preview has other new records than were confirmed.
    """
    lookups = desk.ports.lookups
    confirmed = caused_by(desk.ledger, source.id, SourceImport.Confirmed)
    _must_be_as_confirmed(desk, source)
    act = act_of(source.id, confirmed)
    work = _Work(desk, source, act, int(confirmed.data["first_number"]))
    running: deque[Future[int]] = deque()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="imports-batch") as pool:
        for number, first in enumerate(range(0, lookups.rows(source.id), BATCH)):
            desk.go_on()
            rows = lookups.planned(source.id, first, first + BATCH)
            numbers = _numbers(work, rows)
            running.append(pool.submit(_batch, work, f"batch-{number}", rows, numbers))
            while len(running) > AT_ONCE:
                _settle(work, running.popleft())
        while running:
            _settle(work, running.popleft())
    source.end(work.recorded)
    desk.ledger.record(act.part("end"), source)


def _must_be_as_confirmed(desk: Desk, source: SourceImport) -> None:
    """Go on only if each new record gets the number that was meant for it."""
    kinds, reinstated = desk.ports.lookups.kinds(source.id)
    meant = source.counts["new"] - source.counts["reinstated"]
    if kinds.get("new", 0) - reinstated != meant:
        raise PreviewDiffers


def _settle(work: _Work, batch: Future[int]) -> None:
    work.recorded += batch.result()
    work.desk.ports.previews.recorded(work.source.id, work.recorded)


def _batch(work: _Work, name: str, rows: list[Planned], numbers: dict[int, str]) -> int:
    """Record one batch, unless an earlier run did; return of how many rows."""
    act = work.act.part(name)
    if rows and work.desk.ledger.answered(act) is None:
        _decide_and_record(work, act, rows, numbers)
    return len(rows)


def _decide_and_record(work: _Work, act: Act, rows: list[Planned], numbers: dict[int, str]) -> None:
    """Tell first what is not done: a batch that is recorded is not decided again."""

    def decide() -> None:
        leftovers: list[Leftover] = []
        decided = _decided(work, act, rows, numbers, leftovers)
        work.desk.ports.previews.leave(work.source.id, leftovers)
        work.desk.ledger.record(act, *decided)

    decide_again(decide)


def _numbers(work: _Work, rows: list[Planned]) -> dict[int, str]:
    """Give each new record its number of the import's block: by its place in the file."""
    numbers = {}
    for row in rows:
        if row.numbered:
            numbers[row.place] = recommendation_number(work.number)
            work.number += 1
    return numbers


def _decided(
    work: _Work, act: Act, rows: list[Planned], numbers: dict[int, str], leftovers: list[Leftover]
) -> list[Recommendation]:
    known = [row.recommendation for row in rows if row.recommendation is not None]
    standing = load_many(work.desk.ledger, Recommendation, known) if known else {}
    decided = []
    for row in rows:
        source = SourceReference(str(work.source.id), work.source.file, row.row)
        if row.numbered:
            decided.append(_receive(work.source.id, act, row, numbers[row.place], source))
        elif row.recommendation in standing:
            changed = _Change(standing[row.recommendation], row, source, work.source.file_name)
            decided.append(changed.decide(leftovers))
    return decided


def _receive(
    import_id: UUID, act: Act, row: Planned, number: str, source: SourceReference
) -> Recommendation:
    stated = row.stated
    recommendation = Recommendation.receive(
        row.identity(import_id),
        act.recorded_at,
        number=number,
        state=row.state,
        mechanism=stated["mechanism"],
        kind=stated["kind"],
        official=stated["official"],
        language=stated["language"],
        source=source,
        repairs=tuple(stated["repairs"]),
        **typed(stated["fields"]),
    )
    if recommendation.official:
        recommendation.publish()
    return recommendation


def typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields that stood as JSON as the events of a recommendation take them."""
    day, main = fields["document_date"], fields["main_theme"]
    return {
        **fields,
        "document_date": date.fromisoformat(day) if day else None,
        "recommending_states": tuple(fields["recommending_states"]),
        "main_theme": Term(**main) if main else None,
        "themes": tuple(Term(**term) for term in fields["themes"]),
        "groups": tuple(Term(**term) for term in fields["groups"]),
        "sdgs": tuple(fields["sdgs"]),
    }


@dataclass(slots=True)
class _Change:
    """What a row changes of a record that stands."""

    recommendation: Recommendation
    row: Planned
    source: SourceReference
    file_name: str

    def decide(self, leftovers: list[Leftover]) -> Recommendation:
        """Change what the person who confirmed saw; what has changed since is left as it is."""
        found = self.recommendation
        try:
            self._decide(leftovers)
        except Refusal as refusal:
            leftovers.append(Leftover(found.id, found.number, refusal.code))
        return found

    def _decide(self, leftovers: list[Leftover]) -> None:
        found = self.recommendation
        if self.row.reinstates and found.withdrawn:
            found.reinstate(self._reason, self.source)
        fields = {name: each.after for name, each in self.row.differences.items()}
        moved = self._moved()
        if moved:
            leftovers.append(Leftover(found.id, found.number, CHANGED_SINCE, moved))
            fields = {name: value for name, value in fields.items() if name not in moved}
        if self.row.confirms and not found.official:
            self._confirm()
        self._record_position(fields)
        fields = {name: value for name, value in fields.items() if found.fields[name] != value}
        if fields:
            found.correct(fields, self._reason, self.source)
        if found.official and self.row.stated["official"] and not found.published:
            found.publish()

    @property
    def _reason(self) -> str:
        """A reference that reads the same in every language: the file and the row."""
        return f"{self.file_name} #{self.row.row}"

    def _moved(self) -> tuple[str, ...]:
        """Return the fields that no longer say what the preview showed."""
        stands = self.recommendation.fields
        shown = self.row.differences.items()
        return tuple(name for name, each in shown if stands[name] not in (each.before, each.after))

    def _confirm(self) -> None:
        official = typed(self.row.stated["fields"])
        self.recommendation.confirm(
            official["text"],
            annotation_id=official["annotation_id"],
            symbol=official["symbol"],
            paragraph=official["paragraph"],
            document_date=official["document_date"],
            source=self.source,
        )

    def _record_position(self, fields: dict[str, Any]) -> None:
        """Where the State had not answered, its answer is an answer, not a correction."""
        found = self.recommendation
        if found.fields["position"] in ANSWERED or fields.get("position") not in ANSWERED:
            return
        stated = self.row.stated["fields"]
        found.record_position(
            fields["position"],
            stated["position_as_written"] or found.fields["position_as_written"],
            stated["position_source"] or found.fields["position_source"],
        )
