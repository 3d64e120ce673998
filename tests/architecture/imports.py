"""Import rules: import-linter's contracts, and what they cannot say."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, modules, parsed, place, room, services

if TYPE_CHECKING:
    from collections.abc import Iterator

LINTER = Path(sys.executable).with_name("lint-imports")
KEEP_ONLY_CODE = shutil.ignore_patterns("__pycache__", "static", "templates", "packs", "assets")


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of ``pyproject.toml`` in a tree."""
    return subprocess.run(
        [str(LINTER), "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )


def copy_of_the_tree(target: Path) -> Path:
    """Copy what import-linter reads, so that a violation can be planted beside the real code."""
    for folder in ("libs", "services", "deploy"):
        shutil.copytree(ROOT / folder, target / folder, ignore=KEEP_ONLY_CODE)
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def unlisted_services(root: Path) -> list[str]:
    """Return services that the import contracts leave out."""
    with (root / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    wanted = {f"services.{name}" for name in services(root)}
    listings = [
        set(each.get("containers", each.get("modules", ())))
        for each in contracts
        if each["type"] == "independence" or each.get("containers", [""])[0].startswith("services.")
    ]
    return sorted({name for listing in listings for name in wanted ^ listing})


def strange_imports_of_the_domain(root: Path) -> list[str]:
    """Return imports of domain code beyond the language, the kernel and `eventsourcing.domain`."""
    return [
        f"{place(root, path, node)} imports {name}"
        for service in services(root)
        for path in room(root, service, "domain")
        for node, name in _imports(parsed(path))
        if not _known_to_the_domain(service, name)
    ]


def _imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, ("." * node.level) + (node.module or "")


def _known_to_the_domain(service: str, name: str) -> bool:
    own = tuple(f"services.{service}.{each}" for each in ("domain", "profile", "settings"))
    return (
        name.split(".", maxsplit=1)[0] in sys.stdlib_module_names
        or name == "eventsourcing.domain"
        or any(name == each or name.startswith(each + ".") for each in ("libs.kernel", *own))
    )


def strangers_of(service: str) -> list[str]:
    """Return what a fresh interpreter loads with one service that is none of its business."""
    code = (
        f"import sys, services.{service}.service\n"
        "print(*(name for name in sys.modules if name.startswith(('services.', 'libs.testkit'))))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    own = f"services.{service}"
    return [name for name in done.stdout.split() if name != own and not name.startswith(own + ".")]


def contracts_unknown_to(service: str, topics: list[str]) -> list[str]:
    """Return the public topics that a process with this service alone takes for private."""
    code = (
        f"import services.{service}.service, libs.contracts.contract as known\n"
        f"print(*(each for each in {topics!r} if known.contract_of(each) is None))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def relative_to_parents(root: Path) -> list[str]:
    """Return imports that hide where they lead: the path is the import."""
    return [
        f"{place(root, path, node)} imports {name}"
        for path in modules(root)
        for node, name in _imports(parsed(path))
        if name.startswith(".")
    ]
