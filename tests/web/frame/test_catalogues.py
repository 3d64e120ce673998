"""Every word of every page stands in every language, and a new language needs no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor
from jinja2 import nodes

from libs.chassis.language import Languages
from libs.chassis.language.languages import SHIPPED
from services.portal.api.rendering import TEMPLATES, Renderer
from services.portal.views.work_models import TEXT_SECTIONS
from tests.web.frame.gallery import html
from tests.web.frame.scenes import SCENES
from tests.web.kit.pseudo import MARK, write_pseudo_pack

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = {"t", "rich"}
TAGS = ("ar", "en")
ARABIC_LETTER = re.compile("[\u0621-\u064a]")


class _Facts(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def messages(tag: str) -> dict[str, ast.Message]:
    found = {}
    for file in sorted((SHIPPED / tag).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            if isinstance(entry, ast.Message):
                found[entry.id.name] = entry
    return found


def facts(message: ast.Message) -> set[str]:
    visitor = _Facts()
    visitor.visit(message)
    return visitor.names


def calls() -> Iterator[tuple[str, nodes.Call]]:
    environment = Renderer(Languages.load())._environments["en"]
    for file in sorted(TEMPLATES.rglob("*.html")):
        tree = environment.parse(file.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in WORDS:
                yield file.name, call


def prefix(node: nodes.Expr) -> str | None:
    """Return how the id of a sentence begins, where a template puts it together."""
    if isinstance(node, nodes.Concat) and isinstance(node.nodes[0], nodes.Const):
        return str(node.nodes[0].value)
    return None


def test_arabic_and_english_hold_the_same_pages_words_with_the_same_facts() -> None:
    arabic, english = messages("ar"), messages("en")
    assert arabic.keys() == english.keys()
    different = [each for each in arabic if facts(arabic[each]) != facts(english[each])]
    assert different == []


def test_every_sentence_that_a_template_asks_for_stands_in_the_catalogue_with_its_facts() -> None:
    known = messages("en")
    wrong = []
    for file, call in calls():
        first = call.args[0]
        given = {each.key for each in call.kwargs}
        if isinstance(first, nodes.Const):
            if first.value not in known or facts(known[first.value]) - given:
                wrong.append((file, first.value))
        elif (beginning := prefix(first)) is not None:
            if not any(each.startswith(beginning) for each in known):
                wrong.append((file, beginning))
        else:
            assert file == "text.html", f"{file}: an id that no test can follow"
    assert wrong == []


def test_every_section_of_the_text_pages_has_its_words() -> None:
    known = messages("en")
    for kind, sections in TEXT_SECTIONS.items():
        for each in ("title", "lede"):
            assert f"{kind}-{each}" in known
        for section in sections:
            assert {f"{kind}-{section}-title", f"{kind}-{section}-text"} <= known.keys()


def test_no_arabic_word_of_a_page_was_left_in_english() -> None:
    pages = FluentParser().parse((SHIPPED / "ar" / "pages.ftl").read_text(encoding="utf-8"))
    texts = {
        entry.id.name: "".join(
            str(piece.value) for piece in entry.value.elements if isinstance(piece, ast.TextElement)
        )
        for entry in pages.body
        if isinstance(entry, ast.Message) and entry.value is not None
    }
    english = [
        name
        for name, text in texts.items()
        if re.search("[A-Za-z]{4}", text) and not ARABIC_LETTER.search(text)
    ]
    assert english == []


Shown = tuple[Renderer, Languages]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("packs")
    write_pseudo_pack(folder)
    languages = Languages.load([folder], strict=True)
    return Renderer(languages), languages


@pytest.mark.parametrize("name", SCENES)
def test_a_language_made_on_the_fly_renders_every_template(name: str, shown: Shown) -> None:
    page = html(*shown, "en-XA", name)
    assert page.startswith('<!doctype html>\n<html lang="en-XA" dir="ltr">')
    assert MARK in page


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("name", SCENES)
def test_every_template_renders_in_both_languages_without_inline_style_or_script(
    name: str, tag: str, shown: Shown
) -> None:
    page = html(*shown, tag, name)
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", page)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", page)
