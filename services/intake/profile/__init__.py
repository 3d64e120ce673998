"""The profile: the words in which a country's mechanism speaks, as versioned data files (R1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from libs.kernel.words import Position
from services.intake.profile.countries import iso3
from services.intake.profile.reading import Mistake, ProfileFolder, ProfileMistakes, match_keys
from services.intake.profile.states import alpha2_by_alpha3, may_be_own, state_named, state_names
from services.intake.profile.words import (
    Goal,
    Group,
    Labels,
    Mechanism,
    MechanismKind,
    Nuance,
    PositionWord,
    Scheme,
    StateName,
    Theme,
    Word,
    by_name,
    in_language,
    match_key,
)

__all__ = [
    "STANDARD",
    "Answer",
    "Goal",
    "Group",
    "Labels",
    "Mechanism",
    "MechanismKind",
    "Mistake",
    "Nuance",
    "PositionWord",
    "Profile",
    "ProfileMistakes",
    "ProfileTerm",
    "Scheme",
    "Theme",
    "Word",
]

STANDARD: Final = Path(__file__).parent / "standard"
"""The folder of the profile that comes with the platform."""

AWord = TypeVar("AWord", bound=Word)


@dataclass(frozen=True, slots=True)
class Answer:
    """A State's answer as it counts, with its own nuance where its words carry one."""

    position: Position
    nuance: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileTerm:
    """One word of the profile in the form in which intake tells vocabulary terms."""

    scheme: Scheme
    code: str
    labels: Labels
    facts: dict[str, str]


@dataclass(frozen=True)
class Profile:
    """All words of one country's mechanism, of one version, valid from a day on.

    Look-ups by code or source label answer None where the profile has no such word: records keep
    words of older versions and of sources that nobody mapped yet.
    """

    code: str
    version: str
    valid_from: date
    languages: tuple[str, ...]
    name: Labels
    label_prefix: str
    mechanisms: tuple[Mechanism, ...]
    positions: tuple[PositionWord, ...]
    nuances: tuple[Nuance, ...]
    themes: tuple[Theme, ...]
    groups: tuple[Group, ...]
    goals: tuple[Goal, ...]
    sdg_code_pattern: str
    sdg_source_pattern: str
    own_state_names: dict[str, Labels] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path = STANDARD) -> Profile:
        """Read the profile of a folder.

        Raises:
            ProfileMistakes: files are missing or wrong; every mistake is named with its place.
        """
        folder = ProfileFolder(Path(path))
        fields = _read(folder)
        if folder.mistakes:
            raise ProfileMistakes(folder.mistakes)
        return cls(**fields)

    def naming(self, state: str, names: Labels) -> Profile:
        """Give the same profile that also knows the names of one more State (alpha-3 code)."""
        return replace(self, own_state_names={**self.own_state_names, state: names})

    def mechanism(self, code: str) -> Mechanism | None:
        """Give the mechanism of a code (``CEDAW``), or of a name under which sources know it."""
        return self._mechanisms.get(match_key(code))

    def mechanisms_of(self, kind: MechanismKind) -> tuple[Mechanism, ...]:
        """Give all mechanisms of a kind, in the profile's order."""
        return tuple(m for m in self.mechanisms if m.kind == kind)

    def theme(self, code: str) -> Theme | None:
        """Give the theme of a code."""
        return _of_code(self.themes, code)

    def theme_for(self, source_label: str) -> str | None:
        """Give the code of the theme to which a source's label leads."""
        return _code(self._themes.get(match_key(source_label)))

    def group(self, code: str) -> Group | None:
        """Give the group of persons of a code."""
        return _of_code(self.groups, code)

    def group_for(self, source_label: str) -> str | None:
        """Give the code of the group of persons to which a source's label leads."""
        return _code(self._groups.get(match_key(source_label)))

    def answer_for(self, source_label: str) -> Answer | None:
        """Give the answer (and nuance) that a source's or a State's words mean."""
        word = self._answers.get(match_key(source_label))
        if isinstance(word, Nuance):
            return Answer(word.position, word.code)
        return Answer(word.code) if isinstance(word, PositionWord) else None

    def goal(self, code: str) -> Goal | None:
        """Give the goal of a goal's or target's code (``16`` or ``16.2``) that exists."""
        match = re.match(self.sdg_code_pattern, code)
        goal = _of_code(self.goals, match["goal"]) if match else None
        if goal is None or match is None:
            return None
        return goal if match["target"] is None or goal.has_target(match["target"]) else None

    def state_for(self, written: str) -> str | None:
        """Give the alpha-3 code of a State that is written as such, or by a name of it.

        Names are the profile's own, those that documents use (``UK``, ``Ivory Coast``), and those
        of the CLDR in the languages of the United Nations.
        """
        if written in self._states:
            return written
        own = self._own_states_by_name.get(match_key(written))
        return own or iso3(written) or state_named(written)

    def is_under_review(self, code: str) -> bool:
        """Say whether recommendations can be made to the State of this alpha-3 code."""
        return code in self._states or may_be_own(code)

    def sdg_for(self, source_label: str) -> str | None:
        """Give the code that heads a source's label: ``- 16.2 - …`` → ``16.2``; it must exist."""
        match = re.match(self.sdg_source_pattern, source_label)
        code = match["code"].lower() if match else ""
        return code if self.goal(code) else None

    def sdg_named(self, written: str) -> str | None:
        """Give the code of a goal that is written by its name: ``Quality education`` → ``4``."""
        return self._goals_by_name.get(match_key(written))

    def label(self, scheme: Scheme, code: str, language: str) -> str:
        """Give what people read for a code: its label in the nearest language, or the code."""
        if scheme == "state":
            return self.state_name(code, language)
        if scheme == "sdg":
            return self._sdg_label(code, language)
        word = self._by_scheme[scheme].get(code)
        return word.text(language) if word else code

    def state_name(self, iso3: str, language: str) -> str:
        """Give a State's name by its alpha-3 code, as the United Nations write it, or the code."""
        own = in_language(self.own_state_names.get(iso3, {}), language)
        return own or state_names(language).get(iso3, iso3)

    def state_names(self, language: str) -> dict[str, str]:
        """Give the names of all States and territories by alpha-3 code."""
        codes = state_names(language).keys() | self.own_state_names.keys()
        return {code: self.state_name(code, language) for code in sorted(codes)}

    def terms(self) -> Iterator[ProfileTerm]:
        """Give every word as intake tells vocabulary terms; names of States are not among them."""
        for scheme, words in self._by_scheme.items():
            for word in words.values():
                yield ProfileTerm(scheme, word.code, dict(word.label), word.facts())

    def _sdg_label(self, code: str, language: str) -> str:
        goal = self.goal(code)
        return f"{code} {goal.text(language)}" if goal else code

    @cached_property
    def _by_scheme(self) -> dict[Scheme, dict[str, Word]]:
        schemes: dict[Scheme, tuple[Word, ...]] = {
            "mechanism": self.mechanisms,
            "position": self.positions,
            "nuance": self.nuances,
            "theme": self.themes,
            "group": self.groups,
            "sdg": self.goals,
        }
        return {scheme: {word.code: word for word in words} for scheme, words in schemes.items()}

    @cached_property
    def _mechanisms(self) -> dict[str, Mechanism]:
        return _index(self.mechanisms, self.label_prefix)

    @cached_property
    def _themes(self) -> dict[str, Theme]:
        return _index(self.themes, self.label_prefix)

    @cached_property
    def _groups(self) -> dict[str, Group]:
        return _index(self.groups, self.label_prefix)

    @cached_property
    def _states(self) -> frozenset[str]:
        return frozenset([*alpha2_by_alpha3(), *self.own_state_names])

    @cached_property
    def _own_states_by_name(self) -> dict[str, str]:
        own = self.own_state_names.items()
        return by_name((name, code) for code, names in own for name in names.values())

    @cached_property
    def _goals_by_name(self) -> dict[str, str]:
        return by_name((name, goal.code) for goal in self.goals for name in goal.label.values())

    @cached_property
    def _answers(self) -> dict[str, Word]:
        return _index((*self.positions, *self.nuances), self.label_prefix)


def _read(folder: ProfileFolder) -> dict[str, Any]:
    head = _head(folder)
    mechanisms = _matched(folder, "mechanisms.toml", "mechanism", Mechanism, head["label_prefix"])
    themes = _matched(folder, "themes.toml", "theme", Theme, head["label_prefix"])
    groups = _matched(folder, "groups.toml", "group", Group, head["label_prefix"])
    answers = _answers(folder, head["label_prefix"])
    listed = {"mechanisms": mechanisms, "themes": themes, "groups": groups}
    return {**head, **listed, **answers, **_goals(folder), "own_state_names": _states(folder)}


def _head(folder: ProfileFolder) -> dict[str, Any]:
    file = "profile.toml"
    table = folder.table(file)
    expected: dict[str, type] = {"code": str, "version": str, "valid_from": date, "languages": list}
    for name, kind in expected.items():
        if table and not isinstance(table.get(name), kind):
            folder.wrong(file, name, f"a {kind.__name__} is expected")
    languages = table.get("languages")
    folder.languages = tuple(map(str, languages)) if isinstance(languages, list) else ()
    labels: Labels = table.get("name") or {}
    folder.check_labels(file, "name", labels)
    prefix = folder.check_pattern(file, table, "label_prefix") if table else "(?!)"
    said = {key: table.get(key) for key in ("code", "version", "valid_from")}
    return {**said, "languages": folder.languages, "name": labels, "label_prefix": prefix}


def _matched(
    folder: ProfileFolder, file: str, kind: str, model: type[AWord], prefix: str
) -> tuple[AWord, ...]:
    words = folder.words(file, folder.table(file), kind, model)
    folder.check_matches(file, words, prefix)
    return tuple(words)


def _answers(folder: ProfileFolder, prefix: str) -> dict[str, Any]:
    file = "positions.toml"
    table = folder.table(file)
    positions = folder.words(file, table, "position", PositionWord)
    nuances = folder.words(file, table, "nuance", Nuance)
    folder.check_nuances(file, nuances, {str(word.code) for word in positions})
    folder.check_matches(file, [*positions, *nuances], prefix)
    return {"positions": tuple(positions), "nuances": tuple(nuances)}


def _goals(folder: ProfileFolder) -> dict[str, Any]:
    file = "sdgs.toml"
    table = folder.table(file)
    goals = folder.words(file, table, "goal", Goal)
    patterns = {
        f"sdg_{name}": folder.check_pattern(file, table, name) if table else "(?!)"
        for name in ("code_pattern", "source_pattern")
    }
    return {"goals": tuple(goals), **patterns}


def _states(folder: ProfileFolder) -> dict[str, Labels]:
    file = "states.toml"
    states = folder.words(file, folder.table(file), "state", StateName)
    return {state.code: state.label for state in states}


def _index(words: Iterable[AWord], prefix: str) -> dict[str, AWord]:
    return {key: word for word in words for key in match_keys(word, prefix)}


def _of_code(words: Iterable[AWord], code: str) -> AWord | None:
    return next((word for word in words if word.code == code), None)


def _code(word: Word | None) -> str | None:
    return word.code if word else None
