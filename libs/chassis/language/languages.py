"""All languages of an installation, and the choice among them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from libs.chassis.language.language import Language
from libs.chassis.language.pack import FALLBACK, PACK_FILE, Pack, PackMistake, read_pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SHIPPED: Final = Path(__file__).parent / "packs"


class Languages:
    """The languages that pages, problems and documents can be had in."""

    def __init__(self, languages: Iterable[Language]) -> None:
        """Take loaded languages; the lowest ``order`` is the house's own."""
        ordered = sorted(languages, key=lambda each: (each.order, each.tag))
        self._by_tag = {each.tag: each for each in ordered}
        self.first: Language = ordered[0]
        self.tags: tuple[str, ...] = tuple(self._by_tag)

    @classmethod
    def load(cls, extra_folders: Sequence[Path] = (), *, strict: bool = False) -> Languages:
        """Load the shipped packs, then those of ``extra_folders``.

        Such a folder is a pack itself or holds packs. A pack of a known tag adds and replaces
        words; any other is a further language. ``strict`` makes missing words raise.

        Raises:
            PackMistake: a pack cannot be taken; the message names the file and what to mend.
        """
        packs = [read_pack(each) for each in _pack_folders([SHIPPED, *extra_folders])]
        return cls(_languages(packs, strict=strict))

    def __iter__(self) -> Iterator[Language]:
        """Go through the languages in the order in which people are offered them."""
        return iter(self._by_tag.values())

    def get(self, tag: str) -> Language | None:
        """Return the language of exactly this tag."""
        return self._by_tag.get(tag)

    def negotiate(self, accept_language: str) -> Language:
        """Return the language that fits an ``Accept-Language`` header best (RFC 9110 §12.5.4).

        A reader who wants none of ours is answered in English, one who says nothing in the
        house's own language.
        """
        wishes = _by_preference(accept_language)
        found = next((each for each in map(self._fitting, wishes) if each is not None), None)
        if found is None and wishes:
            found = self.get(FALLBACK)
        return found or self.first

    def _fitting(self, wanted: str) -> Language | None:
        if wanted == "*":
            return self.first
        lowered = {tag.lower(): language for tag, language in self._by_tag.items()}
        steps = wanted.lower().split("-")
        for length in range(len(steps), 0, -1):
            if (found := lowered.get("-".join(steps[:length]))) is not None:
                return found
        return next((each for tag, each in lowered.items() if tag.split("-")[0] == steps[0]), None)


def _pack_folders(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        if (folder / PACK_FILE).exists():
            yield folder
            continue
        inner = sorted(each.parent for each in folder.glob(f"*/{PACK_FILE}"))
        if not inner:
            detail = f"neither a language pack nor a folder of packs (no {PACK_FILE})"
            raise PackMistake(place=str(folder), detail=detail)
        yield from inner


def _languages(packs: Sequence[Pack], *, strict: bool) -> Iterable[Language]:
    first_packs: dict[str, Pack] = {}
    for pack in packs:
        first_packs.setdefault(pack.tag, pack)
    made: dict[str, Language] = {}
    for tag in first_packs:
        _make(tag, first_packs, made, strict=strict)
    for pack in packs:
        if pack is not first_packs[pack.tag]:
            made[pack.tag].add(pack)
    return made.values()


def _make(
    tag: str, packs: dict[str, Pack], made: dict[str, Language], *, strict: bool, depth: int = 0
) -> Language:
    if tag in made:
        return made[tag]
    if tag not in packs or depth > len(packs):
        detail = f"a pack falls back to {tag}, which is missing or leads back to itself"
        raise PackMistake(place=PACK_FILE, detail=detail)
    pack = packs[tag]
    fallback = (
        _make(pack.fallback, packs, made, strict=strict, depth=depth + 1) if pack.fallback else None
    )
    made[tag] = Language(pack, fallback=fallback, strict=strict)
    return made[tag]


def _by_preference(header: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        if tag and weight > 0:
            weighted.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda each: -each[0])]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
