"""Words of the gallery's scenes: each given in English and Arabic, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.portal.views.page_parts import Tag, TagKind, Text
from tests.web.kit.pseudo import ACCENTED_TAG, accented

if TYPE_CHECKING:
    from libs.chassis.language import Language

STATUSES: dict[str, tuple[TagKind, str, str]] = {
    "done": ("done", "Implemented", "نُفّذت"),
    "part": ("part", "Partly implemented", "نُفّذت جزئيًا"),
    "going": ("going", "In progress", "قيد التنفيذ"),
    "waiting": ("waiting", "Not started", "لم يبدأ التنفيذ"),
    "late": ("late", "Late", "متأخرة"),
    "noted": ("noted", "Noted", "أُحيط بها علمًا"),
    "none": ("none", "No information", "لا معلومات"),
    "supported": ("done", "Supported", "مقبولة"),
    "official": ("seal", "Official", "رسمية"),
    "provisional": ("waiting", "Provisional", "مؤقتة"),
}


class Words:
    """Chooses between English and Arabic as the language of the page reads."""

    def __init__(self, language: Language) -> None:
        """Speak ``language``; a right-to-left one shows Arabic only if it is Arabic."""
        self.language = language
        self.arabic = language.tag.startswith("ar")
        self._english = accented if language.tag == ACCENTED_TAG else str

    def __call__(self, english: str, arabic: str) -> str:
        """Return the words of the page's language."""
        return arabic if self.arabic else self._english(english)

    @property
    def base(self) -> str:
        """The beginning of the page's addresses."""
        return f"/{self.language.tag}"

    def tag(self, name: str) -> Tag:
        """Return a status in words."""
        kind, english, arabic = STATUSES[name]
        return Tag(kind, self(english, arabic))

    def text(self, english: str, arabic: str, origin: str = "") -> Text:
        """Return a text in the page's language, which says which language it is."""
        if self.arabic:
            return Text(arabic, "ar", "rtl", origin, "العربية")
        return Text(self._english(english), "en", "ltr", origin, "English")

    def foreign(self, text: str, lang: str, name: str, origin: str = "") -> Text:
        """Return a text in a language of its own."""
        return Text(text, lang, "rtl" if lang == "ar" else "ltr", origin, name)
