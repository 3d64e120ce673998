"""What taking an import back means for one recommendation: told by its own history alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from libs.kernel.words import SourceReference
from services.intake.domain.recommendation import Recommendation


@dataclass(slots=True)
class Undoing:
    """A recommendation as it stands, and what an import did to it.

    ``received`` and ``reinstated`` say how it came to stand by the import, ``confirmed`` that its
    official text came with it. ``source`` is where it came from before, and ``published`` whether
    everyone could read it without the import. ``restore`` are the fields as they were before,
    where nobody has set them since; ``kept`` are those that somebody has.
    """

    recommendation: Recommendation
    received: bool = False
    reinstated: bool = False
    confirmed: bool = False
    published: bool = False
    source: SourceReference | None = None
    restore: dict[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def undoing(history: Iterable[tuple[Any, bool]]) -> Undoing:
    """Fold a recommendation's events, each with whether the import caused it, oldest first."""
    standing: Recommendation | None = None
    did: set[str] = set()
    source: SourceReference | None = None
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for happened, caused in history:
        earlier = dict(standing.fields) if caused and standing is not None else {}
        standing = happened.mutate(standing)
        if not caused:
            source = getattr(happened, "source", None) or source
        if caused and standing is not None:
            did.add(type(happened).__name__)
            for name, value in earlier.items():
                if standing.fields[name] != value:
                    before.setdefault(name, value)
                    after[name] = standing.fields[name]
    if standing is None:
        msg = "a recommendation without events"
        raise ValueError(msg)
    untouched = {name for name, value in after.items() if standing.fields[name] == value}
    return Undoing(
        standing,
        received="Created" in did,
        reinstated="Reinstated" in did,
        confirmed="Confirmed" in did,
        published=standing.published and "Published" not in did,
        source=source,
        restore={name: before[name] for name in before if name in untouched},
        kept=tuple(sorted(before.keys() - untouched)),
    )
