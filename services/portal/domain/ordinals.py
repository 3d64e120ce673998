"""Sets of records by the ordinals of their numbers: quick to intersect, to count and to turn."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PART: Final = 8192
"""So many ordinals share a part: a kilobyte of bits, the first of them leftmost."""
_TURNED: Final = bytes(int(f"{each:08b}"[::-1], 2) for each in range(256))
"""Each byte with its first bit last, as PostgreSQL's ``get_bit`` counts those of ``bytea``."""
_SET: Final = ord("1")
LONGEST_KEY: Final = 600
"""So many bytes an index takes in any case; a label is as long as its source writes it."""


@dataclass(frozen=True, slots=True)
class Ordinals:
    """A set of ordinals; ``parts``: number of a part → its bits, of which some are set."""

    parts: Mapping[int, int]

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(bits.bit_count() for bits in self.parts.values())

    def __and__(self, other: Ordinals) -> Ordinals:
        """Return those of both."""
        both = {part: bits & other.parts.get(part, 0) for part, bits in self.parts.items()}
        return Ordinals({part: bits for part, bits in both.items() if bits})

    def __or__(self, other: Ordinals) -> Ordinals:
        """Return those of either."""
        every = self.parts.keys() | other.parts.keys()
        return Ordinals({n: self.parts.get(n, 0) | other.parts.get(n, 0) for n in every})

    def __sub__(self, other: Ordinals) -> Ordinals:
        """Return those that the other lacks."""
        left = {part: bits & ~other.parts.get(part, 0) for part, bits in self.parts.items()}
        return Ordinals({part: bits for part, bits in left.items() if bits})

    def page(self, skip: int, size: int, *, newest: bool = False) -> list[int]:
        """Return ``size`` of them after the first ``skip``, in their order or ``newest`` first."""
        found: list[int] = []
        for part in sorted(self.parts, reverse=newest):
            many = self.parts[part].bit_count()
            if skip >= many:
                skip -= many
                continue
            within = _within(part, self.parts[part])
            found += (within[::-1] if newest else within)[skip : skip + size - len(found)]
            skip = 0
            if len(found) == size:
                break
        return found

    def every(self) -> list[int]:
        """Return them all in their order."""
        return self.page(0, len(self))

    def as_bytes(self) -> bytes:
        """Return one bit for each ordinal from 0 on, as ``get_bit`` takes them of ``bytea``."""
        last = max(self.parts, default=-1)
        size = PART // 8
        bits = (self.parts.get(part, 0).to_bytes(size, "big") for part in range(last + 1))
        return b"".join(bits).translate(_TURNED)


def ordinals(found: Iterable[int]) -> Ordinals:
    """Return a set of these."""
    parts: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(b"0" * PART))
    for each in found:
        parts[each // PART][each % PART] = _SET
    return Ordinals({part: int(signs, 2) for part, signs in parts.items()})


def place_of(ordinal: int) -> tuple[int, int]:
    """Return the part of an ordinal, and its bit there alone."""
    return ordinal // PART, 1 << (PART - 1 - ordinal % PART)


def index_key(value: str) -> str:
    """Return by what a facet's value is found: itself, or a digest where it is too long."""
    if len(value.encode()) <= LONGEST_KEY:
        return value
    return f"sha256 {hashlib.sha256(value.encode()).hexdigest()}"


def _within(part: int, bits: int) -> list[int]:
    first = part * PART
    return [first + place for place, sign in enumerate(f"{bits:0{PART}b}") if sign == "1"]
