"""Keys, backed up apart from the record and for a short time only.

Whoever holds record and keys reads what is sealed; and a key that was deleted, so that nobody reads
what it sealed, must not live on in old backups. So keys go to another place, and expire there.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from libs.kernel.refusal import Misunderstood
from libs.ledger.act import new_id
from services.house.backup import durable
from services.house.backup.manifest import (
    NAME,
    BackupDamaged,
    BackupUnreadable,
    Manifest,
    now,
    platform,
)
from services.house.backup.reaching import NoRecord
from services.house.backup.restoring import TargetNotEmpty

if TYPE_CHECKING:
    from pathlib import Path

    from libs.chassis.embedded.folders import DataFolder
    from libs.chassis.settings import HouseSettings
    from services.house.backup.manifest import Part


class KeysNotApart(Misunderstood):
    """Keys and record were to be kept in the same place."""


def must_be_apart(to: Path, kind: str) -> None:
    """Refuse to put one kind of backup where the other lies.

    Raises:
        KeysNotApart: the other kind lies there.
    """
    other = "record" if kind == "keys" else "keys"
    if any(to.glob(f"{other}-*/{NAME}")):
        raise KeysNotApart(place=str(to))


def take(
    settings: HouseSettings, folder: DataFolder, to: Path, days: int
) -> tuple[Path, Manifest, list[str]]:
    """Back up the keys into a new folder in ``to``; delete those there whose time is over.

    Return where they are, what was kept, and the names of those that were deleted.

    Raises:
        NoRecord: there are no keys.
        KeysNotApart: ``to`` lies in the data folder, or holds backups of the record.
        NotWritten: the disk refused.
    """
    to = to.absolute()
    if to.resolve().is_relative_to(folder.path.resolve()):
        raise KeysNotApart(place=str(to))
    must_be_apart(to, "keys")
    taken, identity = now(), new_id()
    target = to / f"keys-{taken:%Y%m%dT%H%M%SZ}-{identity[-6:]}"
    if missing(folder):
        raise NoRecord(place=str(folder.keys))
    with durable.whole(target) as draft:
        parts: list[Part] = []
        for file in _keys_in(folder.keys):
            # One that is erased meanwhile is left out: that is what erasing means.
            with suppress(FileNotFoundError):
                path = f"keys/{file.relative_to(folder.keys).as_posix()}"
                parts.append(durable.copied(file, draft, path))
        manifest = Manifest(
            kind="keys",
            id=identity,
            taken_at=taken,
            platform=platform(),
            origin=settings.origin,
            keys=parts,
            delete_after=taken + timedelta(days=days),
        )
        durable.put(draft / NAME, [manifest.sealed()])
    return target, manifest, _delete_old(to)


def restore(source: Path, folder: DataFolder) -> Manifest:
    """Put keys into a data folder that has none; whole or not at all.

    Raises:
        BackupUnreadable: it is no backup of keys.
        BackupDamaged: a part is missing or was changed.
        TargetNotEmpty: there are keys.
        DataFolderInUse: a house runs there.
        NotWritten: the disk refused.
    """
    manifest = Manifest.read(source, "keys")
    manifest.check(source)
    folder.hold_for_restoring()
    try:
        if not missing(folder):
            raise TargetNotEmpty(place=str(folder.keys))
        _put(source, manifest, folder.keys)
    finally:
        folder.release()
    return manifest


def _put(source: Path, manifest: Manifest, place: Path) -> None:
    for empty in sorted(place.rglob("*"), reverse=True):
        empty.rmdir()
    with durable.whole(place) as draft:
        for part in manifest.keys:
            inside = part.path.removeprefix("keys/")
            if durable.copied(source / part.path, draft, inside).sha256 != part.sha256:
                raise BackupDamaged(part=part.path)


def missing(folder: DataFolder) -> bool:
    """Whether there are no keys in the place where they belong."""
    return not _keys_in(folder.keys)


def _keys_in(place: Path) -> list[Path]:
    """Return the files of a folder of keys, without drafts of ones that are just being made."""
    return sorted(
        each for each in place.rglob("*") if each.is_file() and not each.name.startswith(".")
    )


def _delete_old(to: Path) -> list[str]:
    gone = []
    for each in sorted(to.glob(f"keys-*/{NAME}")):
        with suppress(BackupUnreadable):
            kept = Manifest.read(each.parent, "keys")
            if kept.delete_after is not None and kept.delete_after < now():
                shutil.rmtree(each.parent)
                gone.append(each.parent.name)
    return gone
