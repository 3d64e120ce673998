"""Taking a backup of the record: ledgers, files and configuration, never keys.

All ledgers are read in one transaction, so that none knows of an event that another lacks. Files
come afterwards: a file is durable before an event names it, so every named one is there. Read
models and the bus are left out; they are made again from the ledgers.
"""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING, Any, cast

import psycopg

from libs.kernel.refusal import Refusal
from libs.ledger import copies
from libs.ledger.act import new_id
from libs.ledger.schema import standing
from services.house.backup import configuration, durable
from services.house.backup.manifest import (
    NAME,
    LedgerCopy,
    Manifest,
    Part,
    Rows,
    now,
    platform,
)
from services.house.backup.reaching import NoRecord
from services.house.running import SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from libs.chassis.embedded.folders import DataFolder
    from libs.chassis.settings import HouseSettings

    Progress = Callable[[str, int, int], None]

LEVEL = 1


class FileDamaged(Refusal):
    """An uploaded file is not any more what its SHA-256 says."""


class LedgerDamaged(Refusal):
    """A ledger misses events or leaves; a backup of it would hide that."""


def take(
    database: str, settings: HouseSettings, folder: DataFolder, to: Path, progress: Progress
) -> tuple[Path, Manifest]:
    """Back up the record into a new folder in ``to``; return where, and what it holds.

    Raises:
        NoRecord: no ledger stands in the database.
        LedgerDamaged: a ledger is not whole.
        FileDamaged: a file is not whole.
        NotWritten: the disk refused.
    """
    taken = now()
    identity = new_id()
    target = to.absolute() / f"record-{taken:%Y%m%dT%H%M%SZ}-{identity[-6:]}"
    with durable.whole(target) as draft:
        with psycopg.connect(database) as connection:
            ledgers = _ledgers(connection, draft, progress)
            postgres = connection.info.server_version
        manifest = Manifest(
            kind="record",
            id=identity,
            taken_at=taken,
            platform=platform(),
            postgres=postgres,
            origin=settings.origin,
            ledgers=ledgers,
            files=_files(folder.files, draft, progress),
            configuration=_configuration(settings, draft),
        )
        durable.put(draft / NAME, [manifest.sealed()])
    return target, manifest


def _ledgers(
    connection: psycopg.Connection[Any], draft: Path, progress: Progress
) -> dict[str, LedgerCopy]:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    copies.settle(connection)
    found = standing(connection, SERVICES)
    if not found:
        raise NoRecord(place=str(connection.info.dbname))
    return {service: _ledger(connection, service, draft, progress) for service in found}


def _ledger(
    connection: psycopg.Connection[Any], service: str, draft: Path, progress: Progress
) -> LedgerCopy:
    try:
        extent = copies.extent(connection, service)
    except copies.Gap as gap:
        raise LedgerDamaged(service=service, cause=str(gap)) from gap
    tables = {}
    done, total = 0, sum(extent.rows.values())
    progress(service, done, total)
    for part in copies.PARTS:
        path = f"ledgers/{service}/{part}.copy.gz"
        tables[part] = _table(connection, service, part, (draft, path))
        done += tables[part].count
        progress(service, done, total)
    return LedgerCopy(version=extent.version, position=extent.position, tables=tables)


def _table(
    connection: psycopg.Connection[Any], service: str, part: str, at: tuple[Path, str]
) -> Rows:
    draft, path = at
    names = copies.columns(connection, service, part)
    count, digest = 0, hashlib.sha256()
    with durable.written(draft / path) as file:
        target = cast("IO[bytes]", file)
        with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=LEVEL, mtime=0) as packed:
            for chunk in copies.rows_out(connection, service, part, names):
                packed.write(chunk)
                digest.update(chunk)
                count += chunk.count(b"\n")
    kept = Part(path=path, size=file.size, sha256=file.sha256)
    return Rows(file=kept, columns=names, count=count, sha256=digest.hexdigest())


def _files(folder: Path, draft: Path, progress: Progress) -> list[Part]:
    """Copy the uploaded files; each is named by its SHA-256, which is checked on the way."""
    found = sorted(each for each in folder.glob("??/*") if not each.name.startswith("."))
    parts = []
    for number, each in enumerate(found, 1):
        part = durable.copied(each, draft, f"files/{each.parent.name}/{each.name}")
        if part.sha256 != each.name:
            raise FileDamaged(file=str(each))
        parts.append(part)
        progress("files", number, len(found))
    return parts


def _configuration(settings: HouseSettings, draft: Path) -> list[Part]:
    """Keep the settings that were given and are no secret, and the files that they name."""
    path = "configuration/settings.env"
    with durable.written(draft / path) as file:
        file.write(configuration.told(settings).encode())
    parts = [Part(path=path, size=file.size, sha256=file.sha256)]
    for name, source in configuration.named(settings):
        parts.append(durable.copied(source, draft, f"configuration/{name}"))
    return parts
