"""A small good site in Arabic and English: the ground in which tests of the kit plant faults."""

from __future__ import annotations

from functools import cache
from typing import Final

from tests.web.kit.served import drawn_font

WORDS: Final = {
    "en": {
        "dir": "ltr", "skip": "Skip to the text", "site": "Sample register",
        "nav": "Parts", "one": "Recommendations", "two": "Mechanisms", "title": "Equal pay",
        "lede": "One law for the same pay for the same work.", "source": "Source",
        "find": "Words", "kind": "Kind", "all": "All of them", "go": "Find",
        "only": "Late ones only", "history": "History", "received": "Received",
        "files": "Files", "state": "under way",
    },
    "ar": {
        "dir": "rtl", "skip": "إلى النص", "site": "سجل نموذجي",
        "nav": "الأقسام", "one": "التوصيات", "two": "الآليات", "title": "المساواة في الأجور",
        "lede": "قانون واحد يضمن الأجر نفسه عن العمل نفسه.", "source": "المصدر",
        "find": "كلمات", "kind": "النوع", "all": "الكل", "go": "ابحث",
        "only": "المتأخرة فقط", "history": "مسار المتابعة", "received": "وردت",
        "files": "ملفات", "state": "قيد التنفيذ",
    },
}  # fmt: skip

PAGE: Final = """<!doctype html>
<html lang="{tag}" dir="{dir}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title} – {site}</title><link rel="stylesheet" href="/style.css"></head><body>
<a class="skip" href="#main">{skip}</a>
<header class="mast"><strong data-part="site">{site}</strong>
<nav aria-label="{nav}"><ul><li data-part="entry"><a href="/1">{one}</a></li>
<li data-part="entry"><a href="/2">{two}</a></li></ul></nav></header>
<main id="main" tabindex="-1"><h1>{title}</h1>
<p data-part="state"><span class="tag"><i class="mark"></i>{state}</span></p>
<p data-part="lede">{lede}</p>
<p data-part="source">{source} <bdi class="symbol">A/HRC/50/15</bdi></p>
<h2 id="history">{history}</h2>
<table><thead><tr><th scope="col">{received}</th><th scope="col">{state}</th></tr></thead>
<tbody><tr><td>2023</td><td>2025</td></tr></tbody></table>
<h2 id="search">{find}</h2>
<form role="search" aria-labelledby="search">
<div><label for="words">{find}</label><input id="words" name="words" type="search"></div>
<div><label for="kind">{kind}</label><select id="kind" name="kind"><option>{all}</select></div>
<div class="choice"><input id="late" type="checkbox"><label for="late">{only}</label></div>
<button>{go}</button></form></main>
<footer id="foot"><p>{files}: <bdi><a href="/x.json">JSON</a></bdi> · <bdi><a
 href="/x.csv">CSV</a></bdi></p></footer></body></html>
"""

STYLE: Final = """
@font-face { font-family: "Own"; src: url(/latin.woff2) format("woff2");
  unicode-range: U+0020-024F, U+2000-206F }
@font-face { font-family: "Own Ar"; src: url(/arabic.woff2) format("woff2");
  unicode-range: U+0600-06FF }
:root { color-scheme: light dark; --ink: light-dark(#14213d, #eef1f7);
  --paper: light-dark(#fbfaf6, #10151f); --link: light-dark(#0b4f9c, #8fc1ff) }
* { box-sizing: border-box }
html { font: 100%/1.7 "Own", "Own Ar", sans-serif; color: var(--ink); background: var(--paper) }
body { margin: 0 } a { color: var(--link) } h1, h2 { font-weight: 400 }
strong, th { font-weight: 400 } th, td { text-align: start; padding: .3rem }
:focus-visible { outline: 3px solid #ffb000; outline-offset: 2px; box-shadow: 0 0 0 5px var(--ink) }
.skip { position: absolute; inset-inline-start: .5rem; inset-block-start: -9rem; padding: .6rem;
  background: var(--paper) } .skip:focus { inset-block-start: .5rem }
.mast { display: flex; flex-wrap: wrap; gap: 1rem; padding: 1rem }
nav { margin-inline-start: auto } nav ul { display: flex; gap: 1rem; list-style: none; margin: 0;
  padding: 0 } nav a { display: inline-block; padding-block: .3rem }
main, footer { padding-inline: 1rem; max-inline-size: 60rem; margin-inline: auto }
.symbol { white-space: nowrap }
.tag { display: inline-flex; gap: .4em; align-items: center }
.mark { inline-size: .8em; block-size: .8em; border: .4em solid var(--link) }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end } label { display: block }
.choice { display: flex; gap: .4rem; align-items: center }
input, select, button { font: inherit; color: inherit; background: var(--paper);
  border: 2px solid var(--ink); min-block-size: 2.5rem; padding: .3rem .6rem }
[type=checkbox] { inline-size: 1.5rem; min-block-size: 1.5rem; margin: 0 }
@media print { nav, form, .skip { display: none } }
"""


def page(tag: str, changes: dict[str, str] | None = None) -> str:
    """Return the sample page in ``en`` or ``ar`` with each change made once.

    Raises:
        ValueError: a change names text that does not stand in the page.
    """
    return changed(PAGE.format(tag=tag, **WORDS[tag]), changes or {})


def changed(text: str, changes: dict[str, str]) -> str:
    """Return ``text`` with the first place of each key replaced by its value.

    Raises:
        ValueError: a key does not stand in the text.
    """
    for old, new in changes.items():
        if old not in text:
            msg = f"{old!r} does not stand there: nothing would be planted"
            raise ValueError(msg)
        text = text.replace(old, new, 1)
    return text


@cache
def fonts() -> dict[str, bytes]:
    """Return the fonts of the sample, by path."""
    return {
        "/latin.woff2": drawn_font([*range(0x20, 0x250), *range(0x2000, 0x2070)], "Own"),
        "/arabic.woff2": drawn_font(range(0x600, 0x700), "Own Ar"),
    }


def site(
    changes: dict[str, str] | None = None, css: str = "", more: dict[str, str | bytes] | None = None
) -> dict[str, str | bytes]:
    """Return the files of the sample at ``/en/`` and ``/ar/``, with faults planted.

    ``changes`` are made in both pages, ``css`` is put after the style, ``more`` over the files.
    """
    pages: dict[str, str | bytes] = {f"/{tag}/": page(tag, changes) for tag in WORDS}
    return {**pages, "/style.css": STYLE + css, **fonts(), **(more or {})}
