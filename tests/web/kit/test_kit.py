"""Each check finds the fault that it is for, planted in a page on which it finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.kit.axe import axe
from tests.web.kit.browser import (
    PATH_VARIABLE,
    BrowserMissingError,
    Chromium,
    chromium_path,
    opened,
)
from tests.web.kit.console import PRODUCTION_CSP, console_and_csp, laxities
from tests.web.kit.direction import bidi_order, mirror, rtl_parity
from tests.web.kit.geometry import clipped, reflow, target_sizes
from tests.web.kit.keyboard import keyboard_walk
from tests.web.kit.markup import headings_and_ids
from tests.web.kit.media import forced_colours_and_print
from tests.web.kit.planted import seen
from tests.web.kit.sample import STYLE, page, site
from tests.web.kit.screens import screens
from tests.web.kit.scriptless import no_script
from tests.web.kit.served import served
from tests.web.kit.walk import address, walk
from tests.web.kit.weight import byte_budget, fonts_loaded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.web.kit.finding import Finding

    Files = Mapping[str, str | bytes]


def mirrored(chromium: Chromium, files: Files, *, exact: bool = False) -> str:
    def look(browser: Browser, base: str) -> list[Finding]:
        with opened(browser, base + "/en/") as english, opened(browser, base + "/ar/") as arabic:
            return rtl_parity(english, arabic, exact=exact)

    with served(files) as base:
        return "\n".join(each.what for each in chromium.run(look, base))


def many(piece: str) -> str:
    """Return text that stays large when it is packed."""
    return "".join(piece.format(number * number * 7919) for number in range(9000))


def test_axe_finds_a_missing_label_and_pale_letters_in_the_dark(chromium: Chromium) -> None:
    css = "@media (prefers-color-scheme: dark) { h2 { color: #333 } }"
    found = seen(chromium, axe, site({'<label for="words">': "<label>"}, css))
    assert "label (light)" in found
    assert "color-contrast (dark)" in found
    assert "color-contrast (light)" not in found


@pytest.mark.parametrize(
    ("changes", "css", "expected"),
    [
        ({"<table>": '<table width="800">'}, "", "<td> “2025” reaches beyond"),
        ({}, "main { inline-size: 800px } body { overflow-x: hidden }", "reaches beyond"),
        ({}, ".symbol { font-size: .6rem }", "<bdi.symbol> “A/HRC/50/15” is written at 9.6 px"),
        ({}, "h1 { transform: scale(.3) }", "<h1> “المساواة في الأجور” is written at 9"),
        (
            {"<table>": '<svg viewBox="0 0 900 90"><text y="40">١٢</text></svg><table>'},
            "svg { inline-size: 100% }",
            "<text> “١٢” is written at 5.1 px",
        ),
    ],
    ids=["wide table", "cut off", "small letters", "shrunken", "drawing"],
)
def test_reflow(chromium: Chromium, changes: dict[str, str], css: str, expected: str) -> None:
    assert expected in seen(chromium, reflow, site(changes, css))


def test_reflow_lets_a_wide_table_scroll_in_its_own_container(chromium: Chromium) -> None:
    changes = {"<table>": '<div tabindex="0"><table width="800">', "</table>": "</table></div>"}
    assert not seen(chromium, reflow, site(changes, "div { overflow-x: auto }"))


def test_target_sizes_finds_tiny_buttons_and_lone_links(chromium: Chromium) -> None:
    css = "button { min-block-size: 0; padding: 0; border: 0; line-height: 1 }"
    assert "<a>" not in seen(
        chromium, target_sizes, site(css="nav a { display: inline; padding: 0 }")
    )
    css += "nav ul { display: block; line-height: 1 } nav a { display: inline; padding: 0 }"
    found = seen(chromium, target_sizes, site(css=css))
    assert "<button>" in found
    assert "<a> “التوصيات”" in found
    assert "JSON" not in found, "a link in a sentence may be as high as its line"


@pytest.mark.parametrize(
    ("planted", "headers", "expected"),
    [
        ("<script>document.title = 'x'</script>", None, "console: "),
        ('<script src="/fails.js"></script>', None, "script: it broke"),
        ('<p style="color: red">x</p>', None, "console: "),
        ('<img src="/missing.png" alt="x">', None, "404: "),
        ("", {}, "the policy leaves default-src open"),
        ("", {"Content-Security-Policy": PRODUCTION_CSP + " https://x.example"}, "base-uri https"),
    ],
    ids=["inline script", "error", "inline style", "missing file", "no policy", "lax policy"],
)
def test_console_and_csp(
    chromium: Chromium, planted: str, headers: dict[str, str] | None, expected: str
) -> None:
    files = site(
        {"</main>": planted + "</main>"}, more={"/fails.js": "throw new Error('it broke')"}
    )
    assert expected in seen(chromium, console_and_csp, files, headers=headers)


def test_laxities_tells_sources_that_production_does_not_know() -> None:
    assert not list(laxities(PRODUCTION_CSP))
    assert not list(laxities(PRODUCTION_CSP.replace("script-src", "script-src 'nonce-a1'")))
    lax = PRODUCTION_CSP.replace("script-src", "script-src 'unsafe-inline'")
    assert list(laxities(lax)) == ["the policy allows script-src 'unsafe-inline'"]


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("nav { margin-inline-start: 0; margin-left: auto }", "<nav>"),
        ("[data-part=entry] { float: left } nav ul { display: block }", "<li[data-part=entry]>"),
        ("#words { position: relative; left: 30px }", "<input#words>"),
        ("main { padding-left: 4rem }", "stands 16 px from the start and 64 px from"),
        (".choice { flex-direction: row; direction: ltr }", "<input#late>"),
        ("[data-part=lede] { text-align: left }", "is set at the physical left"),
        ("label { position: relative; inset-inline-start: 14rem }", "away from its control"),
        (":lang(ar) h1 { letter-spacing: .1em }", "Arabic letters join"),
        (":lang(ar) .choice { display: none }", "#late is seen in one direction only"),
    ],
    ids=["margin", "float", "left", "padding", "checkbox", "text", "label", "letters", "gone"],
)
def test_rtl_parity(chromium: Chromium, css: str, expected: str) -> None:
    assert expected in mirrored(chromium, site(css=css))


def test_rtl_parity_can_ask_for_every_edge(chromium: Chromium) -> None:
    same = page("en", {'lang="en" dir="ltr"': 'lang="ar" dir="rtl"'})
    assert not mirrored(chromium, site(more={"/ar/": same}), exact=True)
    css = "[dir=rtl] nav { padding-inline-end: 20px }"
    found = mirrored(chromium, site(css=css, more={"/ar/": same}), exact=True)
    assert "its start edge is 20 px off the mirror image" in found


@pytest.mark.parametrize(
    ("changes", "css", "expected"),
    [
        ({"<bdi><a": "<a", "</a></bdi> · <bdi><a": "</a> · <a", "</a></bdi>": "</a>"}, "", "“CSV”"),
        (
            {},
            ".symbol { white-space: normal; font-size: 30em; word-break: break-all }",
            "split over",
        ),
        ({"<td>2025": "<td>في 2025-11-23"}, "", "2025-11-23 is turned round"),
        ({"قانون واحد": "The same pay for the same work. "}, "", ""),
        ({"</h1>": "</h1><p>The same pay for the same work.</p>"}, "", "Latin text set right to"),
        ({'data-part="lede"': 'dir="ltr"'}, "", "Arabic text set left to right"),
    ],
    ids=["links", "symbol", "date", "mixed", "latin", "arabic"],
)
def test_bidi_order(chromium: Chromium, changes: dict[str, str], css: str, expected: str) -> None:
    files = {**site(css=css), "/ar/": page("ar", changes)}
    found = seen(chromium, bidi_order, files)
    assert expected in found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("more", "planted", "expected"),
    [
        ({"/ar/": page("ar") + many("<!--{}-->")}, "", "document"),
        ({"/style.css": STYLE + many("a{} {{}}")}, "", "stylesheet"),
        ({"/x.js": many("'{}';")}, '<script src="/x.js"></script>', "script"),
        ({"/arabic.woff2": b"x" * 140_000}, "", "font"),
    ],
    ids=["document", "stylesheet", "script", "font"],
)
def test_byte_budget(
    chromium: Chromium, more: dict[str, str | bytes], planted: str, expected: str
) -> None:
    with served(site({"</main>": planted + "</main>"}, more=more)) as base:
        found = chromium.run(byte_budget, base + "/ar/")
    assert [each.what.partition(":")[0] for each in found] == [expected]


def test_fonts_loaded_finds_letters_of_the_machines_own_font(chromium: Chromium) -> None:
    missing = seen(chromium, fonts_loaded, site(css='html { font-family: "Own", sans-serif }'))
    assert "Arabic letters of" in missing
    assert "Latin letters of" not in missing
    broken = seen(chromium, fonts_loaded, site(more={"/latin.woff2": b"no font"}), path="/en/")
    assert "the face Own normal did not load" in broken
    assert "Latin letters of" in broken


def test_no_script_finds_what_scripting_alone_brings(chromium: Chromium) -> None:
    more: dict[str, str | bytes] = {"/fill.js": "document.querySelector('h1').textContent = 'Late'"}
    script = '<h1></h1><script src="/fill.js" defer></script>'
    files = {**site(more=more), "/en/": page("en", {"<h1>Equal pay</h1>": script})}

    def press_find(at: Page) -> None:
        at.get_by_role("button", name="Find").click()

    def press_nothing(at: Page) -> None:
        at.get_by_role("button", name="Publish").click(timeout=300)

    with served(files) as base:
        found = chromium.run(no_script, base + "/en/", [press_find, press_nothing])
    assert found[0].what == "<h1> has no words without scripting"
    assert found[1].what.startswith("step 2 (press_nothing)")
    assert len(found) == 2


TRAP = """addEventListener("keydown", (event) => {
  if (document.activeElement.id === "words" && event.key === "Tab") event.preventDefault();
});"""
TRAPPED = {"</body>": '<script src="/trap.js"></script></body>'}


@pytest.mark.parametrize(
    ("changes", "css", "expected"),
    [
        ({'class="skip" href="#main"': 'href="/"'}, "", "is no skip link"),
        ({' tabindex="-1"': ""}, "#main, #main * { display: none }", "does not bring the focus"),
        (
            {},
            "button:focus-visible { outline: none; box-shadow: none }",
            "“ابحث” does not show",
        ),
        ({}, ".skip:focus { inset-block-start: -9rem }", "takes the focus outside the window"),
        ({}, "footer::after { content: ''; position: fixed; inset: 0 }", "is covered while it has"),
        ({'type="search"': 'type="date"', **TRAPPED}, "", "Tab does not leave it"),
        (TRAPPED, "", "Tab does not leave it"),
    ],
    ids=["no skip link", "nowhere", "unseen", "outside", "covered", "fields", "trap"],
)
def test_keyboard_walk(
    chromium: Chromium, changes: dict[str, str], css: str, expected: str
) -> None:
    assert expected in seen(chromium, keyboard_walk, site(changes, css, {"/trap.js": TRAP}))


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (".mark { border: 0; background: var(--link) }", "vanishes in forced colours"),
        ("button { border: 0; background: #ccc }", "has no edge in forced colours"),
        ("nav { display: block !important }", "<nav> “التوصيات الآليات” is printed"),
        (".mast { position: sticky }", "covers text on every sheet"),
        ("@media print { table { inline-size: 60rem } }", "on paper that takes 718 px"),
        ("@media print { html { background: #000; color: #fff } }", "printed in a light colour"),
    ],
    ids=["mark", "button", "nav", "sticky", "wide", "ink"],
)
def test_forced_colours_and_print(chromium: Chromium, css: str, expected: str) -> None:
    assert expected in seen(chromium, forced_colours_and_print, site(css=css))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"<h2 id": "<h4 id", "</h2>": "</h4>"}, "follows level 1"),
        ({"</h1>": "</h1><h1>x</h1>"}, "2 <h1>, where one is right"),
        ({'id="kind"': 'id="words"'}, "#words stands 2 times"),
        ({'<label for="words">Words</label>': ""}, "no label for <input"),
        ({' dir="ltr"': ""}, "<html> has no dir"),
        ({' lang="en"': ""}, "<html> has no lang"),
        ({'dir="ltr"': 'dir="rtl"'}, "<html lang=en> is set rtl"),
        ({'labelledby="search"': 'labelledby="none"'}, "names #none, which does not stand here"),
        ({"#main": "#start"}, "a link leads to #start"),
        ({"<title>Equal pay – Sample register": "<title>"}, "<title> is empty"),
    ],
)
def test_headings_and_ids(changes: dict[str, str], expected: str) -> None:
    assert not headings_and_ids(page("en"))
    assert expected in "\n".join(each.what for each in headings_and_ids(page("en", changes)))


FAULTS: dict[str, str] = {
    "<h2 id": "<h4 id",
    "</h2>": "</h4>",
    '<label for="words">': "<label>",
    "<table>": '<table width="800">',
    "</main>": "<p style='color: red'>A/HRC/50/15 2025-11-23</p></main>",
    'class="skip" href="#main"': 'href="/"',
    "<bdi><a": "<a",
    "</a></bdi> · <bdi><a": "</a> · <a",
    "</a></bdi>": "</a>",
    "</h1>": "</h1><p>The same pay for the same work.</p>",
}
FAULTY_STYLE = """h1 { overflow: hidden; white-space: nowrap; inline-size: 2rem }
nav { margin-inline-start: 0; margin-right: auto; display: block !important }
html { font-family: sans-serif } button { all: unset; font-size: 12px; line-height: 1 }
main::before { content: url(/large.svg) }"""


def test_walk_makes_every_check_on_every_page(chromium: Chromium) -> None:
    heavy = STYLE + FAULTY_STYLE + many("a{} {{}}")
    with served(site(FAULTS, more={"/style.css": heavy})) as base:
        found = walk(base, ["/", "/nowhere"], chromium=chromium)
        missing = {each.where for each in found if each.check == "answer"}
        assert missing == {f"{base}/ar/nowhere", f"{base}/en/nowhere"}
    checks = {axe, reflow, target_sizes, console_and_csp, rtl_parity, bidi_order, byte_budget}
    checks |= {mirror, clipped, fonts_loaded, keyboard_walk, headings_and_ids}
    named = {each.__name__ for each in checks} | {"forced_colours", "print", "answer"}
    assert {each.check for each in found} == named


def test_address_puts_the_language_before_the_path_or_where_it_is_asked_for() -> None:
    assert address("http://x/", "/records", "ar") == "http://x/ar/records"
    assert address("http://x", "records/{language}.html", "ar") == "http://x/records/ar.html"


def test_keyboard_walk_begins_at_the_beginning_of_a_page_that_takes_the_focus(
    chromium: Chromium,
) -> None:
    more: dict[str, str | bytes] = {"/take.js": "document.getElementById('words').focus()"}
    script = {"</body>": '<script src="/take.js"></script></body>'}
    assert not seen(chromium, keyboard_walk, site(script, more=more))


def test_keyboard_walk_goes_through_the_fields_of_a_date(chromium: Chromium) -> None:
    assert not seen(chromium, keyboard_walk, site({'type="search"': 'type="date"'}))


def test_screens_takes_four_pictures_of_a_page(chromium: Chromium, tmp_path: Path) -> None:
    with served(site()) as base:
        taken = chromium.run(screens, [base + "/ar/"], tmp_path)
    assert {each.name for each in taken} == {
        f"ar_{width}_{scheme}.png" for width in (1200, 320) for scheme in ("light", "dark")
    }
    assert all(each.read_bytes().startswith(b"\x89PNG") for each in taken)


def test_a_missing_browser_is_told_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PATH_VARIABLE, "")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BrowserMissingError, match=PATH_VARIABLE):
        chromium_path()
