"""Gates: every route leads to the question whether the asker may."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from enum import Enum
from types import FunctionType
from typing import TYPE_CHECKING, Any

from fastapi.routing import iter_route_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from libs.chassis.service import Service

ASKS = {"permit", "load_permitted", "public"}
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
    """Return the routes that can answer with nobody having been asked."""
    return [route for route, asked in routes(service) if not any(map(leads_to_a_gate, asked))]


def leads_to_a_gate(function: FunctionType, depth: int = 0) -> bool:
    """Whether a function asks the permissions on every way through it, but those that raise.

    It asks itself, or hands its request on to one that does.
    """
    if depth > DEEPEST:
        return False
    [defined] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    if not isinstance(defined, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return Ways(function, depth).through(defined.body) in {Way.ASKED, Way.ENDED}


class Way(Enum):
    """How a way through some statements comes out of them."""

    OPEN = "goes on, and nobody was asked"
    ASKED = "goes on, and the permissions were asked"
    ENDED = "does not go on: it answered, after asking, or ended in an error"
    LEAKED = "answered, and nobody was asked"


class Ways:
    """Every way through a function; a loop's body and what may not be evaluated do not count."""

    def __init__(self, function: FunctionType, depth: int) -> None:
        self._function = function
        self._depth = depth

    def through(self, statements: Sequence[ast.stmt]) -> Way:
        for statement in statements:
            way = self._of(statement)
            if way is not Way.OPEN:
                return way
        return Way.OPEN

    def _of(self, statement: ast.stmt) -> Way:  # noqa: PLR0911  one for each kind of statement
        match statement:
            case ast.Raise():
                return Way.ENDED
            case ast.Return(value=value):
                return Way.ENDED if self._asks(value) else Way.LEAKED
            case ast.If(test=test, body=body, orelse=orelse):
                if self._asks(test):
                    return Way.ASKED
                return _either(self.through(body), self.through(orelse))
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                held = any(self._asks(each.context_expr) for each in items)
                return Way.ASKED if held else self.through(body)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                ways = [self.through([*body, *orelse])]
                ways += [self.through(each.body) for each in handlers]
                tried = functools.reduce(_either, ways)
                return Way.ASKED if self.through(final) is Way.ASKED else tried
            case ast.For(iter=each) | ast.AsyncFor(iter=each) | ast.While(test=each):
                return Way.ASKED if self._asks(each) else _leaks(self.through(statement.body))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return Way.OPEN
            case _:
                return Way.ASKED if self._asks(statement) else Way.OPEN

    def _asks(self, evaluated: ast.AST | None) -> bool:
        calls = list(_certain_calls(evaluated)) if evaluated is not None else []
        return any(_name(each.func) in ASKS for each in calls) or any(
            leads_to_a_gate(each, self._depth + 1)
            for each in _called(self._function, calls)
            if each is not self._function
        )


def _either(one: Way, other: Way) -> Way:
    """Return how two ways come out of which one is taken, nobody knows which."""
    if Way.LEAKED in {one, other}:
        return Way.LEAKED
    if Way.ENDED in {one, other}:
        return other if one is Way.ENDED else one
    return Way.ASKED if one is other is Way.ASKED else Way.OPEN


def _leaks(inside: Way) -> Way:
    """Return how a loop comes out, which may never be gone through."""
    return Way.LEAKED if inside is Way.LEAKED else Way.OPEN


def _certain_calls(evaluated: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in an expression or statement that are made whenever it is evaluated."""
    match evaluated:
        case ast.Lambda() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return
        case ast.IfExp(test=certain) | ast.BoolOp(values=[certain, *_]):
            yield from _certain_calls(certain)
            return
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from _certain_calls(evaluated.generators[0].iter)
            return
        case ast.Call():
            yield evaluated
    for each in ast.iter_child_nodes(evaluated):
        yield from _certain_calls(each)


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
