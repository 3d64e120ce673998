"""Coming to the database of a house: by URL, of one that runs, or of one that is stopped."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from libs.chassis.embedded.folders import DataFolder, DataFolderInUse
from libs.chassis.embedded.postgres import EmbeddedPostgres, visited
from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libs.chassis.settings import HouseSettings


class NoRecord(Refusal):
    """Nothing was ever recorded in the place that was named."""

    status = 404


@contextmanager
def reached(settings: HouseSettings, folder: DataFolder) -> Iterator[str]:
    """Give a connection string to the database, of a role that may create roles.

    A house that is stopped is held meanwhile, so that nobody starts it.

    Raises:
        NoRecord: the data folder holds no database, and no other is named.
        ServerDidNotStart: the embedded database does not answer.
        RestoreUnfinished: a restore into the folder was broken off.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    if not (folder.postgres / "PG_VERSION").exists():
        raise NoRecord(place=str(folder.path))
    try:
        folder.hold()
    except DataFolderInUse:
        with visited(folder.postgres) as url:
            yield url
        return
    try:
        with embedded(folder) as url:
            yield url
    finally:
        folder.release()


@contextmanager
def embedded(folder: DataFolder) -> Iterator[str]:
    """Run the embedded database of a folder that is held."""
    server = EmbeddedPostgres(folder.postgres)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
