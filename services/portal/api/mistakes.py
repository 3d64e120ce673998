"""What is wrong with a form: all of it at once, each at the field that it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from libs.chassis.language import Language
    from libs.chassis.problems import Problem
    from services.portal.views.page_parts import Field

UNPROCESSABLE: Final = 422
Mistakes = dict[str, str]
"""A sentence for each field, by the field's name."""
_SAID: Final = {
    "text": "refusal-text-not-given",
    "reason": "refusal-reason-missing",
    "position_source": "refusal-position-source-missing",
}
"""How it is said of a field that something must stand there; of others in general words."""


def missing(fields: Iterable[Field], typed: Mapping[str, str], language: Language) -> Mistakes:
    """Return which fields must say something and were left empty."""
    return {
        each.name: language.message(_SAID.get(each.name, "invalid-missing"))
        for each in fields
        if each.required and not typed.get(each.name, "").strip()
    }


def named_in(
    problem: Problem, fields: Iterable[Field], otherwise: Mapping[str, str] | None = None
) -> Mistakes:
    """Return what a service said of single fields; ``otherwise`` it has other names for some."""
    known = {each.name: each.name for each in fields} | dict(otherwise or {})
    found: Mistakes = {}
    for each in problem.errors:
        steps = [known[step] for step in reversed(each.pointer.split("/")) if step in known]
        if steps:
            found.setdefault(steps[0], each.detail)
    return found


def marked(fields: Iterable[Field], mistakes: Mistakes) -> tuple[Field, ...]:
    """Return the fields with what is wrong with them."""
    return tuple(
        replace(each, error=mistakes[each.name]) if each.name in mistakes else each
        for each in fields
    )
