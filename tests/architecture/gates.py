"""Gates: every route leads to the question whether the asker may."""

from __future__ import annotations

import ast
import inspect
import textwrap
from types import FunctionType
from typing import TYPE_CHECKING, Any

from fastapi.routing import iter_route_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libs.chassis.service import Service

ASKS = {"permit", "public"}
HANDS_ON = {"perform", "in_thread", "to_thread"}
OURS = ("services.", "libs.")
DEEPEST = 6


def routes(service: Service) -> Iterator[tuple[str, list[FunctionType]]]:
    """Yield every route: its methods and path, what answers, and what that depends on."""
    if service.app is None:
        return
    for route in iter_route_contexts(service.app.routes):
        endpoint: Any = getattr(route, "endpoint", None)
        if isinstance(endpoint, FunctionType):
            methods = ",".join(sorted(set(route.methods or ()) - {"HEAD"}))
            yield (
                f"{methods} {route.path}",
                [endpoint, *_depended_on(getattr(route, "dependant", None))],
            )


def _depended_on(dependant: Any) -> Iterator[FunctionType]:
    for each in dependant.dependencies if dependant is not None else ():
        if isinstance(each.call, FunctionType):
            yield each.call
        yield from _depended_on(each)


def ungated(service: Service) -> list[str]:
    """Return the routes that never lead to ``permit`` or ``public``."""
    return [route for route, asked in routes(service) if not any(map(leads_to_a_gate, asked))]


def leads_to_a_gate(function: FunctionType, depth: int = 0) -> bool:
    """Whether a function asks the permissions itself, or hands its request on to one that does."""
    if depth > DEEPEST:
        return False
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(_name(each.func) in ASKS for each in calls):
        return True
    return any(
        leads_to_a_gate(each, depth + 1)
        for each in _called(function, calls)
        if each is not function
    )


def _called(function: FunctionType, calls: list[ast.Call]) -> Iterator[FunctionType]:
    """Yield our own functions that are called, or handed to ``perform`` to be called."""
    for call in calls:
        handed = call.args if _name(call.func) in HANDS_ON else []
        for expression in (call.func, *handed):
            found = _resolved(function, expression)
            if isinstance(found, FunctionType) and found.__module__.startswith(OURS):
                yield found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _resolved(function: FunctionType, expression: ast.expr) -> object:
    """Return what a name, or a dotted name, stands for in a function; None if that is hidden."""
    if isinstance(expression, ast.Name):
        closed = inspect.getclosurevars(function)
        return closed.nonlocals.get(expression.id, closed.globals.get(expression.id))
    if isinstance(expression, ast.Attribute):
        return getattr(_resolved(function, expression.value), expression.attr, None)
    return None
