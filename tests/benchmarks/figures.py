"""A figure beside its limit, and how benchmarks tell theirs: on the screen and as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import quantiles
from typing import Literal

SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, the limit of the same run, their ratio, and what the ratio should be.

    ``goal`` is told of the ratio: ``>= 0.75`` or ``<= 1``, or ``shown`` where it is to be seen and
    no more. Ratios are compared between runs, for machines differ; nothing is asserted.
    """

    name: str
    value: float
    limit: float
    ratio: float
    goal: str

    @property
    def holds(self) -> bool:
        """Whether the goal is reached; what is shown has none."""
        if self.goal == SHOWN:
            return True
        sign, bound = self.goal.split()
        return self.ratio >= float(bound) if sign == ">=" else self.ratio <= float(bound)


def figure(
    name: str, value: float, limit: float, sign: Literal[">=", "<="] = "<=", bound: float = 1
) -> Figure:
    """Return a figure; ``sign`` and ``bound`` say what its part of the limit should be."""
    ratio = value / limit if limit else value
    return Figure(name, round(value, 2), round(limit, 2), round(ratio, 3), f"{sign} {bound:g}")


def shown(name: str, value: float, beside: float) -> Figure:
    """Return a figure that stands beside another for comparison, without a goal (design §9)."""
    return replace(figure(name, value, beside), goal=SHOWN)


def percentile(values: Iterable[float], hundredth: int) -> float:
    """Return a percentile of at least two values."""
    return quantiles(values, n=100, method="inclusive")[hundredth - 1]


def tell(found: Iterable[Figure], json_file: Path | None) -> None:
    """Print figures, a line each, and write them where JSON is asked for."""
    told = list(found)
    width = max((len(each.name) for each in told), default=0)
    for each in told:
        mark = "✓" if each.holds else "·"
        line = f"{mark} {each.name:{width}}  {each.value:>10g}  of {each.limit:>10g}"
        sys.stdout.write(f"{line}  = {each.ratio:>7g}  (goal {each.goal})\n")
    sys.stdout.flush()
    if json_file:
        rows = [asdict(each) for each in told]
        json_file.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf-8")


def run(doc: str | None, measure: Callable[[int], list[Figure]], size: int) -> None:
    """Be the command line of one benchmark: how large, and where the JSON goes."""
    asked = argparse.ArgumentParser(description=doc)
    asked.add_argument("size", nargs="?", type=int, default=size)
    asked.add_argument("--json", type=Path, default=os.environ.get("JSON") or None)
    given = asked.parse_args()
    tell(measure(given.size), given.json)
