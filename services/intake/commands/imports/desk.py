"""Where imports are worked on: two threads, one that reads files and one that records."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING, Final

from libs.ledger.bulk import head_of
from services.intake.commands.imports.reading import compare, preview
from services.intake.commands.imports.recording import record
from services.intake.commands.imports.refusals import (
    FileNotRead,
    OtherImportRunning,
    PreviewNotReady,
    PreviewOutdated,
)
from services.intake.commands.imports.undoing import take_back
from services.intake.domain.source_import import SourceImport

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from libs.ledger.ledger import Ledger
    from services.intake.commands.imports.ports import Ports
    from services.intake.domain.preview import Preview
    from services.intake.profile import Profile

LOOK_SECONDS: Final = 0.01
IDLE_SECONDS: Final = 1.0
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
READING_TRIES: Final = 3
DEFECT: Final = "defect"
logger = logging.getLogger(__name__)


class Stopping(Exception):  # noqa: N818  a state of the service, named as one
    """The service is stopping; what is under way goes on when it starts again."""


class Desk:
    """Carries out what people decided about imports; whatever was interrupted is taken up again.

    ``one_at_a_time`` is held while a confirmation is decided, so that what was compared still holds
    when it is recorded.
    """

    def __init__(self, ledger: Ledger, profile: Profile, ports: Ports) -> None:
        """Work on the imports of ``ledger``; nothing runs before ``open``."""
        self.ledger = ledger
        self.profile = profile
        self.ports = ports
        self.one_at_a_time = threading.Lock()
        self._alive: Callable[[], bool] = lambda: False
        self._readings: queue.SimpleQueue[UUID] = queue.SimpleQueue()
        self._records: queue.SimpleQueue[UUID] = queue.SimpleQueue()

    def open(self, alive: Callable[[], bool]) -> None:
        """Begin to work, unfinished imports first; end when ``alive`` no longer holds."""
        self._alive = alive
        for name, waiting in (("read", self._readings), ("record", self._records)):
            threading.Thread(
                target=self._work, args=(waiting,), name=f"imports-{name}", daemon=True
            ).start()
        threading.Thread(target=self._resume, name="imports-resume", daemon=True).start()

    def later(self, identity: UUID) -> None:
        """Do soon what this import needs next; harmless when it needs nothing."""
        confirmed = self.ledger.load(SourceImport, identity).confirmed
        (self._records if confirmed else self._readings).put(identity)

    def go_on(self) -> None:
        """Go on with long work.

        Raises:
            Stopping: the service is stopping.
        """
        if not self._alive():
            raise Stopping

    def wait_until_read(self, position: int) -> None:
        """Wait until the register's rows stand up to a ledger position."""
        while self.ports.lookups.read_up_to() < position:
            self.go_on()
            time.sleep(LOOK_SECONDS)

    def wait_until_all_is_read(self) -> None:
        """Wait until the register's rows stand up to the ledger's newest event."""
        self.wait_until_read(head_of(self.ledger))

    def agreed(self, identity: UUID) -> Preview:
        """Return the preview that a person confirms, if it still says what importing would do.

        Raises:
            PreviewNotReady: the file is still being read.
            FileNotRead: it could not be read.
            OtherImportRunning: another import of the same State is being written.
            PreviewOutdated: the register has changed; the preview is a new one now.
        """
        self.wait_until_all_is_read()
        found = self.ports.lookups.preview(identity)
        if found is None or not found.finished:
            raise PreviewNotReady
        if found.refusal is not None:
            raise FileNotRead.because(found.refusal)
        if self.ports.lookups.running_with(identity) is not None:
            raise OtherImportRunning
        moved = self.ports.lookups.moved_since(found.position)
        if moved and compare(self, identity) != found.digest:
            raise PreviewOutdated
        return found

    def _resume(self) -> None:
        """Take up what was left unfinished, as soon as the database lets us know it."""
        while self._alive():
            try:
                self.wait_until_all_is_read()
                for identity in self.ports.lookups.unfinished():
                    self.later(identity)
            except Stopping:
                return
            except Exception:
                logger.exception("unfinished imports are looked for again")
                time.sleep(FIRST_PAUSE)
            else:
                return

    def _work(self, waiting: queue.SimpleQueue[UUID]) -> None:
        while self._alive():
            try:
                identity = waiting.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                continue
            try:
                self._until_done(identity)
            except Stopping:
                return

    def _until_done(self, identity: UUID) -> None:
        """Try again after trouble: what a person decided is carried out, however long it takes."""
        pause = FIRST_PAUSE
        tries = 0
        while True:
            try:
                self._advance(identity)
            except Stopping:
                raise
            except Exception:
                self.go_on()
                logger.exception("work on import %s is tried again", identity)
                tries += 1
                if tries >= READING_TRIES and self._gave_up(identity):
                    return
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    def _gave_up(self, identity: UUID) -> bool:
        """A file that we fail to read is told to the person; a decision is never given up."""
        if self.ledger.load(SourceImport, identity).confirmed:
            return False
        self.ports.previews.fail(identity, DEFECT, {})
        return True

    def _advance(self, identity: UUID) -> None:
        source = self.ledger.load(SourceImport, identity)
        found = self.ports.lookups.preview(identity)
        unread = found is None or not found.finished
        if not source.confirmed:
            if unread:
                preview(self, source)
        elif not source.ended:
            if unread:
                preview(self, source)
            record(self, source)
        elif source.undo_reason and not source.undone:
            take_back(self, source)
