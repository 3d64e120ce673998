"""One language: its words, and how it writes dates, numbers and lists."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from fluent.runtime import FluentBundle
from fluent.syntax import ast

from libs.chassis.language.numerals import Numerals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from libs.chassis.language.pack import Direction, Pack

    Length = Literal["full", "long", "medium", "short"]

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"
MOST_OF_A_FACT: Final = 2000
"""Characters of a fact that a sentence shows: for what is much longer, Fluent shows none of it."""
logger = logging.getLogger(__name__)


class MessageMissing(LookupError):  # noqa: N818  said of words, not of a failure
    """No pack of the fallback chain has the message, or a fact that it mentions was not given."""


class Language:
    """A language of the platform; never changes once loaded, so threads may share it."""

    def __init__(self, pack: Pack, *, fallback: Language | None = None, strict: bool) -> None:
        """Prepare a pack's words; ``strict`` raises where a word or a fact is missing."""
        self.tag: str = pack.tag
        self.name: str = pack.name
        self.direction: Direction = pack.direction
        self.order: int = pack.order
        self._locale = pack.locale
        self._numerals = Numerals(pack.digits)
        self._bundle = FluentBundle([str(pack.locale).replace("_", "-")], use_isolating=True)
        self._fallback = fallback
        self._strict = strict
        self.add(pack)

    def add(self, pack: Pack) -> None:
        """Take further words of the same language; one that stands already is replaced."""
        self._bundle.add_resource(ast.Resource(list(pack.entries)), allow_overrides=True)

    def message(self, name: str, /, **facts: object) -> str:
        """Return a sentence; each fact stands in bidi isolates, shortened where it is very long.

        Whole numbers choose plural forms, dates and lists are written as the language does.

        Raises:
            MessageMissing: only where strict; otherwise the id itself is shown, and logged.
        """
        if not self._bundle.has_message(name):
            return self._message_elsewhere(name, facts)
        value = self._bundle.get_message(name).value
        if value is None:
            return self._told(name, "has no text of its own")
        given = {fact: self._fact(each) for fact, each in facts.items()}
        text, errors = self._bundle.format_pattern(value, given)
        if errors:
            self._told(name, "; ".join(str(each) for each in errors))
        return self._numerals.write_facts(str(text))

    def has(self, name: str) -> bool:
        """Tell whether this language or its fallback has a message."""
        if self._bundle.has_message(name):
            return True
        return self._fallback is not None and self._fallback.has(name)

    def date(self, day: date | str | None, length: Length = "long") -> str:
        """Write a day, given as such or as ISO 8601 text: 23 November 2026; nothing for none."""
        if not day:
            return ""
        chosen = datetime.fromisoformat(day) if isinstance(day, str) else day
        return self._numerals.write(format_date(chosen, format=length, locale=self._locale))

    def time(self, at: datetime, length: Length = "long") -> str:
        """Write a day and time of day, in the zone that ``at`` carries."""
        if length != "long":
            return self._numerals.write(format_datetime(at, length, locale=self._locale))
        day = format_date(at, "long", locale=self._locale)
        hour = format_skeleton("Hm", at, locale=self._locale)
        joined = str(self._locale.datetime_formats["medium"])
        return self._numerals.write(joined.replace("{1}", day).replace("{0}", hour))

    def relative(self, then: datetime, now: datetime) -> str:
        """Write how long before or after ``now`` something stands: three days ago."""
        written = format_timedelta(then - now, add_direction=True, locale=self._locale)
        return self._numerals.write(written)

    def number(self, number: float) -> str:
        """Write a number with the separators of the language: 22,716."""
        return self._numerals.write(format_decimal(number, locale=self._locale))

    def percent(self, share: float) -> str:
        """Write a share of one: 0.57 as 57%."""
        return self._numerals.write(format_percent(share, locale=self._locale))

    def list(self, items: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
        """Write items as a sentence does: A, B and C; each in bidi isolates."""
        isolated = [f"{FIRST_STRONG_ISOLATE}{each}{POP_ISOLATE}" for each in items]
        return format_list(isolated, style=style, locale=self._locale)

    def _fact(self, fact: object) -> object:
        if isinstance(fact, bool):
            return str(fact).lower()
        if isinstance(fact, int):
            return fact
        if isinstance(fact, datetime):
            return self.time(fact)
        if isinstance(fact, date):
            return self.date(fact)
        if isinstance(fact, (list, tuple)):
            return _shortened(self.list(str(each) for each in fact))
        return _shortened(str(fact))

    def _message_elsewhere(self, name: str, facts: dict[str, object]) -> str:
        if self._fallback is not None:
            return self._fallback.message(name, **facts)
        return self._told(name, "stands in no language pack")

    def _told(self, name: str, what: str) -> str:
        if self._strict:
            msg = f"{self.tag}: {name} {what}"
            raise MessageMissing(msg)
        logger.error("language %s: %s %s", self.tag, name, what)
        return name


def _shortened(text: str) -> str:
    """Return a text that a sentence can show; isolates that the cut leaves open are closed."""
    if len(text) <= MOST_OF_A_FACT:
        return text
    kept = text[: MOST_OF_A_FACT - 1]
    left_open = kept.count(FIRST_STRONG_ISOLATE) - kept.count(POP_ISOLATE)
    return f"{kept}…{POP_ISOLATE * max(0, left_open)}"
