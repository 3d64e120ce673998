"""Pages turned round and pages of a pseudo-language: each check finds the fault that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.kit.browser import Chromium, opened
from tests.web.kit.direction import mirror
from tests.web.kit.geometry import clipped
from tests.web.kit.planted import seen
from tests.web.kit.pseudo import MARK, PLAIN, accented, hard_coded
from tests.web.kit.sample import page, site
from tests.web.kit.served import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.kit.finding import Finding


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("nav { margin-inline-start: 0; margin-left: auto }", "<nav>"),
        ("[data-part=entry] { float: left } nav ul { display: block }", "<li[data-part=entry]>"),
        ("#words { position: relative; left: 30px }", "<input#words>"),
        ("main { padding-left: 4rem }", "<h1>"),
        (".choice { flex-direction: row; direction: ltr !important }", ""),
        ("[data-part=lede] { text-align: left }", "line 1 of the text of <p[data-part=lede]>"),
        ("h1 { text-indent: 2rem; padding-right: 3px }", "of the text of <h1>"),
        (":dir(rtl) .mark { margin-inline-start: 5px }", "<i.mark>"),
    ],
)
def test_mirror_finds_the_box_and_the_line_that_does_not_turn(
    chromium: Chromium, css: str, expected: str
) -> None:
    found = seen(chromium, mirror, site(css=css))
    assert expected in found
    assert bool(found) == bool(expected)


def test_mirror_leaves_the_page_as_it_was(chromium: Chromium) -> None:
    def twice(at: Page) -> list[Finding]:
        before = at.content()
        found = mirror(at)
        assert at.content() == before
        return found

    assert not seen(chromium, twice, site())


@pytest.mark.parametrize(
    ("changes", "css", "expected"),
    [
        ({}, "h1 { overflow: hidden; white-space: nowrap; inline-size: 4rem }", "cuts off"),
        ({}, "h1 { white-space: nowrap; inline-size: 4rem }", "the words of <h1>"),
        ({'id="words"': 'id="words" placeholder="كلمات أطول من هذا الحقل بكثير جدًا"'},
         "#words { inline-size: 6rem }", "px too long for <input#words>"),
        ({}, "nav li + li { margin-inline-start: -3rem }", "is painted over"),
        ({}, "", ""),
    ],
    ids=["cut off", "out of its box", "hint", "over another", "good"],
)  # fmt: skip
def test_clipped(chromium: Chromium, changes: dict[str, str], css: str, expected: str) -> None:
    found = seen(chromium, clipped, {**site(css=css), "/ar/": page("ar", changes)})
    assert expected in found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        ("<p>Not from a pack</p>", "<p> “Not from a pack” says “Not from a pack”"),
        ('<p aria-label="Unheard of">·</p>', "says “Unheard of” in every language"),
        ("<p>\u2068treaty-body\u2069: from a fact</p>", "says “: from a fact”"),
        ("<p><bdi>treaty-body</bdi> <code class='code'>a.name</code></p>", ""),
        ("<p>\u2068treaty-body\u2069</p><p lang='fr'>Liste générale</p>", ""),
    ],
    ids=["text", "label", "sentence", "data", "fact"],
)
def test_hard_coded(chromium: Chromium, planted: str, expected: str) -> None:
    accented_page = f"<html lang='en-XA'><title>Páágééš</title><h1>Ééqúúáál</h1>{planted}</html>"
    arabic_page = f"<html lang='ar'><title>صفحات</title><h1>مساواة</h1>{planted}</html>"

    def look(browser: Browser, base: str) -> list[Finding]:
        english, arabic = base + "/en-XA/", base + "/ar/"
        with opened(browser, english) as ours, opened(browser, arabic) as other:
            return hard_coded(ours, other)

    with served({"/en-XA/": accented_page, "/ar/": arabic_page}) as base:
        found = "\n".join(each.what for each in chromium.run(look, base))
    assert expected in found
    assert bool(found) == bool(expected)


def test_an_accented_text_is_longer_by_two_fifths_word_by_word() -> None:
    words = "Every recommendation of the State".split()
    grown = accented(" ".join(words)).removesuffix(MARK).split(" ")
    assert all(len(new) >= len(old) * 1.4 for old, new in zip(words, grown, strict=True))
    assert not PLAIN.search("".join(grown))
