"""From the text of a source to plain text, its number and the bracket of recommending States."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final, NamedTuple

from libs.kernel.words import is_blank
from services.intake.adapters.reading.words import KNOWN_WORDS, WORD_ENDINGS
from services.intake.domain.defects import Repair
from services.intake.profile.countries import iso3_of_name, split_names

_HIDDEN: Final = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_BREAK: Final = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_PLAIN_TAG: Final = re.compile(r"</?(?:p|br)\s*/?>", re.IGNORECASE)
_ESCAPED_TAG: Final = re.compile(
    r"</?(?:p|br|div|li|ul|ol|b|i|strong|em|span)\b[^<>]*>", re.IGNORECASE
)
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff\u202d\u202e]"
)
_BLANKS: Final = re.compile(r"[^\S\n]+")
_LINE_EDGES: Final = re.compile(r" ?\n[ \n]*")
_BROKEN_WORD: Final = re.compile(r"\b([A-Za-z]{2,})(?:- |\u00ad\s?)([a-z]{2,})\b")
_NUMBER: Final = re.compile(
    r"(?P<number>\d{1,3}\.\d{1,3})(?![\d.,]*\d)[.):]?(?:\s+|$|(?=[A-Z(\u0600-\u06ff]))"
    r"(?!(?:million|billion|thousand|per cent|percent|%))"
    r"|(?P<paragraph>\d{1,3})\s?\.(?!\d)\s*(?=\S)"
)
_REMEMBERED_LENGTH: Final = 300
_HEADING_LENGTH: Final = 200
_HEADING_LINES: Final = 3
_CLOSING: Final = " \t\n;.,:\u00a0"
_SCRIPTS: Final = (
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)


class Cleaned(NamedTuple):
    """Plain text and the repairs that it took."""

    text: str
    repairs: tuple[str, ...]


def clean(raw: str) -> Cleaned:
    """Give the plain text of a cell or an HTML fragment: one space between words, lines kept."""
    repairs: list[str] = []
    text = _without_markup(raw, repairs) if "<" in raw or "&" in raw else raw
    bare = _CONTROLS.sub("", text)
    if bare != text:
        repairs.append(Repair.CONTROLS_REMOVED)
    lines = _LINE_EDGES.sub("\n", _BLANKS.sub(" ", bare.replace("\r", "\n"))).strip()
    whole = _rejoin(lines)
    if whole != lines:
        repairs.append(Repair.BROKEN_WORDS_REJOINED)
    return Cleaned("" if is_blank(whole) else whole, tuple(repairs))


def _without_markup(raw: str, repairs: list[str]) -> str:
    text = html.unescape(_untagged(raw))
    if _ESCAPED_TAG.search(text):
        text = html.unescape(_untagged(text))
        repairs.append(Repair.MARKUP_REMOVED)
    elif _TAG.search(_PLAIN_TAG.sub("", raw)):
        repairs.append(Repair.MARKUP_REMOVED)
    return text


def _untagged(text: str) -> str:
    if "<" not in text:
        return text
    return _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", text)))


def _rejoin(text: str) -> str:
    """Rejoin words that a line end broke, only where the joined word is certainly meant."""
    if "- " not in text and "\u00ad" not in text:
        return text
    words = frozenset(re.findall(r"[a-z]{8,}", text.casefold()))
    return _BROKEN_WORD.sub(lambda m: _joined(m, words), text).replace("\u00ad", "")


def _joined(match: re.Match[str], words: frozenset[str]) -> str:
    """Join when the tail is no word of its own, or the whole is known or stands elsewhere."""
    head, tail = match.groups()
    whole = head + tail
    certain = (
        tail in WORD_ENDINGS
        or whole.casefold() in KNOWN_WORDS
        or "\u00ad" in match.group()
        or whole.casefold() in words
    )
    return whole if certain else match.group()


def take_number(text: str) -> tuple[str | None, str]:
    """Split off the leading number ("140.7", "61"); a short heading line may stand before it."""
    lines = text.split("\n")
    for at, line in enumerate(lines[:_HEADING_LINES]):
        match = _NUMBER.match(line)
        if match:
            rest = line[match.end() :]
            kept = [*lines[:at], rest, *lines[at + 1 :]]
            return match["number"] or match["paragraph"], "\n".join(x for x in kept if x).strip()
        if len(line) > _HEADING_LENGTH:
            break
    return None, text


def take_states(text: str, *, verbatim: bool) -> tuple[tuple[str, ...], str]:
    """Split off the brackets of recommending States at the end of a text.

    Give ISO alpha-3 codes where recognised, else the name as written. With ``verbatim`` the last
    bracket is also taken when it has no known State but looks like a name, not an acronym.
    """
    found: list[str] = []
    rest = text.rstrip(_CLOSING)
    while rest.endswith(")"):
        start = _opening(rest)
        if start is None:
            break
        names = split_names(rest[start + 1 : -1])
        known = sum(iso3_of_name(n) is not None for n in names)
        last = verbatim and not found
        if not (known == len(names) or (last and (known or _like_names(names)))):
            break
        found = [*(iso3_of_name(n) or n for n in names), *found]
        rest = rest[:start].rstrip(_CLOSING)
    return tuple(dict.fromkeys(found)), (rest if found else text)


def _opening(text: str) -> int | None:
    """Give where the bracket that ends the text begins."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return None


def _like_names(names: list[str]) -> bool:
    """Say whether these could be names: short, capitalised, not all capitals, no digit."""
    pattern = re.compile(r"(?:the )?[A-Z\u00c0-\u00de][^\d:]{3,60}")
    return bool(names) and all(pattern.fullmatch(n) and not n.isupper() for n in names)


def language_of(text: str) -> str:
    """Tell the languages with their own script (ar, ru, zh) apart; Latin script counts as en."""
    start = text[:400]
    letters = sum(c.isalpha() for c in start)
    for tag, script in _SCRIPTS:
        if letters and 2 * len(script.findall(start)) > letters:
            return tag
    return "en"


def bare_label(value: str) -> str:
    """Give a label without the list mark "- " and with single blanks."""
    return _bare_label(value) if len(value) <= _REMEMBERED_LENGTH else _unmarked(value)


@lru_cache(maxsize=8192)
def _bare_label(value: str) -> str:
    return _unmarked(value)


def _unmarked(value: str) -> str:
    return re.sub(r"^[-–•]\s+", "", " ".join(clean(value).text.split()))
