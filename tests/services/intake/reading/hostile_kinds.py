"""The list of hostile files, and how a kind is entered into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Make = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file: its kind, the name that it comes under, how it is made, its end."""

    kind: str
    name: str
    make: Make
    expected: str | int


KINDS: list[Hostile] = []


def hostile(kind: str, name: str, expected: str | int) -> Callable[[Make], Make]:
    """Enter a maker into the list."""

    def enter(make: Make) -> Make:
        KINDS.append(Hostile(kind, name, make, expected))
        return make

    return enter


def raw(kind: str, name: str, expected: str | int, content: bytes | Callable[[], bytes]) -> None:
    """Enter a file of plain bytes."""

    def make(path: Path) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content())

    KINDS.append(Hostile(kind, name, make, expected))
