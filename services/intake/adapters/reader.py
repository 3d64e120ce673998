"""Reading source files for imports: in a process of its own, with bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.intake.adapters.reading import Defaults, read_in_sandbox
from services.intake.adapters.reading.detect import detect
from services.intake.domain.source_row import NotUnderstood, SourceRow


class SandboxReader:
    """Reads what people hand in."""

    def read(
        self, path: Path, filename: str, options: dict[str, Any]
    ) -> Iterator[SourceRow | NotUnderstood]:
        """Give every row; raises a refusal of :mod:`.reading.refusals`."""
        any_state = bool(options.get("any_state"))
        defaults = Defaults(options.get("state"), any_state=any_state, cycle=options.get("cycle"))
        return read_in_sandbox(path, filename, defaults)

    def format_of(self, path: Path, filename: str) -> str:
        """Name the format of a file that was read to its end."""
        return str(detect(path, filename))
