"""What a check of a page answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one page; no findings mean a good page."""

    check: str
    where: str
    what: str

    def __str__(self) -> str:
        """Return one line for a person to act on."""
        return f"{self.where} [{self.check}] {self.what}"


def findings(check: str, where: str, faults: Iterable[str]) -> list[Finding]:
    """Return each fault once, in the order found, as a finding of this check at this address."""
    return [Finding(check, where, fault) for fault in dict.fromkeys(faults)]


def told(found: Iterable[Finding]) -> str:
    """Return the findings as lines, to stand in a failed assertion."""
    return "\n".join(map(str, found))
