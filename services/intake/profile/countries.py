"""Names of States as documents write them, and their ISO 3166-1 alpha-3 codes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_SEPARATOR: Final = re.compile(r"\s*[,;/]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+", re.IGNORECASE)
_LONGEST_LIST: Final = 8000
_LONGEST_NAME: Final = 120
_FILLER: Final = frozenset({"the"})


def name_key(name: str) -> str:
    """Reduce a name to what distinguishes it: no accents, case, punctuation or article."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’‘`´ʼ.]", "", plain)
    words = [w for w in re.split(r"[\W_]+", plain) if w and w not in _FILLER]
    if words and words[0] == "st":
        words[0] = "saint"
    return " ".join(words)


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Give names by key, and alpha-2 and alpha-3 codes, each to its alpha-3 code."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    text = files(__package__).joinpath("countries.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            iso3, iso2, written = line.split(" ", 2)
            codes[iso3] = codes[iso2] = iso3
            names.update((name_key(name), iso3) for name in written.split("|"))
    return names, codes


@lru_cache(maxsize=4096)
def iso3(name: str) -> str | None:
    """Give the alpha-3 code of a State named by name or by an upper-case ISO code."""
    return _table()[1].get(name.strip()) or iso3_of_name(name)


@lru_cache(maxsize=4096)
def iso3_of_name(name: str) -> str | None:
    """Give the alpha-3 code of a State's name; bare codes, which may be acronyms, are not names."""
    return _table()[0].get(name_key(name)) if len(name) <= _LONGEST_NAME else None


def is_iso3(code: str) -> bool:
    """Say whether this is an assigned alpha-3 code."""
    return _table()[1].get(code) == code


def split_names(written: str) -> list[str]:
    """Split a list of States at ``, ; /`` and *and*, but never inside a known name or a bracket.

    The longest run of pieces that is a known name stays whole, so that *Bosnia and Herzegovina*
    and *Iran, Islamic Republic of* are one State each.
    """
    if len(written) > _LONGEST_LIST:
        return [written]
    spans = _pieces(written)
    found: list[str] = []
    at = 0
    while at < len(spans):
        end = _longest_known(written, spans, at)
        found.append(written[spans[at][0] : spans[end][1]].strip())
        at = end + 1
    return [name for name in found if name]


def _pieces(written: str) -> list[tuple[int, int]]:
    """Give the spans between separators that stand outside every bracket."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SEPARATOR.finditer(written):
        before = written[: match.start()]
        if before.count("(") == before.count(")"):
            spans.append((start, match.start()))
            start = match.end()
    spans.append((start, len(written)))
    return spans


def _longest_known(written: str, spans: list[tuple[int, int]], at: int) -> int:
    """Give the index of the last piece of the longest known name that begins at ``at``."""
    for end in range(min(len(spans), at + 4) - 1, at, -1):
        if iso3_of_name(written[spans[at][0] : spans[end][1]]):
            return end
    return at


@cache
def _finder() -> re.Pattern[str]:
    names = sorted((k for k in _table()[0] if len(k) > 3), key=len, reverse=True)  # noqa: PLR2004
    return re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")


def states_named_in(text: str) -> frozenset[str]:
    """Give the codes of all States whose full names stand in a short text, longest name first."""
    names = _table()[0]
    return frozenset(names[m.group()] for m in _finder().finditer(name_key(text)))
