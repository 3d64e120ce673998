"""Fetch and prepare the files that others wrote: fonts, htmx, axe-core.

A maintainer runs ``python -m deploy.assets.vendor`` when a version in ``PACKAGES`` changes.
Packages come through the npm client, from whichever registry it is set up for; fonts are cut down
to the letters that the platform's languages need. Beside the files stand their licences and a
``VENDOR.toml`` with version and SHA-256 of each, which a test recomputes. Needs ``npm`` and the
development dependencies; running the platform needs neither.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import (
    instantiateVariableFont,
)

ROOT: Final = Path(__file__).parents[2]
SHIPPED: Final = ROOT / "services" / "portal" / "static" / "vendor"
HEAD: Final = (
    "# Written by deploy/assets/vendor.py. Files of others, as they are served or tested with.\n"
)
TESTED: Final = ROOT / "tests" / "web" / "vendor"


def _letters(*spans: tuple[int, int] | int) -> frozenset[int]:
    pairs = [(each, each) if isinstance(each, int) else each for each in spans]
    return frozenset(code for first, last in pairs for code in range(first, last + 1))


LATIN: Final = _letters(
    (0x20, 0x7E), (0xA0, 0x17F), 0x2010, 0x2011, 0x2013, 0x2014, (0x2018, 0x201E), 0x2020, 0x2022,
    0x2026, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2116, 0x2122, (0x2190, 0x2193),
    0x2212, 0x2248, 0x2264, 0x2265,
)  # fmt: skip
"""European languages in Latin letters, and the signs of running text."""

ARABIC: Final = _letters(
    0x20, 0x28, 0x29, 0x2D, 0x2E, 0x3A, 0xAB, 0xBB, 0x60C, 0x61B, 0x61F, (0x621, 0x63A),
    (0x640, 0x655), (0x660, 0x66C), 0x670, 0x671, 0x67E, 0x686, 0x698, 0x6A4, 0x6A9, 0x6AF, 0x6CC,
    0x200C, 0x200D,
)  # fmt: skip
"""Arabic with all its marks, and the further letters in which foreign names are written."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font file to cut: the letters to keep, and the limits of its weights (CSS numbers)."""

    source: str
    target: str
    letters: frozenset[int]
    weights: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package, exactly pinned, and what is taken from it."""

    name: str
    version: str
    licence: str
    licence_file: str
    files: tuple[tuple[str, str], ...] = ()
    fonts: tuple[Font, ...] = ()
    into: Path = SHIPPED


_VARIABLE: Final = "files/{}-wght-normal.woff2"
_PLEX_ARABIC: Final = "files/ibm-plex-sans-arabic-arabic-{}-normal.woff2"
PACKAGES: Final = (
    Package(
        "@fontsource-variable/ibm-plex-sans", "5.3.0", "OFL-1.1", "LICENSE",
        fonts=(
            Font(_VARIABLE.format("ibm-plex-sans-latin"), "plex-sans.woff2", LATIN, (400, 700)),
        ),
    ),
    Package(
        "@fontsource/ibm-plex-sans-arabic", "5.3.0", "OFL-1.1", "LICENSE",
        fonts=(
            Font(_PLEX_ARABIC.format(400), "plex-sans-arabic-400.woff2", ARABIC),
            Font(_PLEX_ARABIC.format(600), "plex-sans-arabic-600.woff2", ARABIC),
        ),
    ),
    Package(
        "@fontsource-variable/source-serif-4", "5.3.1", "OFL-1.1", "LICENSE",
        fonts=(
            Font(_VARIABLE.format("source-serif-4-latin"), "source-serif.woff2", LATIN, (400, 700)),
        ),
    ),
    Package(
        "@fontsource-variable/noto-naskh-arabic", "5.3.0", "OFL-1.1", "LICENSE",
        fonts=(
            Font(_VARIABLE.format("noto-naskh-arabic-arabic"), "naskh.woff2", ARABIC, (400, 700)),
        ),
    ),
    Package("htmx.org", "4.0.1", "0BSD", "LICENSE", files=(("dist/htmx.min.js", "htmx.js"),)),
    Package(
        "axe-core", "4.14.1", "MPL-2.0", "LICENSE", files=(("axe.min.js", "axe.js"),), into=TESTED
    ),
)  # fmt: skip


def main() -> int:
    """Write every vendored file anew; return 0 when all stand."""
    with tempfile.TemporaryDirectory() as scratch:
        for folder in (SHIPPED, TESTED):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            packages = [each for each in PACKAGES if each.into == folder]
            entries = [entry for each in packages for entry in _take(each, Path(scratch))]
            (folder / "VENDOR.toml").write_text(HEAD + "".join(entries), encoding="utf-8")
    return 0


def _take(package: Package, scratch: Path) -> list[str]:
    unpacked = _unpack(package, scratch)
    licence = f"LICENSE-{package.name.rsplit('/', maxsplit=1)[-1]}.txt"
    shutil.copyfile(unpacked / package.licence_file, package.into / licence)
    targets: list[str] = []
    for source, target in package.files:
        shutil.copyfile(unpacked / source, package.into / target)
        targets.append(target)
    for font in package.fonts:
        cut(unpacked / font.source, package.into / font.target, font)
        targets.append(font.target)
    return [_entry(package, target, licence) for target in targets]


def _unpack(package: Package, scratch: Path) -> Path:
    folder = scratch / package.name.replace("/", "-")
    folder.mkdir()
    subprocess.run(  # noqa: S603  fixed words of ours
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],  # noqa: S607
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def cut(source: Path, target: Path, font: Font) -> None:
    """Write ``source`` with only the letters and weights of ``font``; the same bytes each time."""
    loaded = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=["*"], hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.letters)
    subsetter.subset(loaded)
    if font.weights is not None:
        loaded = instantiateVariableFont(loaded, {"wght": font.weights})
    loaded.flavor = "woff2"
    loaded.save(target)


def _entry(package: Package, target: str, licence: str) -> str:
    digest = hashlib.sha256((package.into / target).read_bytes()).hexdigest()
    facts = {
        "path": target,
        "package": package.name,
        "version": package.version,
        "licence": package.licence,
        "licence_file": licence,
        "sha256": digest,
    }
    return "\n[[file]]\n" + "".join(f'{name} = "{value}"\n' for name, value in facts.items())


if __name__ == "__main__":
    sys.exit(main())
