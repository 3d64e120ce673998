"""Restoring the record into an empty place.

The data folder carries a mark from the first step to the last; no house starts while it is there,
and a restore that was broken off is begun anew by repeating it. The database takes all ledgers in
one transaction, after they were read back and found to be the same.
"""

from __future__ import annotations

import gzip
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from libs.chassis.bus import Bus, stream_name
from libs.kernel.refusal import Misunderstood, Refusal
from libs.ledger import copies
from libs.ledger.durable import sync_folder, write_anew
from libs.ledger.schema import lay, lay_tables, newest, standing
from services.house.backup import durable
from services.house.backup.manifest import BackupDamaged, BackupOfNewerPlatform, Manifest
from services.house.backup.reaching import embedded
from services.house.running import SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from libs.chassis.embedded.folders import DataFolder
    from libs.chassis.settings import HouseSettings
    from services.house.backup.manifest import LedgerCopy, Rows

    Progress = Callable[[str, int, int], None]

_CHUNK = 1 << 20
#: What may lie in a data folder that is called empty: keys are restored apart, before or after.
_MAY_STAND = {"keys", "run", "logs", "lost+found", "postgres.lock", "nats.lock"}
_MAY_STAND_EMPTY = {"files", "nats", "postgres"}


class TargetNotEmpty(Refusal):
    """Something stands already in the place to restore into."""


class AnotherOrigin(Misunderstood):
    """The backup is of a house of another origin than the settings name."""


def check(source: Path, progress: Progress) -> Manifest:
    """Read a whole backup and compare it with its manifest; return the manifest.

    Raises:
        BackupUnreadable: it is none.
        BackupDamaged: a part is missing or was changed.
        BackupOfNewerPlatform: a newer platform wrote it.
    """
    manifest = Manifest.read(source, "record")
    if any(each.version > newest() for each in manifest.ledgers.values()):
        raise BackupOfNewerPlatform(folder=str(source))
    progress("check", 0, 0)
    manifest.check(source)
    return manifest


def restore(
    source: Path, settings: HouseSettings, folder: DataFolder, progress: Progress
) -> Manifest:
    """Restore a backup into an empty data folder, or an empty database and bus by URL.

    Raises:
        TargetNotEmpty: something stands there.
        AnotherOrigin: the settings name another origin.
        Refusal: the backup is not whole, or the disk refused; see ``check``.
    """
    manifest = check(source, progress)
    if manifest.origin != settings.origin:
        raise AnotherOrigin(backup=manifest.origin, settings=settings.origin)
    _must_be_empty(folder)
    folder.hold_for_restoring()
    try:
        repeated = _begin(folder, manifest)
        with _database(settings, folder) as url, psycopg.connect(url) as connection:
            if not (repeated and _done_before(connection, manifest)):
                _put_ledgers(connection, source, manifest, progress)
        _put_files(folder, source, manifest, progress)
        folder.restoring.unlink()
        sync_folder(folder.path)
    finally:
        folder.release()
    return manifest


async def bus_must_be_empty(settings: HouseSettings) -> None:
    """Refuse a bus that is ahead of the record: its streams are filled again by the relay.

    Raises:
        TargetNotEmpty: a stream of this origin holds messages.
    """
    if settings.nats_url is None:
        return
    bus = Bus(settings.nats_url.get_secret_value(), settings.origin)
    await bus.connect()
    try:
        names = {stream_name(each, settings.origin) for each in SERVICES}
        for info in await bus.jetstream.streams_info():
            if info.config.name in names and info.state.last_seq > 0:
                raise TargetNotEmpty(place=f"NATS: {info.config.name}")
    finally:
        await bus.close()


def _must_be_empty(folder: DataFolder) -> None:
    """Look before anything is made; a folder that carries the mark is ours to begin anew."""
    if folder.restoring.exists() or not folder.path.exists():
        return
    for each in sorted(folder.path.iterdir()):
        empty = each.is_dir() and not any(each.iterdir())
        known = each.name in _MAY_STAND or durable.is_draft(each)
        if not known and not (empty and each.name in _MAY_STAND_EMPTY):
            raise TargetNotEmpty(place=str(each))


def _begin(folder: DataFolder, manifest: Manifest) -> bool:
    """Set the mark, and remove what a restore that was broken off has put there.

    Tell whether there was one.
    """
    _must_be_empty(folder)
    repeated = folder.restoring.exists()
    write_anew(folder.restoring, manifest.id.encode())
    if repeated:
        for name in ("postgres", "postgres.new", "nats", "files", "configuration"):
            shutil.rmtree(folder.path / name, ignore_errors=True)
    return repeated


@contextmanager
def _database(settings: HouseSettings, folder: DataFolder) -> Iterator[str]:
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
    else:
        with embedded(folder) as url:
            yield url


def _put_ledgers(
    connection: psycopg.Connection[Any], source: Path, manifest: Manifest, progress: Progress
) -> None:
    stands = standing(connection, SERVICES)
    if stands:
        raise TargetNotEmpty(place=f"PostgreSQL: {', '.join(stands)}")
    copies.settle(connection)
    for service, kept in manifest.ledgers.items():
        lay_tables(connection, service, kept.version)
        progress(service, 0, len(kept.tables))
        for number, (part, rows) in enumerate(kept.tables.items(), 1):
            unpacked = _unpacked(source / rows.file.path)
            copies.rows_in(connection, service, part, rows.columns, unpacked)
            progress(service, number, len(kept.tables))
        _compare(connection, service, kept)
        lay(connection, service)


def _done_before(connection: psycopg.Connection[Any], manifest: Manifest) -> bool:
    """Whether the ledgers are those of the backup: a restore broken off after its transaction."""
    copies.settle(connection)
    stands = standing(connection, SERVICES)
    return set(stands) == set(manifest.ledgers) and all(
        _is(connection, service, part, rows)
        for service, kept in manifest.ledgers.items()
        for part, rows in kept.tables.items()
    )


def _compare(connection: psycopg.Connection[Any], service: str, kept: LedgerCopy) -> None:
    """Read back what was put in; it must be the same, and whole.

    Raises:
        BackupDamaged: it is not.
    """
    for part, rows in kept.tables.items():
        if not _is(connection, service, part, rows):
            raise BackupDamaged(part=rows.file.path)
    try:
        position = copies.extent(connection, service).position
    except copies.Gap as gap:
        raise BackupDamaged(part=service) from gap
    if position != kept.position:
        raise BackupDamaged(part=service)


def _is(connection: psycopg.Connection[Any], service: str, part: str, rows: Rows) -> bool:
    return copies.digest(connection, service, part, rows.columns) == rows.sha256


def _unpacked(file: Path) -> Iterator[bytes]:
    with gzip.open(file, "rb") as packed:
        while chunk := packed.read(_CHUNK):
            yield chunk


def _put_files(folder: DataFolder, source: Path, manifest: Manifest, progress: Progress) -> None:
    parts = [*manifest.files, *manifest.configuration]
    for number, part in enumerate(parts, 1):
        if durable.copied(source / part.path, folder.path, part.path) != part:
            raise BackupDamaged(part=part.path)
        progress("files", number, len(parts))
    for name in ("files", "configuration"):
        if (folder.path / name).exists():
            durable.sync_tree(folder.path / name)
