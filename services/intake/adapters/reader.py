"""Reading source files for imports: in a process of its own, with bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.intake.adapters.reading import Defaults, SandboxedReading


class SandboxReader:
    """Reads what people hand in."""

    def read(self, path: Path, filename: str, options: dict[str, Any]) -> SandboxedReading:
        """Give every row when iterated; that raises a refusal of :mod:`.reading.refusals`."""
        any_state = bool(options.get("any_state"))
        defaults = Defaults(options.get("state"), any_state=any_state, cycle=options.get("cycle"))
        return SandboxedReading(path, filename, defaults)
