"""The reader's language: packs of Fluent sentences, chosen per reader, formats by the CLDR."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle, FluentResource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FALLBACK = "en"


class MessageMissing(LookupError):
    """No language pack has this sentence: a defect of ours."""


class PackMistake(ValueError):
    """A language pack cannot be used; the message names the file and what to mend."""


@dataclass(frozen=True)
class Language:
    """One language: its sentences, direction and formats."""

    tag: str
    name: str
    direction: str
    locale: str
    sources: tuple[str, ...]
    fallback: Language | None = None
    digits: str = "latn"
    order: int = 100

    @cached_property
    def _bundle(self) -> FluentBundle:
        bundle = FluentBundle([self.locale], use_isolating=True)
        for source in self.sources:
            bundle.add_resource(FluentResource(source), allow_overrides=True)
        return bundle

    @cached_property
    def _cldr(self) -> Locale:
        return Locale.parse(self.locale, sep="-")

    @property
    def ids(self) -> set[str]:
        """The ids of the sentences that this pack has itself."""
        return set(self._bundle._messages)  # noqa: SLF001  the library offers no listing

    def message(self, identity: str, **facts: object) -> str:
        """Return a sentence with these facts, from this language or the one it falls back to.

        Raises:
            MessageMissing: no pack has it.
        """
        if self._bundle.has_message(identity):
            pattern = self._bundle.get_message(identity).value
            if pattern is not None:
                text, _ = self._bundle.format_pattern(pattern, facts)
                return str(text)
        if self.fallback is None:
            raise MessageMissing(identity)
        return self.fallback.message(identity, **facts)

    def has(self, identity: str) -> bool:
        """Whether the sentence stands in this language or the one it falls back to."""
        return self._bundle.has_message(identity) or (
            self.fallback is not None and self.fallback.has(identity)
        )

    def date(self, day: date | datetime | str | None, style: str = "long") -> str:
        """Return a day as it is written in this language; empty for none."""
        if not day:
            return ""
        if isinstance(day, str):
            day = datetime.fromisoformat(day)
        return format_date(day, style, locale=self._cldr)

    def time(self, moment: datetime) -> str:
        """Return a moment with its time, in UTC."""
        return format_datetime(moment, "medium", locale=self._cldr)

    def number(self, value: float) -> str:
        """Return a number with this language's separators."""
        return format_decimal(value, locale=self._cldr, numbering_system=self.digits)

    def list(self, items: Sequence[str]) -> str:
        """Return items as an "and" list."""
        return format_list(list(items), locale=self._cldr) if items else ""


@dataclass(frozen=True)
class Languages:
    """Every language of this installation, the first being the house's own."""

    packs: dict[str, Language] = field(default_factory=dict)

    @classmethod
    def load(cls, extra: Iterable[Path] = ()) -> Languages:
        """Read the packs that ship, and those in further folders (one folder a pack, or a folder of packs).

        Raises:
            PackMistake: a pack lacks its ``pack.toml`` or says something that cannot be used.
        """
        shipped = Path(str(files("libs.chassis.language").joinpath("packs")))
        folders = [each for each in sorted(shipped.iterdir()) if each.is_dir()]
        for folder in extra:
            folders += [folder] if (folder / "pack.toml").exists() else _packs_in(folder)
        heads = {tag: (folder, head) for folder in folders for tag, head in [_head(folder)]}
        packs: dict[str, Language] = {}
        for tag in sorted(heads, key=lambda each: each != FALLBACK):
            folder, head = heads[tag]
            packs[tag] = _language(folder, head, packs.get(str(head.get("fallback", FALLBACK))))
        return cls(dict(sorted(packs.items(), key=lambda each: (each[1].order, each[0]))))

    @property
    def tags(self) -> list[str]:
        """The languages, in the order in which people are offered them."""
        return list(self.packs)

    def get(self, tag: str) -> Language | None:
        """Return a language by its tag."""
        return self.packs.get(tag)

    @property
    def first(self) -> Language:
        """The house's own language."""
        return next(iter(self.packs.values()))

    def negotiate(self, accept_language: str) -> Language:
        """Return the language that a reader prefers (RFC 9110 §12.5.4), else the house's own."""
        wishes: list[tuple[float, str]] = []
        for wish in accept_language.split(","):
            tag, _, weight = wish.strip().partition(";q=")
            try:
                wishes.append((-float(weight or 1), tag.strip().lower()))
            except ValueError:
                continue
        known = {tag.lower(): language for tag, language in self.packs.items()}
        for _, tag in sorted(wishes, key=lambda each: each[0]):
            found = known.get(tag) or known.get(tag.split("-")[0])
            if found is not None:
                return found
        return self.packs.get(FALLBACK, self.first) if accept_language else self.first


def _packs_in(folder: Path) -> list[Path]:
    return [each for each in sorted(folder.iterdir()) if (each / "pack.toml").exists()]


def _head(folder: Path) -> tuple[str, dict[str, object]]:
    file = folder / "pack.toml"
    try:
        head = tomllib.loads(file.read_text(encoding="utf-8"))
        return str(head["tag"]), head
    except (OSError, tomllib.TOMLDecodeError, KeyError) as reason:
        msg = f"{file}: a language pack says its tag, name, direction and locale there ({reason})"
        raise PackMistake(msg) from reason


def _language(folder: Path, head: dict[str, object], fallback: Language | None) -> Language:
    direction = str(head.get("direction", "ltr"))
    if direction not in {"ltr", "rtl"}:
        msg = f"{folder / 'pack.toml'}: direction is ltr or rtl, not {direction}"
        raise PackMistake(msg)
    tag = str(head["tag"])
    return Language(
        tag=tag,
        name=str(head.get("name", tag)),
        direction=direction,
        locale=str(head.get("locale", tag)),
        sources=tuple(each.read_text(encoding="utf-8") for each in sorted(folder.glob("*.ftl"))),
        fallback=fallback if tag != FALLBACK else None,
        digits=str(head.get("digits", "latn")),
        order=int(str(head.get("order", 100))),
    )
