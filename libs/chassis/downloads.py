"""Files that are written when somebody asks for them: whole, before any of them is sent.

Whoever writes one from rows holds one of the service's few connections meanwhile, so each service
lets but as many be written at one time as it can spare.
"""

from __future__ import annotations

import io
import tempfile
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from starlette.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
"""The forms in which files are given, by the ending of their names."""
PIECE: Final = 1 << 16


async def download(name: str, write: Callable[[BinaryIO], Awaitable[None]]) -> Response:
    """Return what ``write`` writes as a file to be kept under ``name``; what it refuses is refused.

    The file is gone once it was sent, and where it was not.
    """
    file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    try:
        await write(file)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(file.seek(0, io.SEEK_END)),
    }
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return StreamingResponse(_sent(file), media_type=media_type, headers=headers)


def _sent(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")
