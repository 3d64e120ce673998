"""The demo country: a State that does not exist, its people, and what happened to its record.

The data stand in TOML files beside this module: ``country.toml`` (institutions and people),
``recommendations/`` (one file for each document) and ``history/`` (what was done, in order).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, get_args

Texts = Mapping[str, str]
"""The same words by language (``ar``, ``en``)."""

ActName = Literal[
    "receive",
    "translate",
    "classify",
    "summarise",
    "correct",
    "confirm-provisional",
    "record-position",
    "link",
    "publish",
    "withdraw",
    "assign",
    "set-deadline",
    "record-status",
    "close",
]

FOLDER: Final = Path(__file__).parent
SAMPLE_IMPORT: Final = FOLDER / "files" / "further-recommendations.csv"
"""A file in the columns of our own template, with recommendations that the country has not yet."""


class CountryMistake(ValueError):  # noqa: N818  a mistake in the data, told with its place
    """The demo's data contradict themselves; the message names file and place."""


@dataclass(frozen=True, slots=True)
class Institution:
    """A body that takes part, as full member or observer (R7.1)."""

    code: str
    kind: str
    membership: Literal["full", "observer"]
    name: Texts


@dataclass(frozen=True, slots=True)
class Person:
    """A person with a login, one role, and a post in an institution."""

    login: str
    role: str
    institution: str
    name: Texts
    post: Texts


@dataclass(frozen=True, slots=True)
class Document:
    """The document in which a mechanism recommends; ``code`` is its file's name."""

    code: str
    mechanism: str
    symbol: str
    document_date: date
    cycle: int | None = None
    session: str | None = None
    position_symbol: str | None = None


@dataclass(frozen=True, slots=True)
class DemoRecommendation:
    """One recommendation as it stands after all corrections; ``original`` is the text's language.

    ``themes`` and ``groups`` are codes of the profile, the first theme is the main one; ``states``
    are ISO 3166-1 alpha-3 codes.
    """

    key: str
    document: Document
    paragraph: str
    text: Texts
    themes: tuple[str, ...]
    groups: tuple[str, ...]
    sdgs: tuple[str, ...]
    states: tuple[str, ...] = ()
    original: str = "en"
    summary: Texts = field(default_factory=dict)
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to one recommendation, or to its case, on a day by a person.

    ``fields`` are the command's own, complete: texts, codes and dates are filled in. The field
    ``other`` of a link is the key of a recommendation.
    """

    name: ActName
    happened: date
    actor: str
    recommendation: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Country:
    """The whole demo: who is there, what was recommended, and what was done, in order of days."""

    code: str
    emblem: str
    languages: tuple[str, ...]
    first_day: date
    name: Texts
    official_name: Texts
    mechanism_name: Texts
    institutions: tuple[Institution, ...]
    people: tuple[Person, ...]
    recommendations: tuple[DemoRecommendation, ...]
    duplicates: tuple[DemoRecommendation, ...]
    acts: tuple[Act, ...]

    def institution(self, code: str) -> Institution:
        """Give the institution of a code; raises ``KeyError`` if there is none."""
        return {each.code: each for each in self.institutions}[code]

    def person(self, login: str) -> Person:
        """Give the person of a login; raises ``KeyError`` if there is none."""
        return {each.login: each for each in self.people}[login]

    def recommendation(self, key: str) -> DemoRecommendation:
        """Give the recommendation of a key, duplicates too; ``KeyError`` if there is none."""
        return {each.key: each for each in (*self.recommendations, *self.duplicates)}[key]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Country:
        """Read the demo of a folder.

        Raises:
            CountryMistake: something refers to what is not there, or acts are out of order.
        """
        table = _table(folder / "country.toml")
        read = [rec for file in _files(folder / "recommendations") for rec in _document(file)]
        people = tuple(Person(**entry) for entry in table.pop("person"))
        institutions = tuple(Institution(**entry) for entry in table.pop("institution"))
        languages = tuple(table.pop("languages"))
        history = _History(read, languages)
        acts = tuple(act for file in _files(folder / "history") for act in history.of(file))
        country = cls(
            **table,
            languages=languages,
            institutions=institutions,
            people=people,
            recommendations=tuple(rec for rec in read if rec.duplicate_of is None),
            duplicates=tuple(rec for rec in read if rec.duplicate_of is not None),
            acts=acts,
        )
        _check(country)
        return country


class _History:
    """Reads acts: each entry of a file stands for one act on each recommendation that it names."""

    def __init__(
        self, recommendations: list[DemoRecommendation], languages: tuple[str, ...]
    ) -> None:
        """Begin with nothing done and nobody responsible."""
        self._recommendations = {each.key: each for each in recommendations}
        self._languages = languages
        self._assigned: dict[str, dict[str, Any]] = {}
        self._last = date.min
        self._fields: dict[str, Callable[[DemoRecommendation, dict[str, Any]], dict[str, Any]]] = {
            "receive": _received,
            "translate": self._translated,
            "classify": _classified,
            "confirm-provisional": _confirmed,
            "record-position": _answered,
            "set-deadline": self._deadline_set,
        }

    def of(self, file: Path) -> Iterator[Act]:
        """Give the acts of a file, in order."""
        for ordinal, entry in enumerate(_table(file)["act"], 1):
            place = f"{file.name}: act {ordinal} ({entry.get('name')})"
            try:
                yield from self._acts(entry)
            except (KeyError, TypeError, ValueError) as error:
                msg = f"{place}: {error}"
                raise CountryMistake(msg) from error

    def _acts(self, entry: dict[str, Any]) -> Iterator[Act]:
        name: ActName = entry.pop("name")
        happened: date = entry.pop("happened")
        actor: str = entry.pop("actor")
        reason: dict[str, str] = entry.pop("reason", {})
        if name not in get_args(ActName):
            msg = f"there is no act of this name: {name}"
            raise ValueError(msg)
        if happened < self._last:
            msg = f"{happened} is earlier than the act before it, {self._last}"
            raise ValueError(msg)
        self._last = happened
        named = self._named(entry)
        entry = {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
        for rec in named:
            for fields in self._fields_of(name, rec, entry):
                yield Act(name, happened, actor, rec.key, fields, reason)

    def _named(self, entry: dict[str, Any]) -> list[DemoRecommendation]:
        """Give the recommendations of ``recommendations``, or of ``document`` less ``except``."""
        keys: list[str] = entry.pop("recommendations", [])
        document, without = entry.pop("document", None), entry.pop("except", [])
        all_of_it = [
            rec
            for rec in self._recommendations.values()
            if rec.document.code == document and rec.key not in without
        ]
        if not keys and not all_of_it:
            msg = f"no recommendation is named (document {document})"
            raise ValueError(msg)
        return [*all_of_it, *(self._recommendations[key] for key in keys)]

    def _fields_of(
        self, name: ActName, rec: DemoRecommendation, entry: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        if name == "summarise":
            yield from ({"language": tag, "summary": rec.summary[tag]} for tag in self._languages)
            return
        if name == "assign":
            self._assigned[rec.key] = entry
        fill = self._fields.get(name)
        yield fill(rec, entry) if fill else dict(entry)

    def _translated(self, rec: DemoRecommendation, entry: dict[str, Any]) -> dict[str, Any]:
        language = next(tag for tag in self._languages if tag != rec.original)
        return {"language": language, "text": rec.text[language], **entry}

    def _deadline_set(self, rec: DemoRecommendation, entry: dict[str, Any]) -> dict[str, Any]:
        self._assigned[rec.key] = {**self._assigned[rec.key], **entry}
        return dict(self._assigned[rec.key])


def _received(rec: DemoRecommendation, entry: dict[str, Any]) -> dict[str, Any]:
    """Give the record as it was first entered, with the slips that were corrected later."""
    document = rec.document
    return {
        "mechanism": document.mechanism,
        "kind": "recommendation",
        "official": entry["official"],
        "language": rec.original,
        "text": rec.text[rec.original],
        "paragraph": rec.paragraph,
        "symbol": document.symbol,
        "cycle": document.cycle,
        "session": document.session,
        "document_date": document.document_date,
        "recommending_states": rec.states,
        **entry.get("as_received", {}),
    }


def _classified(rec: DemoRecommendation, _entry: dict[str, Any]) -> dict[str, Any]:
    words = {"themes": rec.themes, "groups": rec.groups, "sdgs": rec.sdgs}
    return {"main_theme": rec.themes[0], **words}


def _confirmed(rec: DemoRecommendation, _entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": rec.text[rec.original],
        "symbol": rec.document.symbol,
        "paragraph": rec.paragraph,
        "document_date": rec.document.document_date,
    }


def _answered(_rec: DemoRecommendation, entry: dict[str, Any]) -> dict[str, Any]:
    return {"nuance": None, **entry}


def _document(file: Path) -> Iterator[DemoRecommendation]:
    """Read one document and its recommendations."""
    table = _table(file)
    document = Document(code=file.stem, **table["document"])
    for entry in table["recommendation"]:
        lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
        yield DemoRecommendation(document=document, **{**entry, **lists})


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        msg = f"{file.name}: {error}"
        raise CountryMistake(msg) from error


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _check(country: Country) -> None:
    """Hold every reference against what it refers to, and tell all that lead nowhere."""
    institutions = {each.code for each in country.institutions}
    posts = ((each.login, each.institution) for each in country.people)
    logins = {each.login for each in country.people}
    keys = {each.key for each in (*country.recommendations, *country.duplicates)}
    found = [
        *_strays("person", posts, institutions),
        *_strays("actor", ((each.recommendation, each.actor) for each in country.acts), logins),
        *_strays("institution", _institutions_of(country.acts), institutions),
        *_strays("link", _links_of(country), keys),
    ]
    if found:
        raise CountryMistake("\n".join(found))


def _strays(kind: str, pairs: Iterator[tuple[str, str]], known: set[str]) -> Iterator[str]:
    return (f"{kind}: {who} refers to {what!r}" for who, what in pairs if what not in known)


def _institutions_of(acts: tuple[Act, ...]) -> Iterator[tuple[str, str]]:
    for act in acts:
        if "lead" in act.fields:
            for code in (act.fields["lead"], *act.fields["supporting"]):
                yield act.recommendation, code


def _links_of(country: Country) -> Iterator[tuple[str, str]]:
    for act in country.acts:
        if "other" in act.fields:
            yield act.recommendation, act.fields["other"]
    for rec in country.duplicates:
        yield rec.key, rec.duplicate_of or ""
