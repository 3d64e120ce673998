"""Words of a command by the profile: States, goals, themes and groups of persons by their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from libs.kernel.refusal import Misunderstood
from libs.kernel.words import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from services.intake.profile import Profile

Written = Annotated[str, Field(max_length=300)]
"""A code of a vocabulary, or the words of a source for it."""


class StateUnknown(Misunderstood):
    """No State under review has this code; facts: ``written``, ``field``."""


class RecommendingStateUnknown(Misunderstood):
    """Neither the name nor the code of a State; facts: ``written``, ``field``."""


class SdgUnknown(Misunderstood):
    """No Sustainable Development Goal and no target of one; facts: ``written``, ``field``."""


def _themes(profile: Profile, labels: Iterable[Any]) -> tuple[Term, ...]:
    return tuple(theme_term(profile, str(label)) for label in labels)


def _groups(profile: Profile, labels: Iterable[Any]) -> tuple[Term, ...]:
    return tuple(group_term(profile, str(label)) for label in labels)


def under_review(profile: Profile, written: str) -> str:
    """Return the code of a State under review, by its code or a name of it.

    Raises:
        StateUnknown: no State is written like this.
    """
    code = written if profile.is_under_review(written) else profile.state_for(written)
    if code is None:
        raise StateUnknown(written=written, field="state")
    return code


def _main_theme(profile: Profile, label: object) -> Term | None:
    return theme_term(profile, str(label)) if label else None


def theme_term(profile: Profile, label: str) -> Term:
    """Return a theme by its code or a source's label; a label that nothing maps stays verbatim."""
    return Term(label, label if profile.theme(label) else profile.theme_for(label))


def group_term(profile: Profile, label: str) -> Term:
    """Return a group of persons by its code or a source's label."""
    return Term(label, label if profile.group(label) else profile.group_for(label))


def _states(profile: Profile, written: Iterable[str], stand: Iterable[str]) -> tuple[str, ...]:
    """Return States by their codes; one that the profile does not know may only stand already."""
    found = {each: profile.state_for(each) or (each if each in stand else None) for each in written}
    for each, code in found.items():
        if code is None:
            raise RecommendingStateUnknown(written=each, field="recommending_states")
    return tuple(dict.fromkeys(filter(None, found.values())))


def _sdgs(profile: Profile, written: Iterable[str], stand: Iterable[str]) -> tuple[str, ...]:
    """Return goals and targets by their codes; one that there is not may only stand already."""
    found = {
        each: profile.sdg_for(each) or profile.sdg_named(each) or (each if each in stand else None)
        for each in written
    }
    for each, code in found.items():
        if code is None:
            raise SdgUnknown(written=each, field="sdgs")
    return tuple(dict.fromkeys(filter(None, found.values())))


WORDS: Final[dict[str, Callable[[Profile, Any], Any]]] = {
    "main_theme": _main_theme,
    "themes": _themes,
    "groups": _groups,
}
"""The fields that hold words of the profile; a label that it lacks stays verbatim."""
CODES: Final = {"sdgs": _sdgs, "recommending_states": _states}
"""The fields that hold codes; what has none is refused."""
