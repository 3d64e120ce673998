"""Everything that intake refuses, and every reason that an import gives, has its sentence."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import services.intake
from libs.chassis.language import Languages
from libs.kernel.refusal import Refusal
from services.intake.commands.imports.recording import CHANGED_SINCE
from services.intake.commands.imports.stating import REPEATED
from services.intake.commands.imports.undoing import CHANGED_AGAIN
from services.intake.domain.matching import CORRECTED_BY_HAND, WITHDRAWN_BY_HAND

REASONS = {
    CHANGED_SINCE,
    REPEATED,
    CHANGED_AGAIN,
    CORRECTED_BY_HAND,
    WITHDRAWN_BY_HAND,
}


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("services.intake."):
            yield each
        yield from refusals(each)


def codes() -> set[str]:
    for found in pkgutil.walk_packages(services.intake.__path__, "services.intake."):
        if not found.name.endswith("__main__"):
            import_module(found.name)
    return {each.code for each in refusals()} | REASONS


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_every_refusal_has_its_sentence(tag: str) -> None:
    language = Languages.load([]).negotiate(tag)
    assert language.tag == tag
    found = codes()
    assert {"nothing-to-import", "preview-outdated", "text-not-given"} <= found
    assert [code for code in sorted(found) if not language.has(f"refusal-{code}")] == []


def test_arabic_stands_on_its_own() -> None:
    languages = Languages.load([])
    english, arabic = languages.negotiate("en"), languages.negotiate("ar")
    facts = {"number": "REC-00001", "option": "cycle"}
    for code in REASONS | {"preview-not-ready", "option-malformed", "length-missing"}:
        told = {each.message(f"refusal-{code}", **facts) for each in (english, arabic)}
        assert len(told) == 2, code
