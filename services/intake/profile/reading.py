"""Reading the data files of a profile, and telling every mistake in them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from services.intake.profile.words import Labels, Nuance, Word, match_key

AWord = TypeVar("AWord", bound=Word)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a profile: the file, the place (``theme 3 (water), label``), and why."""

    file: str
    place: str
    says: str

    def __str__(self) -> str:
        """Give the mistake as one line for people."""
        return ": ".join(part for part in (self.file, self.place, self.says) if part)


class ProfileMistakes(ValueError):  # noqa: N818  it carries all mistakes, not one error
    """A profile cannot be loaded; ``mistakes`` names each one that was found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        """Carry the mistakes; the message has one line for each."""
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, mistakes)))


@dataclass(slots=True)
class ProfileFolder:
    """The files of one profile while they are read; mistakes are gathered, not raised."""

    path: Path
    languages: tuple[str, ...] = ()
    mistakes: list[Mistake] = field(default_factory=list)

    def table(self, file: str) -> dict[str, Any]:
        """Read one TOML file; a missing or broken one is a mistake and reads as empty."""
        try:
            return tomllib.loads((self.path / file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.wrong(file, "", "the file is missing")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            self.wrong(file, "", f"the file cannot be read as TOML: {error}")
        return {}

    def words(self, file: str, table: dict[str, Any], kind: str, model: type[AWord]) -> list[AWord]:
        """Read all ``[[kind]]`` entries of a table; those with mistakes are left out."""
        entries = table.get(kind, [])
        if not isinstance(entries, list) or (table and not entries):
            self.wrong(file, kind, f"at least one [[{kind}]] is expected")
            return []
        read = [self._word(file, kind, i, entry, model) for i, entry in enumerate(entries, 1)]
        words = [word for word in read if word is not None]
        self._check_codes(file, kind, words)
        return words

    def wrong(self, file: str, place: str, says: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(file, place, says))

    def check_labels(self, file: str, place: str, labels: Labels) -> None:
        """Note each language of the profile in which a label is missing or empty."""
        for language in self.languages:
            if not labels.get(language, "").strip():
                self.wrong(file, place, f"no words in language {language!r}")

    def check_matches(self, file: str, words: Iterable[Word], prefix: str) -> None:
        """Note each source label that would lead to two words."""
        for key, first, other in clashes(words, prefix):
            self.wrong(file, other, f"source label {key!r} leads to {first!r} already")

    def check_nuances(self, file: str, nuances: Iterable[Nuance], positions: set[str]) -> None:
        """Note each nuance that counts under an answer that the file does not define."""
        for nuance in nuances:
            for position in (nuance.position, *nuance.may_also_be):
                if position not in positions:
                    self.wrong(file, nuance.code, f"position {position!r} is not defined")

    def check_pattern(self, file: str, table: dict[str, Any], name: str) -> str:
        """Give a regular expression of a table; a missing or broken one is a mistake."""
        pattern = table.get(name)
        if not isinstance(pattern, str):
            self.wrong(file, name, "a regular expression is expected")
            return "(?!)"
        try:
            re.compile(pattern)
        except re.error as error:
            self.wrong(file, name, f"not a regular expression: {error}")
            return "(?!)"
        return pattern

    def _word(
        self, file: str, kind: str, ordinal: int, entry: object, model: type[AWord]
    ) -> AWord | None:
        code = entry.get("code", "?") if isinstance(entry, dict) else "?"
        place = f"{kind} {ordinal} ({code})"
        try:
            word = model.model_validate(entry)
        except ValidationError as error:
            for found in error.errors():
                where = ".".join(map(str, found["loc"]))
                self.wrong(file, f"{place}, {where}" if where else place, found["msg"])
            return None
        for name, labels in _labels_of(word):
            self.check_labels(file, f"{place}, {name}", labels)
        return word

    def _check_codes(self, file: str, kind: str, words: Iterable[Word]) -> None:
        seen: set[str] = set()
        for word in words:
            if word.code in seen:
                self.wrong(file, f"{kind} ({word.code})", "the code stands twice")
            seen.add(word.code)


def match_keys(word: Word, prefix: str) -> Iterator[str]:
    """Give the keys by which a word is found: its code and source labels, less the prefix too."""
    yield match_key(word.code)
    for label in word.source_labels:
        yield match_key(label)
        yield match_key(re.sub(prefix, "", label))


def clashes(words: Iterable[Word], prefix: str) -> Iterator[tuple[str, str, str]]:
    """Give (key, first code, other code) for each key that leads to two words."""
    owner: dict[str, str] = {}
    for word in words:
        for key in match_keys(word, prefix):
            first = owner.setdefault(key, word.code)
            if first != word.code:
                yield key, first, word.code


def _labels_of(word: Word) -> Iterator[tuple[str, Labels]]:
    for name in type(word).model_fields:
        value = getattr(word, name)
        if isinstance(value, dict):
            yield name, value
