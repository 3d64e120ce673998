"""Style sheet, fonts and scripts: served from memory, under an address that changes with them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

STATIC: Final = Path(__file__).parent.parent / "static"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
REVALIDATED: Final = "no-cache"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
COMPRESSED: Final = frozenset({".css", ".js", ".svg", ".txt"})


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; ``packed`` is its gzip form where that is worth having."""

    content: bytes
    packed: bytes | None
    media_type: str


class Assets:
    """All static files of the portal.

    The address holds a fingerprint of all of them, so that a browser keeps them for a year and
    still never mixes two versions; the style sheet names its fonts relative to itself.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        """Read every file of ``folder`` that has a known type."""
        self._assets = {name: _read(file) for name, file in _files(folder)}
        self.fingerprint: str = _fingerprint(self._assets)

    def url(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            KeyError: there is no such file.
        """
        if name not in self._assets:
            raise KeyError(name)
        return f"/static/{self.fingerprint}/{name}"

    def route(self) -> Route:
        """Return the route that serves the files."""
        return Route("/static/{fingerprint}/{name:path}", self.serve, methods=["GET"])

    async def serve(self, request: Request) -> Response:
        """Send a file; under an old fingerprint the present one, not to be kept."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        current = request.path_params["fingerprint"] == self.fingerprint
        headers = {
            "Cache-Control": IMMUTABLE if current else REVALIDATED,
            "X-Content-Type-Options": "nosniff",
        }
        if asset.packed is None:
            return Response(asset.content, media_type=asset.media_type, headers=headers)
        headers["Vary"] = "Accept-Encoding"
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(asset.content, media_type=asset.media_type, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=headers)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in TYPES:
            yield file.relative_to(folder).as_posix(), file


def _read(file: Path) -> Asset:
    content = file.read_bytes()
    packed = gzip.compress(content, mtime=0) if file.suffix in COMPRESSED else None
    return Asset(content, packed, TYPES[file.suffix])


def _fingerprint(assets: dict[str, Asset]) -> str:
    digest = hashlib.sha256()
    for name, asset in assets.items():
        digest.update(f"{name}\0{len(asset.content)}\0".encode())
        digest.update(asset.content)
    return digest.hexdigest()[:16]
