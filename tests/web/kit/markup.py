"""A page's HTML, as sent, without a browser."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from lxml import etree, html

from tests.web.kit.finding import Finding, findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

RIGHT_TO_LEFT: Final = ("ar", "fa", "he", "ur")
HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
UNLABELLED_INPUTS: Final = ("hidden", "submit", "button", "reset", "image")
REFERENCES: Final = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")


def headings_and_ids(source: str, where: str = "") -> list[Finding]:
    """Find repeated ids, loose references, headings out of order, nameless controls, no language.

    ``where`` is the address that the findings name.
    """
    page = html.document_fromstring(source)
    faults = [
        fault
        for rule in (_language, _title, _ids, _references, _headings, _labels)
        for fault in rule(page)
    ]
    return findings("headings_and_ids", where, faults)


def _language(page: HtmlElement) -> Iterator[str]:
    language, direction = page.get("lang", ""), page.get("dir", "")
    if not language:
        yield "<html> has no lang"
    if direction not in {"ltr", "rtl"}:
        yield "<html> has no dir"
    elif language and (language.partition("-")[0] in RIGHT_TO_LEFT) != (direction == "rtl"):
        # ar-XB and its like are languages of tests and are named by their first part as well.
        yield f"<html lang={language}> is set {direction}"


def _title(page: HtmlElement) -> Iterator[str]:
    if not (page.findtext(".//title") or "").strip():
        yield "<title> is empty"


def _ids(page: HtmlElement) -> Iterator[str]:
    for name, times in Counter(str(each) for each in page.xpath("//@id")).items():
        if times > 1:
            yield f"#{name} stands {times} times"


def _references(page: HtmlElement) -> Iterator[str]:
    known = {str(each) for each in page.xpath("//@id")}
    for attribute in REFERENCES:
        for value in page.xpath(f"//@{attribute}"):
            for name in sorted(set(str(value).split()) - known):
                yield f"{attribute} names #{name}, which does not stand here"
    for address in page.xpath("//a/@href[starts-with(., '#')]"):
        name = str(address)[1:]
        if name and name not in known:
            yield f"a link leads to #{name}, which does not stand here"


def _headings(page: HtmlElement) -> Iterator[str]:
    found = [each for each in page.iter(*HEADINGS) if isinstance(each.tag, str)]
    ones = sum(each.tag == "h1" for each in found)
    if ones != 1:
        yield f"{ones} <h1>, where one is right"
    level = 1  # an <h2> of what went wrong may stand before the <h1>
    for heading in found:
        own = int(str(heading.tag)[1])
        words = " ".join(heading.text_content().split())
        if own > level + 1:
            yield f"<h{own}> “{words[:40]}” follows level {level}"
        if not words:
            yield f"<h{own}> is empty"
        level = own


def _labels(page: HtmlElement) -> Iterator[str]:
    named = {str(each) for each in page.xpath("//label/@for")}
    for control in page.iter("input", "select", "textarea"):
        if control.tag == "input" and control.get("type", "text") in UNLABELLED_INPUTS:
            continue
        inside = next(control.iterancestors("label"), None) is not None
        spoken = control.get("aria-label") or control.get("aria-labelledby")
        if not (inside or spoken or control.get("id") in named):
            yield f"no label for {etree.tostring(control, encoding='unicode')[:80].strip()}"
