"""Where imports are worked on: two threads, one that reads files and one that records."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from math import inf
from typing import TYPE_CHECKING, Final

from libs.ledger.bulk import head_of
from libs.ledger.lasting import Lasting
from libs.ledger.ledger import DATABASE_AWAY
from services.intake.commands.imports.reading import compare, preview
from services.intake.commands.imports.recording import record
from services.intake.commands.imports.refusals import (
    FileNotRead,
    OtherImportRunning,
    PreviewNotReady,
    PreviewOutdated,
    RegisterBehind,
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
PATIENCE_SECONDS: Final = 10.0
"""How long a person who confirms waits for the register to be read."""
IDLE_SECONDS: Final = 1.0
MOST_DEFECTS: Final = 3
DEFECT: Final = "defect"
logger = logging.getLogger(__name__)


class Stopping(Exception):  # noqa: N818  a state of the service, named as one
    """The service is stopping; what is under way goes on when it starts again."""


class Worker(threading.Thread):
    """One thread of the desk; ``work`` says how it goes."""

    def __init__(self, name: str, act: Callable[[Lasting], None]) -> None:
        """Do in a thread of its own what ``act`` does."""
        self.work = Lasting(name)
        super().__init__(target=act, args=(self.work,), name=name, daemon=True)


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

    def open(self, alive: Callable[[], bool]) -> list[Lasting]:
        """Begin to work, unfinished imports first; end when ``alive`` no longer holds.

        Returns the work, which says how it goes.
        """
        self._alive = alive
        workers = [
            Worker("reading of imports", self._resume_and_read),
            Worker("recording of imports", lambda work: self._work(work, self._records)),
        ]
        for each in workers:
            each.start()
        return [each.work for each in workers]

    def later(self, identity: UUID) -> None:
        """Do soon what this import needs next; harmless when it needs nothing.

        What was decided is recorded by now and the caller is told so, whether or not the database
        can be asked here; either worker finds what is to be done.
        """
        confirmed = False
        with contextlib.suppress(*DATABASE_AWAY):
            confirmed = self.ledger.load(SourceImport, identity).confirmed
        (self._records if confirmed else self._readings).put(identity)

    def go_on(self) -> None:
        """Go on with long work.

        Raises:
            Stopping: the service is stopping.
        """
        if not self._alive():
            raise Stopping
        worker = threading.current_thread()
        if isinstance(worker, Worker):
            worker.work.goes_well()

    def wait_until_read(self, position: int, seconds: float = inf) -> None:
        """Wait, so many seconds at most, until the register stands up to a ledger position.

        Raises:
            RegisterBehind: they do not stand so far by then.
            Stopping: the service is stopping.
        """
        end = time.monotonic() + seconds
        while self.ports.lookups.read_up_to() < position:
            self.go_on()
            if time.monotonic() > end:
                raise RegisterBehind
            time.sleep(LOOK_SECONDS)

    def wait_until_all_is_read(self, seconds: float = inf) -> None:
        """Wait until the register's rows stand up to the ledger's newest event.

        Raises:
            RegisterBehind: they do not after so many seconds.
        """
        self.wait_until_read(head_of(self.ledger), seconds)

    def agreed(self, identity: UUID) -> Preview:
        """Return the preview that a person confirms, if it still says what importing would do.

        Raises:
            PreviewNotReady: the file is still being read.
            FileNotRead: it could not be read.
            OtherImportRunning: another import of the same State is being written.
            PreviewOutdated: the register has changed; the preview is a new one now.
            RegisterBehind: what was last recorded cannot be read yet.
        """
        self.wait_until_all_is_read(PATIENCE_SECONDS)
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

    def _resume_and_read(self, work: Lasting) -> None:
        self._resume(work)
        self._work(work, self._readings)

    def _resume(self, work: Lasting) -> None:
        """Take up what was left unfinished, as soon as the database lets us know it."""
        while self._alive():
            try:
                self.wait_until_all_is_read()
                for identity in self.ports.lookups.unfinished():
                    self.later(identity)
            except Stopping:
                return
            except Exception as reason:
                logger.exception("unfinished imports are looked for again")
                time.sleep(work.broke(reason))
            else:
                return

    def _work(self, work: Lasting, waiting: queue.SimpleQueue[UUID]) -> None:
        with contextlib.suppress(Stopping):
            while True:
                self.go_on()
                with contextlib.suppress(queue.Empty):
                    self._until_done(work, waiting.get(timeout=IDLE_SECONDS))

    def _until_done(self, work: Lasting, identity: UUID) -> None:
        """Try again after trouble: what a person decided is carried out, however long it takes.

        Only defects count against a file: while the database is away it is tried as often as it
        takes.
        """
        defects = 0
        while True:
            try:
                if defects < MOST_DEFECTS or not self._gave_up(identity):
                    self._advance(identity)
            except Stopping:
                raise
            except Exception as reason:
                logger.exception("work on import %s is tried again", identity)
                defects += not isinstance(reason, DATABASE_AWAY)
                time.sleep(work.broke(reason))
                self.go_on()
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
