"""A language pack on disk: ``pack.toml`` and every ``*.ftl`` file beside it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from babel import Locale, UnknownLocaleError
from fluent.syntax import FluentParser, ast

from libs.kernel.refusal import Misunderstood

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


class PackMistake(Misunderstood):
    """A pack cannot be taken as it is; ``place`` is the file and line, ``detail`` what to mend."""


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
        order=_order(described, folder),
        entries=_entries(folder),
    )


def _describe(file: Path) -> dict[str, Any]:
    try:
        described = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackMistake(place=str(file), detail=str(error)) from error
    strange = described.keys() - _KNOWN
    missing = {"tag", "name", "direction"} - described.keys()
    if strange or missing:
        detail = f"missing {sorted(missing)}, not known {sorted(strange)}"
        raise PackMistake(place=str(file), detail=detail)
    if described.get("calendar", "gregorian") != "gregorian":
        raise PackMistake(place=str(file), detail="calendar must be gregorian")
    return described


def _direction(described: dict[str, Any], folder: Path) -> Direction:
    if described["direction"] not in {"ltr", "rtl"}:
        raise PackMistake(place=str(folder / PACK_FILE), detail="direction must be ltr or rtl")
    return cast("Direction", described["direction"])


def _locale(described: dict[str, Any], folder: Path) -> Locale:
    name = str(described.get("locale", described["tag"]))
    try:
        return Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        detail = f"locale names no CLDR locale: {name}"
        raise PackMistake(place=str(folder / PACK_FILE), detail=detail) from error


def _fallback(described: dict[str, Any]) -> str | None:
    named = str(described.get("fallback", FALLBACK))
    return None if named == described["tag"] else named


def _digits(described: dict[str, Any], folder: Path) -> str:
    digits = str(described.get("digits", LATIN_DIGITS))
    if len(digits) != len(LATIN_DIGITS):
        detail = "digits must be ten signs, from zero to nine"
        raise PackMistake(place=str(folder / PACK_FILE), detail=detail)
    return digits


def _order(described: dict[str, Any], folder: Path) -> int:
    order = described.get("order", LAST)
    if not isinstance(order, int):
        raise PackMistake(place=str(folder / PACK_FILE), detail="order must be a whole number")
    return order


def _entries(folder: Path) -> tuple[ast.Message | ast.Term, ...]:
    return tuple(entry for file in sorted(folder.glob("*.ftl")) for entry in _parse(file))


def _parse(file: Path) -> list[ast.Message | ast.Term]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackMistake(place=str(file), detail=str(error)) from error
    resource = FluentParser().parse(text)
    for entry in resource.body:
        if isinstance(entry, ast.Junk):
            line = text.count("\n", 0, entry.span.start if entry.span else 0) + 1
            detail = f"not Fluent: {(entry.content or '').strip().splitlines()[0][:80]}"
            raise PackMistake(place=f"{file}:{line}", detail=detail)
    return [each for each in resource.body if isinstance(each, (ast.Message, ast.Term))]
