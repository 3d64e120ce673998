"""Cutting long work into pieces."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


def in_batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give the things in order, ``size`` at a time; the last piece may be shorter."""
    rest = iter(things)
    while piece := list(islice(rest, size)):
        yield piece
