"""Write the goldens that are missing; never touches one that stands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.contracts.goldens import (
    PUBLISHED,
    ROOT,
    STORED,
    as_recorded,
    contracts,
    published,
    stored_bytes,
    stored_events,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path


def main() -> None:
    """Write a golden for each stored event, and for each contract that has none yet."""
    contracts()
    for topic, event_class in stored_events().items():
        stored = STORED / f"{topic}.json"
        if not stored.exists():
            _write(stored, stored_bytes(event_class))
        told = published(as_recorded(topic, stored.read_bytes()))
        golden = PUBLISHED / f"{topic}.json"
        if told is not None and not golden.exists():
            _write(golden, written(told).encode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
