"""The files that pages bring along: unchanged, mirrored by themselves, small, kept by browsers."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
import tomllib

import httpx
import pytest

from services.portal.api.assets import IMMUTABLE, STATIC, Assets
from tests.web.frame.gallery import PAGES, app

VENDOR = STATIC / "vendor"
PHYSICAL = re.compile(
    r"(?<![-\w])(?:"
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[-\w]*\s*:"
    r"|(?:left|right|top|bottom)\s*:"
    r"|(?:min-|max-)?(?:width|height)\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius\s*:"
    r"|(?:float|clear|text-align)\s*:\s*(?:left|right))"
)
KILO = 1024
ARABIC_FONTS = {
    "plex-sans-arabic-400.woff2",
    "plex-sans-arabic-600.woff2",
    "naskh.woff2",
    "plex-sans.woff2",
    "source-serif.woff2",
}
ENGLISH_FONTS = {"plex-sans.woff2", "source-serif.woff2"}


def sheet() -> str:
    sheets = "".join(each.read_text(encoding="utf-8") for each in STATIC.glob("*.css"))
    return re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL)


def packed(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes()))


def weight(fonts: set[str]) -> int:
    return sum((VENDOR / each).stat().st_size for each in fonts)


def test_every_file_of_others_is_the_one_that_was_vendored() -> None:
    entries = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["file"]
    for each in entries:
        assert hashlib.sha256((VENDOR / each["path"]).read_bytes()).hexdigest() == each["sha256"]
        assert (VENDOR / each["licence_file"]).stat().st_size > 0
        assert re.fullmatch(r"\d+\.\d+\.\d+", each["version"])
    listed = {each["path"] for each in entries} | {each["licence_file"] for each in entries}
    assert listed | {"VENDOR.toml"} == {each.name for each in VENDOR.iterdir()}


def test_the_sheet_knows_no_left_and_no_right() -> None:
    assert PHYSICAL.findall(sheet()) == []


@pytest.mark.parametrize(
    "planted", ["margin-left:1px", "left:0", "text-align: right", "max-width:4rem", "float:left"]
)
def test_a_physical_property_would_be_found(planted: str) -> None:
    assert PHYSICAL.search("a{" + planted + "}")


def test_arabic_letters_are_never_spaced_nor_slanted_nor_raised() -> None:
    assert not re.search(
        r"letter-spacing|italic|oblique|text-transform|text-align:\s*justify", sheet()
    )


def test_every_family_of_fonts_has_one_script() -> None:
    faces = re.findall(r"@font-face\{([^}]*)\}", sheet())
    ranges: dict[str, set[str]] = {}
    for face in faces:
        family = re.findall(r'font-family:"([^"]+)"', face)[0]
        ranges.setdefault(family, set()).update(re.findall(r"unicode-range:([^;]+)", face))
    assert len(ranges) == 4
    assert all(len(each) == 1 for each in ranges.values())


def test_the_weights_stay_within_their_budgets() -> None:
    assert packed("app.css") + packed("media.css") <= 15 * KILO
    assert packed("app.js") <= 3 * KILO
    assert packed("app.js") + packed("vendor/htmx.js") <= 22 * KILO
    assert weight(ARABIC_FONTS) <= 130 * KILO
    assert weight(ENGLISH_FONTS) <= 110 * KILO


def ask(*paths: str) -> list[httpx.Response]:
    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gallery") as client:
            return [await client.get(each) for each in paths]

    return asyncio.run(asked())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_small_and_all_that_it_names_is_there(page: str) -> None:
    (answer,) = ask(page)
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content)) <= 20 * KILO
    named = sorted(set(re.findall(r'"(/static/[^"]+)"', answer.text)))
    assert named
    assert {each.headers["cache-control"] for each in ask(*named)} == {IMMUTABLE}


def test_an_address_holds_only_as_long_as_its_files() -> None:
    assets = Assets()
    now = assets.url("app.css")
    old, strange = ask(
        now.replace(assets.fingerprint, "0" * 16), now.replace("app.css", "nothing.css")
    )
    assert old.headers["cache-control"] == "no-cache"
    assert strange.status_code == 404
    with pytest.raises(KeyError):
        assets.url("nothing.css")


def test_text_is_sent_packed_to_those_who_take_it() -> None:
    (sent,) = ask(Assets().url("app.css"))
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.text == (STATIC / "app.css").read_text(encoding="utf-8")


def test_the_sheet_names_only_files_that_are_there() -> None:
    for name in re.findall(r'url\("?([^")]+)"?\)', sheet()):
        assert (STATIC / name).is_file(), name
