"""Taking an import back, by events: what it brought is withdrawn, what it changed is put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from libs.kernel.refusal import Refusal
from libs.ledger.bulk import histories
from libs.ledger.ledger import decide_again
from services.intake.commands.imports.acts import act_of, caused_by
from services.intake.commands.imports.batches import in_batches
from services.intake.domain.preview import Leftover
from services.intake.domain.recommendation import Recommendation
from services.intake.domain.source_import import SourceImport
from services.intake.domain.undoing import Undoing, undoing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from libs.ledger.act import Act
    from services.intake.commands.imports.desk import Desk

BATCH: Final = 500
CHANGED_AGAIN: Final = "changed-again-since"


def take_back(desk: Desk, source: SourceImport) -> None:
    """Undo an import, from where an earlier run was interrupted."""
    cause = caused_by(desk.ledger, source.id, SourceImport.Confirmed).event_id
    act = act_of(source.id, caused_by(desk.ledger, source.id, SourceImport.UndoBegun))
    desk.wait_until_all_is_read()
    done = 0
    for number, streams in enumerate(in_batches(desk.ports.lookups.caused(cause), BATCH)):
        desk.go_on()
        _batch(desk, source, act.part(f"undo-{number}"), cause, streams)
        done += len(streams)
        desk.ports.previews.taken_back(source.id, done)
    source.finish_undo()
    desk.ledger.record(act.part("undone"), source)


def _batch(desk: Desk, source: SourceImport, act: Act, cause: str, streams: Sequence[UUID]) -> None:
    """Tell first what is not done: a batch that is recorded is not decided again."""
    if desk.ledger.answered(act) is not None:
        return

    def decide() -> None:
        leftovers: list[Leftover] = []
        undone = [_undone(source, each, leftovers) for each in _undoings(desk, cause, streams)]
        desk.ports.previews.leave(source.id, leftovers)
        desk.ledger.record(act, *undone)

    decide_again(decide)


def _undoings(desk: Desk, cause: str, streams: Sequence[UUID]) -> list[Undoing]:
    found = histories(desk.ledger, streams).values()
    return [
        undoing((event, place.meta.get("causation") == cause) for event, place in history)
        for history in found
    ]


def _undone(source: SourceImport, each: Undoing, leftovers: list[Leftover]) -> Recommendation:
    found = each.recommendation
    try:
        _decide(source, each)
    except Refusal as refusal:
        leftovers.append(Leftover(found.id, found.number, refusal.code))
        return found
    if not each.received and each.kept:
        leftovers.append(Leftover(found.id, found.number, CHANGED_AGAIN, each.kept))
    return found


def _decide(source: SourceImport, each: Undoing) -> None:
    found, reason = each.recommendation, source.undo_reason
    if each.confirmed and not each.received:
        # First of all: what stood before may be a draft, which nobody else is to read.
        found.withdraw_confirmation(reason, str(source.id), each.source, published=each.published)
    if each.restore and not each.received:
        found.correct(each.restore, reason)
    if (each.received or each.reinstated) and not found.withdrawn:
        found.withdraw(reason, str(source.id))
