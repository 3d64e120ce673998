"""Languages made from English on the fly, to find words that no pack can reach."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from fluent.syntax import FluentParser, FluentSerializer, ast
from fluent.syntax.visitor import Transformer

from libs.chassis.language.languages import SHIPPED
from tests.web.kit.finding import Finding, findings
from tests.web.kit.probe import ask

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

ACCENTED_TAG: Final = "en-XA"
ACCENTED: Final = str.maketrans("aeiouycnszgAEIOUYCNSZG", "áéíóúýçñšžğÁÉÍÓÚÝÇÑŠŽĞ")
PLAIN: Final = re.compile("[aeiouycnszgAEIOUYCNSZG]")
"""A letter that no word of an accented pack has."""
VOWELS: Final = "áéíóúýÁÉÍÓÚÝ"
GROWTH: Final = 0.4
MARK: Final = "·"
"""Stands at the end of every piece of a pseudo-sentence."""


class _Accented(Transformer):
    def visit_TextElement(self, node: ast.TextElement) -> ast.TextElement:  # noqa: N802
        node.value = accented(node.value)
        return node


def accented(text: str) -> str:
    """Return text with accents, each of its words longer by two fifths, and the mark behind."""
    if not any(each.isalpha() for each in text):
        return text
    return re.sub(r"[^\W\d_]+", lambda word: _longer(word[0].translate(ACCENTED)), text) + MARK


def _longer(word: str) -> str:
    """Return a word grown as words of other languages are: in itself, not by a tail."""
    more = math.ceil(len(word) * GROWTH)
    vowels = [at for at, letter in enumerate(word) if letter in VOWELS] or [len(word) - 1]
    grown = list(word)
    for turn in range(more):
        at = vowels[turn % len(vowels)]
        grown[at] += word[at].lower()
    return "".join(grown)


def write_pseudo_pack(folder: Path, tag: str = ACCENTED_TAG, direction: str = "ltr") -> Path:
    """Write a pack made from English: accented and longer for left to right, plain otherwise.

    A right-to-left pack keeps the English words, so that a page of it must be the exact mirror
    image of the English page.
    """
    pack = folder / tag
    pack.mkdir(parents=True)
    (pack / "pack.toml").write_text(
        f'tag = "{tag}"\nname = "Pseudo {tag}"\ndirection = "{direction}"\nlocale = "en-GB"\n'
    )
    for file in sorted((SHIPPED / "en").glob("*.ftl")):
        resource = FluentParser(with_spans=False).parse(file.read_text(encoding="utf-8"))
        if direction == "ltr":
            _Accented().visit(resource)
        (pack / file.name).write_text(FluentSerializer().serialize(resource), encoding="utf-8")
    return pack


def hard_coded(page_accented: Page, page_arabic: Page) -> list[Finding]:
    """Find words of a page that no pack can reach: plain in the accented one, the same in Arabic.

    Names and labels of the record itself are plain there too, for nobody accents them; but these
    have an Arabic form, and what has none says so (``bdi``, ``lang``).
    """
    arabic = {words for words, _ in ask(page_arabic, "words")}
    return findings(
        "hard_coded",
        page_accented.url,
        (
            f"{where} says “{words}” in every language"
            for words, where in ask(page_accented, "words")
            if PLAIN.search(words) and words in arabic
        ),
    )
