"""Templates into pages: one environment per language, words from the catalogues alone."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.portal.api.assets import Assets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from libs.chassis.language import Language, Languages
    from services.portal.views.page_models import PageFrame

TEMPLATES: Final = Path(__file__).parent.parent / "templates"
_SLOT: Final = re.compile("\ue000([0-9]+)\ue001")
_NO_SLOT: Final = str.maketrans(dict.fromkeys("\ue000\ue001", "\ufffd"))
"""Signs of private use, which mark our slots, mean nothing in a text that somebody typed."""


class Renderer:
    """Renders templates; safe to share between threads once made."""

    def __init__(self, languages: Languages, assets: Assets | None = None) -> None:
        """Prepare an environment for every language."""
        self.assets: Assets = assets or Assets()
        # A process that starts anew may bring other templates, words or rules.
        self.build: str = secrets.token_hex(8)
        self._environments = {each.tag: self._environment(each) for each in languages}

    def page(self, template: str, language: Language, frame: PageFrame, **context: object) -> str:
        """Return a page as HTML; ``context`` holds the page's model as ``page``.

        Raises:
            jinja2.UndefinedError: the template asks for what the context does not hold.
        """
        made = self._environments[language.tag].get_template(template)
        return made.render(frame=frame, **context)

    def _environment(self, language: Language) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals.update(_words(language), static_url=self.assets.url)
        return environment


def _words(language: Language) -> dict[str, Any]:
    return {
        "t": language.message,
        "rich": lambda name, /, **facts: rich(language, name, **facts),
        "joined": lambda items: joined(language, items),
        "has": language.has,
        "date": language.date,
        "time": language.time,
        "number": language.number,
        "lang": language.tag,
        "dir": language.direction,
        "paragraphs": paragraphs,
    }


def rich(language: Language, name: str, /, **facts: object) -> Markup:
    """Return a message as HTML; facts that are markup stand in it as such, all else is escaped."""
    slots: list[Markup] = []
    given = {fact: _slot(each, slots) for fact, each in facts.items()}
    return _filled(language.message(name, **given), slots)


def joined(language: Language, items: Iterable[Markup]) -> Markup:
    """Return pieces of HTML as a sentence joins them: A, B and C."""
    slots: list[Markup] = []
    return _filled(language.list([str(_slot(each, slots)) for each in items]), slots)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a catalogue's text, which blank lines divide."""
    return [each.strip() for each in text.split("\n\n") if each.strip()]


def _slot(fact: object, slots: list[Markup]) -> object:
    if not isinstance(fact, Markup):
        return fact.translate(_NO_SLOT) if isinstance(fact, str) else fact
    slots.append(fact)
    return f"\ue000{len(slots) - 1}\ue001"


def _filled(sentence: str, slots: list[Markup]) -> Markup:
    return Markup(_SLOT.sub(lambda found: slots[int(found[1])], str(escape(sentence))))  # noqa: S704
