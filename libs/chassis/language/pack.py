"""A language pack on disk: ``pack.toml`` and every ``*.ftl`` file beside it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from babel import Locale, UnknownLocaleError
from fluent.syntax import FluentParser, ast

if TYPE_CHECKING:
    from pathlib import Path

Direction = Literal["ltr", "rtl"]
PACK_FILE: Final = "pack.toml"
LATIN_DIGITS: Final = "0123456789"
FALLBACK: Final = "en"
LAST: Final = 100
_KNOWN: Final = frozenset(
    {"tag", "name", "direction", "locale", "digits", "calendar", "fallback", "order"}
)


class PackMistake(ValueError):  # noqa: N818  a mistake in the data, told with its place
    """A pack cannot be taken as it is; the message names the file and what to mend."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One language, or further words for one.

    ``locale`` is the CLDR locale of dates, numbers, lists and plurals (``ar-MA`` and ``ar-LB``
    write other names of months than ``ar``); ``digits`` are the ten signs that numbers are
    written with, from zero; ``fallback`` names the language whose words stand in for missing ones;
    ``order`` is its place among the languages that people are offered.
    """

    tag: str
    name: str
    direction: Direction
    locale: Locale
    digits: str
    fallback: str | None
    order: int
    entries: tuple[ast.Message | ast.Term, ...]


def read_pack(folder: Path) -> Pack:
    """Read the pack in ``folder``.

    Raises:
        PackMistake: a file is missing or is not of its form.
    """
    described = _describe(folder / PACK_FILE)
    return Pack(
        tag=str(described["tag"]),
        name=str(described["name"]),
        direction=_direction(described, folder),
        locale=_locale(described, folder),
        digits=_digits(described, folder),
        fallback=_fallback(described),
        order=int(described.get("order", LAST)),
        entries=_entries(folder),
    )


def _describe(file: Path) -> dict[str, Any]:
    try:
        described = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{file}: {error}"
        raise PackMistake(msg) from error
    strange = described.keys() - _KNOWN
    missing = {"tag", "name", "direction"} - described.keys()
    if strange or missing:
        msg = f"{file}: missing {sorted(missing)}, not known {sorted(strange)}"
        raise PackMistake(msg)
    if described.get("calendar", "gregorian") != "gregorian":
        msg = f"{file}: calendar must be gregorian"
        raise PackMistake(msg)
    return described


def _direction(described: dict[str, Any], folder: Path) -> Direction:
    if described["direction"] not in {"ltr", "rtl"}:
        msg = f"{folder / PACK_FILE}: direction must be ltr or rtl"
        raise PackMistake(msg)
    return cast("Direction", described["direction"])


def _locale(described: dict[str, Any], folder: Path) -> Locale:
    name = str(described.get("locale", described["tag"]))
    try:
        return Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        msg = f"{folder / PACK_FILE}: locale names no CLDR locale: {name}"
        raise PackMistake(msg) from error


def _fallback(described: dict[str, Any]) -> str | None:
    named = str(described.get("fallback", FALLBACK))
    return None if named == described["tag"] else named


def _digits(described: dict[str, Any], folder: Path) -> str:
    digits = str(described.get("digits", LATIN_DIGITS))
    if len(digits) != len(LATIN_DIGITS):
        msg = f"{folder / PACK_FILE}: digits must be ten signs, from zero to nine"
        raise PackMistake(msg)
    return digits


def _entries(folder: Path) -> tuple[ast.Message | ast.Term, ...]:
    return tuple(entry for file in sorted(folder.glob("*.ftl")) for entry in _parse(file))


def _parse(file: Path) -> list[ast.Message | ast.Term]:
    resource = FluentParser(with_spans=False).parse(file.read_text(encoding="utf-8"))
    for entry in resource.body:
        if isinstance(entry, ast.Junk):
            msg = f"{file}: not Fluent: {(entry.content or '').strip()[:80]}"
            raise PackMistake(msg)
    return [each for each in resource.body if isinstance(each, (ast.Message, ast.Term))]
