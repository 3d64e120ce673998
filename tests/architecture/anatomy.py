"""Every service has the same rooms, each does its own work, and the doorstep is clean."""

from __future__ import annotations

import ast
import re
import subprocess
from typing import TYPE_CHECKING

from tests.architecture.tree import modules, parsed, place, room, services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MUST_STAND = ("README.md", "__init__.py", "__main__.py", "permissions.cedar", "service.py")
ROOMS = {
    "domain", "profile", "commands", "policies", "projections", "views", "api", "adapters",
    "settings", "service", "templates", "static", "__pycache__",
}  # fmt: skip
DOORSTEP = {
    ".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".github", ".gitignore",
    ".python-version",
    "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md", "Dockerfile", "LICENSE",
    "Makefile", "README.md", "SECURITY.md", "deploy", "docker-compose.yml", "docs", "libs",
    "pyproject.toml", "requirements.lock", "services", "tests",
}  # fmt: skip
READS = re.compile(r"^\s*(WITH\b.*\b)?SELECT\b")
WRITES = re.compile(
    r"^\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE"
    r"|(CREATE|ALTER|DROP) (OR REPLACE )?(TABLE|INDEX|UNIQUE|FUNCTION))\b"
)
WITHOUT_SQL = ("domain", "api", "policies", "service")
MISPLACED = {
    **dict.fromkeys(WITHOUT_SQL, (READS, WRITES)),
    "commands": (READS,),
    "views": (WRITES,),
}
"""Which statements a room never holds; projections may hold all."""
LONGEST_ENTRANCE = 12
LEFT_BY_TOOLS = {
    ".git", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".venv", "build", "data", "dhakira.egg-info",
}  # fmt: skip


def missing_rooms(root: Path) -> list[str]:
    """Return what a service lacks of what each must have."""
    return [
        f"services/{name}/{each}"
        for name in services(root)
        for each in MUST_STAND
        if not (root / "services" / name / each).exists()
    ]


def strange_rooms(root: Path) -> list[str]:
    """Return files and folders of a service that are none of the rooms that every service has."""
    return [
        place(root, each)
        for name in services(root)
        for each in sorted((root / "services" / name).iterdir())
        if each.name not in MUST_STAND
        and not (each.stem in ROOMS and (each.is_dir() or each.suffix == ".py"))
    ]


def long_entrances(root: Path) -> list[str]:
    """Return entrances that do more than start their service."""
    entrances = (root / "services" / name / "__main__.py" for name in services(root))
    return [
        place(root, each)
        for each in entrances
        if each.exists() and len(each.read_text(encoding="utf-8").splitlines()) > LONGEST_ENTRANCE
    ]


def sql_out_of_place(root: Path) -> list[str]:
    """Return statements that stand in a room which never holds such."""
    return [
        f"{place(root, path, node)} holds SQL"
        for name in services(root)
        for each, misplaced in MISPLACED.items()
        for path in room(root, name, each)
        for node in _texts(parsed(path))
        if any(kind.match(str(node.value)) for kind in misplaced)
    ]


def _texts(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def gates_forced(root: Path) -> list[str]:
    """Return places that call a request decided without asking the permissions."""
    return [
        f"{place(root, path)}:{node.lineno} sets decided"
        for path in modules(root)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "decided"
        and isinstance(node.ctx, ast.Store)
        and path != root / "libs/chassis/asking.py"
    ]


def unannotated(root: Path) -> list[str]:
    """Return functions that do not say what they take and give."""
    return [
        f"{place(root, path, node)} {node.name}"
        for path in modules(root)
        for node in ast.walk(parsed(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.returns is None or any(each.annotation is None for each in _arguments(node)))
    ]


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    named += [each for each in (given.vararg, given.kwarg) if each is not None]
    return [each for each in named if each.arg not in {"self", "cls"}]


def tracked(root: Path) -> list[str]:
    """Return the files that git keeps, or would keep, of a tree; all where there is no git."""
    command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return [name for name in _walked(root) if name.split("/")[0] not in LEFT_BY_TOOLS]
    return [name for name in done.stdout.splitlines() if (root / name).is_file()]


def _walked(root: Path) -> list[str]:
    return sorted(each.relative_to(root).as_posix() for each in root.rglob("*") if each.is_file())


def strange_on_the_doorstep(names: list[str]) -> list[str]:
    """Return what stands at the root and tells a newcomer nothing."""
    return sorted({name.split("/")[0] for name in names} - DOORSTEP)
