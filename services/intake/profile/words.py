"""The words of a profile: what each kind of word must say in the data files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from libs.kernel.words import Position

MechanismKind = Literal["upr", "treaty-body", "special-procedure", "regional"]
Scheme = Literal["mechanism", "position", "nuance", "theme", "group", "sdg", "state"]
Labels = dict[str, str]


def in_language(labels: Labels, language: str) -> str | None:
    """Give the label in a language (BCP 47), else in its main language, in English, or in any."""
    tries = (language, language.split("-", maxsplit=1)[0].lower(), "en", *labels)
    return next((labels[tag] for tag in tries if tag in labels), None)


def match_key(label: str) -> str:
    """Reduce a source label to what it is matched by: no case, accents, bullet or punctuation."""
    plain = unicodedata.normalize("NFKD", label.replace("&", " and ")).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def by_name(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the code for the key of each name; a name that leads to two codes leads to none."""
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for name, code in named:
        key = match_key(name)
        if found.setdefault(key, code) != code:
            doubtful.add(key)
    return {key: code for key, code in found.items() if key and key not in doubtful}


class Word(BaseModel):
    """A word with a stable code, its labels by language, and the source labels that lead to it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9:.-]+$")
    label: Labels
    source_labels: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        """Give the label in a language, in the nearest one there is, or the code."""
        return in_language(self.label, language) or self.code

    def facts(self) -> dict[str, str]:
        """Give what else the profile says about the word, as plain strings."""
        return {}


class Theme(Word):
    """A subject of recommendations, on the platform's own list."""


class Group(Word):
    """A group of persons whom recommendations concern."""


class PositionWord(Word):
    """One of the answers that the United Nations know (A/HRC/RES/16/21)."""

    code: Position


class Nuance(Word):
    """A State's own wording of an answer, and the answer under which it counts.

    ``position`` holds where the State says nothing more; ``may_also_be`` are the other answers
    that its own document may give with the same wording.
    """

    position: Position
    may_also_be: tuple[Position, ...] = ()

    def facts(self) -> dict[str, str]:
        """Give the answers under which the wording may count."""
        return {"position": self.position, "may-also-be": " ".join(self.may_also_be)}


class Mechanism(Word):
    """A body or procedure that recommends; ``label`` is its full name."""

    kind: MechanismKind
    label: Labels = Field(alias="name")
    short_name: Labels
    instrument: Labels
    has_cycles: bool
    has_sessions: bool
    has_paragraphs: bool

    def short(self, language: str) -> str:
        """Give the short name in a language, or in the nearest one there is."""
        return in_language(self.short_name, language) or self.code

    def facts(self) -> dict[str, str]:
        """Give kind, form of the documents, short names and instruments by language."""
        flags = ("has_cycles", "has_sessions", "has_paragraphs")
        said = {f.replace("_", "-"): str(getattr(self, f)).lower() for f in flags}
        names = {f"short-name-{tag}": words for tag, words in self.short_name.items()}
        source = {f"instrument-{tag}": words for tag, words in self.instrument.items()}
        return {"kind": self.kind, **said, **names, **source}


class Goal(Word):
    """A Sustainable Development Goal; ``numbered`` and ``lettered`` are its targets."""

    numbered: int = Field(ge=1, le=30)
    lettered: str = Field(pattern=r"^[a-d]{0,4}$")

    def has_target(self, target: str) -> bool:
        """Say whether the goal has a target of this number (``2``) or letter (``b``)."""
        if target.isdecimal():
            return 1 <= int(target) <= self.numbered
        return len(target) == 1 and target in self.lettered


class StateName(Word):
    """A State whose name is not taken from the CLDR; ``code`` is ISO 3166-1 alpha-3."""

    code: str = Field(pattern=r"^[A-Z]{3}$")
    label: Labels = Field(alias="name")
