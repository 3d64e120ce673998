"""What a person says about a source file besides the file itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defaults:
    """``state``: ISO 3166-1 alpha-3 code of the State that the file is said to concern.

    With ``any_state`` every State's rows are taken, and ``state`` only fills in where the file
    names none; otherwise rows of other States are not. ``cycle`` is the UPR cycle where the file
    names none.
    """

    state: str | None = None
    any_state: bool = False
    cycle: int | None = None
