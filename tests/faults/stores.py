"""Where the platform's data lie: small disks that can be full, a bus whose store can be harmed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

from libs.chassis.embedded.nats import EmbeddedNats
from libs.testkit.waiting import until_true

FILLED_BY = 1 << 20
STARTS_AGAIN_WITHIN = 60.0


class Disk:
    """A file system of its own in memory, so that it alone can be full; mounting needs root."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={megabytes}m,mode=0700"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        mounted = subprocess.run(command, check=False, capture_output=True, text=True)
        self.refused = mounted.stderr.strip() if mounted.returncode else ""

    def fill(self) -> None:
        """Leave no byte free."""
        assert not self.refused, self.refused
        with (self.folder / "filler").open("ab", buffering=0) as filler:
            for size in (FILLED_BY, 4096, 1):
                with contextlib.suppress(OSError):
                    while filler.write(bytes(size)) == size:
                        pass

    def free(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        if not self.refused:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


class HarmedNats(EmbeddedNats):
    """A bus whose store is harmed between the death of its server and the next start."""

    harm: Callable[[], None] | None = None

    def _clear(self) -> None:
        super()._clear()
        harm, self.harm = self.harm, None
        if harm is not None:
            harm()

    def killed(self, harm: Callable[[], None] | None = None) -> None:
        """Kill the server, do harm, and return when its keeper has started it again."""
        before = self.state()
        assert before.pid is not None
        self.harm = harm
        os.kill(before.pid, signal.SIGKILL)
        until_true(
            lambda: self.state().restarts > before.restarts and self.state().phase == "up",
            STARTS_AGAIN_WITHIN,
            "the bus is up again",
        )

    def wipe(self) -> None:
        shutil.rmtree(self.folder / "store", ignore_errors=True)

    def flip(self, chance: Random, stream: str) -> None:
        """Turn one bit of what a stream's messages are stored in, if anything is."""
        blocks = self.blocks(stream)
        if not blocks:
            return
        block = chance.choice(blocks)
        place = chance.randrange(block.stat().st_size)
        with block.open("r+b") as file:
            file.seek(place)
            (byte,) = file.read(1)
            file.seek(place)
            file.write(bytes([byte ^ (1 << chance.randrange(8))]))

    def blocks(self, stream: str) -> list[Path]:
        found = sorted((self.folder / "store").glob(f"**/streams/{stream}/msgs/*.blk"))
        return [each for each in found if each.stat().st_size]
