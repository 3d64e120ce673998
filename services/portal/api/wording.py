"""Words of the record in the reader's language: vocabularies, States, institutions, statuses."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from libs.chassis.language.pack import FALLBACK
from services.portal.views.page_parts import Direction, Option, Tag, TagKind, Text
from services.portal.views.records import words
from services.portal.views.states import locale_of, state_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from psycopg_pool import AsyncConnectionPool

    from libs.chassis.language import Language, Languages

Vocabulary = dict[str, dict[str, dict[str, str]]]
FRESH_SECONDS = 1.0
UN_LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
"""The official languages of the United Nations (A/RES/2(I), A/RES/3190(XXVIII))."""
POSITION_TAGS: dict[str, TagKind] = {
    "supported": "done",
    "noted": "noted",
    "pending": "waiting",
    "none": "none",
}
STATUS_TAGS: dict[str, TagKind] = {
    "implemented": "done",
    "partly-implemented": "part",
    "in-progress": "going",
    "not-started": "waiting",
    "no-longer-applicable": "noted",
    "no-information": "none",
}
STATUSES = tuple(STATUS_TAGS)


class Words:
    """The vocabularies as the read model holds them, read again at most once a second."""

    def __init__(self, pool: AsyncConnectionPool[Any], state: str, names: dict[str, str]) -> None:
        """Read through ``pool``; the State whose record this is has these names."""
        self._pool = pool
        self._own = {"state": {state: names} if state and names else {}}
        self._read = 0.0
        self._known: tuple[Vocabulary, str] = ({}, "")

    async def now(self, positions: str) -> tuple[Vocabulary, str]:
        """Return the vocabularies: scheme → code → labels by language; and as of which positions.

        ``positions``: how far the read models are known to be.
        """
        if time.monotonic() - self._read > FRESH_SECONDS:
            self._known = await words(self._pool) | self._own, positions
            self._read = time.monotonic()
        return self._known


@dataclass(frozen=True, slots=True)
class Wording:
    """One reader's words."""

    language: Language
    languages: Languages
    vocabulary: Vocabulary
    read_at: str = ""

    def message(self, identity: str, **facts: object) -> str:
        """Return a sentence of the reader's language pack."""
        return self.language.message(identity, **facts)

    def label(self, scheme: str, code: str) -> str:
        """Return a word of a vocabulary, or its code where it has no label."""
        labels = self.vocabulary.get(scheme, {}).get(code, {})
        tag = self.language.tag
        return labels.get(tag) or labels.get(tag.split("-")[0]) or labels.get(FALLBACK) or code

    def term(self, scheme: str, term: Mapping[str, Any]) -> str:
        """Return a word of a record: its label where it is mapped, else as its source wrote it."""
        code = term.get("code")
        return self.label(scheme, code) if code else str(term["label"])

    def theme(self, term: Mapping[str, Any]) -> str:
        """Return a theme of a record."""
        return self.term("theme", term)

    def group(self, term: Mapping[str, Any]) -> str:
        """Return a group of persons that a record is about."""
        return self.term("group", term)

    def with_names(self, institutions: dict[str, dict[str, str]]) -> Wording:
        """Return the same words with the names that institutions bore at another time."""
        return replace(self, vocabulary={**self.vocabulary, "institution": institutions})

    def said(self, name: str, value: object) -> str:
        """Return what stands in a field of a record, as its page words it."""
        if value is None:
            return ""
        if isinstance(value, (list, tuple)):
            return ", ".join(self.said(name, each) for each in value)
        if isinstance(value, dict):
            return self.term("group" if name == "groups" else "theme", value)
        words: dict[str, Callable[[str], str]] = {
            "position": lambda each: self.position(each).word,
            "recommending_states": self.state,
            "document_date": self.language.date,
            "deadline": self.language.date,
            "lead": self.institution,
            "supporting": self.institution,
        }
        return words.get(name, str)(str(value))

    def word(self, kind: str, code: str) -> str:
        """Return a word of the catalogues, or its code where they have none."""
        identity = f"{kind}-{code}"
        return self.message(identity) if self.language.has(identity) else code

    def text_languages(self) -> tuple[Option, ...]:
        """Return the languages in which a text may be typed: those offered, and the UN's own."""
        tags = dict.fromkeys((*self.languages.tags, *UN_LANGUAGES))
        return tuple(Option(tag, self.language_name(tag)) for tag in tags)

    def mechanism(self, code: str) -> str:
        """Return a mechanism's name."""
        return self.label("mechanism", code)

    def institution(self, code: str | None) -> str:
        """Return an institution's name; empty for none."""
        return self.label("institution", code) if code else ""

    def actor(self, actor: str) -> str:
        """Return who acted, as the public may know it: the institution, never the person."""
        institution = self.vocabulary.get("person", {}).get(actor, {}).get("institution")
        if institution:
            return self.institution(institution)
        return self.message("actor-platform" if actor.startswith("policy:") else "actor-unknown")

    def state(self, iso3: str) -> str:
        """Return a State's name by its ISO 3166-1 alpha-3 code; all else stays as written."""
        own = self.vocabulary.get("state", {}).get(iso3)
        if own:
            return self.label("state", iso3)
        return state_name(self.language.tag, iso3) or iso3

    def position(self, position: str | None) -> Tag:
        """Return the State's answer as a tag."""
        key = position or "none"
        return Tag(POSITION_TAGS.get(key, "none"), self.message(f"position-{key}"))

    def status(self, status: str) -> Tag:
        """Return a follow-up status as a tag."""
        return Tag(STATUS_TAGS.get(status, "none"), self.message(f"status-{status}"))

    def text(self, text: str, tag: str, origin: str = "") -> Text:
        """Return words with the language they are written in."""
        spoken = self.languages.get(tag)
        direction = cast("Direction", spoken.direction if spoken else _direction(tag))
        badge = self.message(f"origin-{origin}") if origin else ""
        return Text(text, tag, direction, badge, spoken.name if spoken else _name_of(tag))

    def language_name(self, tag: str) -> str:
        """Return the name of a language in the reader's."""
        return str(locale_of(tag).get_display_name(locale_of(self.language.tag)) or tag)

    def best_text(self, record: Mapping[str, Any]) -> Text:
        """Return a record's text in the reader's language if it stands, else as it was received."""
        texts = record["texts"]
        tag = self.language.tag if self.language.tag in texts else record["language"]
        return self.text(texts[tag], tag, record["origins"].get(tag, ""))


def _direction(tag: str) -> str:
    return str(locale_of(tag).text_direction)


def _name_of(tag: str) -> str:
    return str(locale_of(tag).get_display_name() or tag)
