"""What the suite knows of a service: read from its plan, so that a new one takes part by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from deploy import documents
from libs.chassis.language import Languages
from services.house.running import SERVICES

#: Read once: it is most of what making a service costs.
LANGUAGES = Languages.load([])


class Known:
    """Gives the languages that were read."""

    @staticmethod
    def load(_: object) -> Languages:
        return LANGUAGES


@dataclass(frozen=True, slots=True)
class Reaction:
    """A policy: which service, by which name, on which topic of whom."""

    service: str
    name: str
    topic: str

    @property
    def actor(self) -> str:
        return f"policy:{self.service}.{self.name}"

    @property
    def producer(self) -> str:
        return self.topic.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """``read_models``: name and source of each, and whether it hears only what is public."""

    name: str
    keeps_a_ledger: bool
    policies: tuple[Reaction, ...]
    read_models: frozenset[tuple[str, str, bool]]


@cache
def anatomies() -> dict[str, Anatomy]:
    """Return every service of the house."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "Languages", Known)
        return {name: _anatomy(name) for name in SERVICES}


def _anatomy(name: str) -> Anatomy:
    service = documents.made(name)
    policies = service.plan.policies(service.ledger)
    return Anatomy(
        name,
        bool(service.plan.events),
        tuple(Reaction(name, each.name, each.topic) for each in policies),
        frozenset((each.name, each.source, each not in service.own) for each in service.followers),
    )
