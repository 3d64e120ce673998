"""``python -m tests.faults``: many faults, a new platform for each seed; the last line is JSON."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.campaign import CONVERGES_WITHIN, Report, campaign

EACH = 100


def main() -> int:
    """Return 1 when a figure does not hold; say with which seed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--faults", type=int, default=1_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    total, well, seed = Report(given.seed), True, given.seed
    while total.faults < given.faults:
        with tempfile.TemporaryDirectory(prefix="faults") as place:
            found = campaign(Path(place) / "platform", seed, min(EACH, given.faults - total.faults))
        sys.stdout.write(f"seed {seed}: {found.line()} {dict(found.happened)}\n")
        if not found.verdict.well or found.converged_s > CONVERGES_WITHIN:
            well = False
            sys.stdout.write(f"seed {seed} FAILED: {found.verdict.problems}\n")
        _add(total, found)
        seed += 1
    sys.stdout.write(f"{total.line()}\n")
    return 0 if well else 1


def _add(total: Report, found: Report) -> None:
    total.happened += found.happened
    total.converged_s = max(total.converged_s, found.converged_s)
    for name in ("acknowledged", "lost", "missing", "doubled"):
        value = getattr(total.verdict, name) + getattr(found.verdict, name)
        setattr(total.verdict, name, value)


if __name__ == "__main__":
    sys.exit(main())
