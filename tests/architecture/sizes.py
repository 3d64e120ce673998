"""Budgets: how long files and functions may be."""

from __future__ import annotations

import ast
from statistics import median
from typing import TYPE_CHECKING

from tests.architecture.tree import (
    CODE,
    Function,
    body_without_docstring,
    functions,
    modules,
    parsed,
    place,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60
MEDIAN_LINES_OF_A_FUNCTION = 8
MOST_LINES_OF_THE_KERNEL = 300
DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.Tuple)


def long_files(root: Path) -> list[str]:
    """Return files that should become a package of the same name."""
    lengths = {path: _lines(path) for path in modules(root, CODE)}
    return [
        f"{place(root, path)} has {length} lines"
        for path, length in lengths.items()
        if length > MOST_LINES_OF_A_FILE
    ]


def long_functions(root: Path) -> list[str]:
    """Return functions that do more than one thing."""
    return [
        f"{place(root, path, each)} {each.name} has {length(each)} lines"
        for path in modules(root, CODE)
        for each in functions(parsed(path))
        if length(each) > MOST_LINES_OF_A_FUNCTION
    ]


def median_length(root: Path) -> float:
    """Return the median length of what we ship."""
    return median(length(each) for path in modules(root) for each in functions(parsed(path)))


def kernel_lines(root: Path) -> int:
    """Return how long the kernel is."""
    return sum(_lines(path) for path in modules(root, ["libs/kernel"]))


def length(function: Function) -> int:
    """Return the lines of a function's body: no docstring, no data, no function inside it."""
    body = body_without_docstring(function)
    if not body:
        return 0
    inside = range(body[0].lineno, (body[-1].end_lineno or body[-1].lineno) + 1)
    return len(set(inside) - _apart(body))


def _apart(body: Iterable[ast.stmt]) -> set[int]:
    lines: set[int] = set()
    for node in (each for statement in body for each in ast.walk(statement)):
        if isinstance(node, Function) or _is_data(node):
            first, last = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
            lines |= set(range(first + (not isinstance(node, Function)), last + 1))
    return lines


def _is_data(node: ast.AST) -> bool:
    if isinstance(node, DISPLAYS):
        return all(isinstance(each, (ast.Constant, ast.Load, *DISPLAYS)) for each in ast.walk(node))
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
