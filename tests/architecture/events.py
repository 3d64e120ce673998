"""Events: all registered, applied by assignment alone, decided before they are triggered."""

from __future__ import annotations

import ast
import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from eventsourcing.domain import Aggregate

from deploy.documents import made
from tests.architecture.tree import (
    Function,
    body_without_docstring,
    functions,
    parsed,
    place,
    room,
    services,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSIONED = re.compile(r"\.v[0-9]+$")
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Pass)
ASKS_THE_WORLD = {
    "now",
    "utcnow",
    "today",
    "time",
    "monotonic",
    "uuid4",
    "uuid7",
    "uuid1",
    "new_id",
}


def unregistered_events(service: str) -> list[str]:
    """Return the event classes of a service's domain that its plan leaves out."""
    registered = set(made(service).plan.events)
    return sorted(
        f"{each.__module__}.{each.__qualname__}"
        for each in declared_events(service)
        if each not in registered
    )


def declared_events(service: str) -> set[type[Any]]:
    """Return the event classes nested under the aggregates of a service's domain."""
    package = f"services.{service}.domain"
    try:
        domain = import_module(package)
    except ModuleNotFoundError as missing:
        if missing.name == package:
            return set()
        raise
    for found in pkgutil.walk_packages(getattr(domain, "__path__", []), package + "."):
        import_module(found.name)
    return {
        each
        for aggregate in _below(Aggregate)
        if aggregate.__module__.startswith(package)
        for each in vars(aggregate).values()
        if isinstance(each, type) and VERSIONED.search(str(getattr(each, "TOPIC", "")))
    }


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def appliers_that_decide(root: Path) -> list[str]:
    """Return event-applying methods that do anything but assign."""
    return [
        f"{place(root, path, wrong)} {function.name} does more than assign"
        for service in services(root)
        for path in room(root, service, "domain")
        for function in functions(parsed(path))
        if _applies_an_event(function)
        for wrong in _more_than_assignments(function)
    ]


def _applies_an_event(function: Function) -> bool:
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "event"
        for each in function.decorator_list
    )


def _more_than_assignments(function: Function) -> Iterator[ast.stmt]:
    for statement in body_without_docstring(function):
        asks = any(
            isinstance(node, ast.Call) and _name(node.func) in ASKS_THE_WORLD
            for node in ast.walk(statement)
        )
        if asks or not isinstance(statement, ASSIGNMENTS):
            yield statement


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
