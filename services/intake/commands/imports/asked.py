"""What may be asked about imports: hand in a file, confirm what its preview shows, undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import Field

from libs.chassis.command import Command
from libs.ledger.act import new_id
from libs.ledger.ledger import Answer, Receipt
from services.intake.commands.register import allot_numbers
from services.intake.domain.numbering import REGISTER
from services.intake.domain.review import NEXT_CYCLE
from services.intake.domain.source_import import ImportAlreadyConfirmed, SourceImport

if TYPE_CHECKING:
    from libs.chassis.asking import Asked
    from services.intake.commands.imports.desk import Desk
    from services.intake.domain.numbering import Numbering

MOST_NAME: Final = 200


class ImportOptions(Command):
    """What a person says about a file besides the file itself."""

    state: str | None = Field(None, pattern=r"^[A-Z]{3}$", description="State concerned (alpha-3).")
    any_state: bool = Field(default=False, description="Take the rows of every State.")
    cycle: int | None = Field(
        None, ge=1, le=NEXT_CYCLE, description="UPR cycle, if the file names none."
    )


class UndoImport(Command):
    """A public reason for taking an import back."""

    reason: str = Field(max_length=2000)


class HandedIn(Command):
    """A file that was kept: its SHA-256, the name it came under, its size in bytes."""

    file: str = Field(pattern=r"^[0-9a-f]{64}$")
    file_name: str = Field(max_length=MOST_NAME)
    size: int
    options: ImportOptions


def register(asked: Asked, handed_in: HandedIn) -> Receipt:
    """Register a file that was kept, so that it is read."""
    identity = UUID(new_id())
    asked.permit("import.register", identity, **asked.custody)
    source = SourceImport.register(
        identity,
        asked.act.recorded_at,
        file=handed_in.file,
        file_name=handed_in.file_name,
        size=handed_in.size,
        options=handed_in.options.model_dump(),
    )
    answer = Answer(201, f"/api/intake/v1/imports/{source.id}", _facts(source, "reading"))
    return asked.service.ledger.record(asked.act, source, answer=answer)


def confirm(asked: Asked, desk: Desk, identity: UUID) -> Receipt:
    """Decide that what the preview shows is recorded; one that was interrupted goes on."""
    ledger = asked.service.ledger
    asked.load_permitted(SourceImport, identity, "import.confirm")  # nobody else waits for the desk
    with desk.one_at_a_time:
        source = asked.load_permitted(SourceImport, identity, "import.confirm", REGISTER)
        if source.confirmed and not source.ended:
            return ledger.record(asked.act, answer=_answer(source, "confirming"))
        if source.confirmed:
            raise ImportAlreadyConfirmed
        changed: list[Any] = [source]
        preview = desk.agreed(identity)
        numbering, first = _block(asked, preview.counts["new"] - preview.counts["reinstated"])
        source.confirm(preview.file_format, preview.counts, first)
        if numbering is not None:
            changed.append(numbering)
        return ledger.record(asked.act, *changed, answer=_answer(source, "confirming"))


def _block(asked: Asked, count: int) -> tuple[Numbering | None, int]:
    """Return the numbering with a run of numbers given out, and the first of them."""
    if count <= 0:
        return None, 0
    numbering, _ = allot_numbers(asked.service.ledger, count, asked.act.recorded_at)
    return numbering, numbering.next - count


def undo(asked: Asked, identity: UUID, command: UndoImport) -> Receipt:
    """Decide to take an import back."""
    source = asked.load_permitted(SourceImport, identity, "import.undo")
    source.begin_undo(command.reason)
    return asked.service.ledger.record(asked.act, source, answer=_answer(source, "undoing"))


def _answer(source: SourceImport, state: str) -> Answer:
    return Answer(202, f"/api/intake/v1/imports/{source.id}", _facts(source, state))


def _facts(source: SourceImport, state: str) -> dict[str, Any]:
    return {"id": str(source.id), "state": state, "file": source.file, "version": source.version}
