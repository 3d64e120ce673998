"""Reading the tree as the rules see it; a checker takes a root, so that a tree can be planted."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("libs", "services", "deploy")
CODE = (*SHIPPED, "tests")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(root: Path, folders: Iterable[str] = SHIPPED) -> list[Path]:
    """Return the Python files under some folders of a tree."""
    found = (path for folder in folders for path in sorted((root / folder).rglob("*.py")))
    return [path for path in found if "__pycache__" not in path.parts]


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, _: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function of a syntax tree, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def body_without_docstring(function: Function) -> list[ast.stmt]:
    """Return a function's statements after its docstring."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return function.body[1:] if has_docstring else function.body


def place(root: Path, path: Path, node: ast.AST | None = None) -> str:
    """Return where something stands, as a person finds it."""
    line = f":{node.lineno}" if isinstance(node, (ast.stmt, ast.expr)) else ""
    return f"{path.relative_to(root)}{line}"


def services(root: Path) -> list[str]:
    """Return the services: every package of ``services/`` but the composition root."""
    found = sorted(each.parent.name for each in (root / "services").glob("*/__init__.py"))
    return [name for name in found if name != "house"]


def room(root: Path, service: str, name: str) -> list[Path]:
    """Return the files of one room of a service, which may be a file or a package."""
    folder = root / "services" / service
    return modules(folder, [name]) + [path for path in [folder / f"{name}.py"] if path.exists()]


def plant(root: Path, files: dict[str, str]) -> Path:
    """Lay a small tree, for showing that a violation in it is caught."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
