"""Languages made from English on the fly, to find words that no pack can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fluent.syntax import FluentParser, FluentSerializer, ast
from fluent.syntax.visitor import Transformer

from libs.chassis.language.languages import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

ACCENTED: Final = str.maketrans("aeiouycnszgAEIOUYCNSZG", "áéíóúýçñšžğÁÉÍÓÚÝÇÑŠŽĞ")
GROWTH: Final = 0.4
MARK: Final = "·"
"""Stands at the end of every pseudo-word run, so that text without it was never in a pack."""


class _Accented(Transformer):
    def visit_TextElement(self, node: ast.TextElement) -> ast.TextElement:  # noqa: N802
        node.value = accented(node.value)
        return node


def accented(text: str) -> str:
    """Return text with accents, and longer by two fifths."""
    if not any(each.isalpha() for each in text):
        return text
    return text.translate(ACCENTED) + MARK * max(1, int(len(text) * GROWTH))


def write_pseudo_pack(folder: Path, tag: str = "en-XA", direction: str = "ltr") -> Path:
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
