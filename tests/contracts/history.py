"""What git knows of the goldens: which of those that were released stand no longer as they were."""

from __future__ import annotations

import subprocess
from pathlib import Path

GOLDEN = "tests/contracts/golden"


def base(root: Path) -> str | None:
    """Return the commit that goldens are held against, None where there is no git history.

    That is the newest release (tag ``v…``); before the first one, where the branch left main, and
    on main itself its newest commit.
    """
    for command in (
        ["describe", "--tags", "--abbrev=0", "--match", "v*"],
        ["merge-base", "HEAD", "origin/main"],
        ["merge-base", "HEAD", "main"],
        ["rev-parse", "HEAD"],
    ):
        found = _git(root, *command)
        if found is not None and found.strip():
            return found.strip()
    return None


def touched(root: Path, since: str) -> list[str]:
    """Return the goldens that stood at ``since`` and are edited, moved or gone now."""
    shown = _git(
        root, "diff", "--no-renames", "--diff-filter=a", "--name-only", since, "--", GOLDEN
    )
    if shown is None:
        msg = f"git cannot compare with {since}"
        raise RuntimeError(msg)
    return shown.split()


def _git(root: Path, *arguments: str) -> str | None:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else None
