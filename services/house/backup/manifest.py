"""What a backup says of itself: written last, read first; without it a folder is no backup."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from libs.kernel.refusal import Misunderstood, Refusal

NAME = "manifest.json"
FORMAT = 1
_CHUNK = 1 << 20


class BackupUnreadable(Misunderstood):
    """The folder holds no whole backup of the kind asked for."""


class BackupDamaged(Refusal):
    """A part of the backup is missing or was changed since it was written."""


class BackupOfNewerPlatform(Refusal):
    """A newer platform wrote the backup; this one does not know its form."""


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(_Form):
    """One file of a backup: where it lies in it, its bytes and their SHA-256."""

    path: str
    size: int
    sha256: str


class Rows(_Form):
    """One table: its file (compressed), its columns, and the SHA-256 of its rows themselves."""

    file: Part
    columns: list[str]
    count: int
    sha256: str


class LedgerCopy(_Form):
    """One ledger: holds every event up to ``position``, and each one's leaf, answer and secrets."""

    version: int
    position: int
    tables: dict[str, Rows]


class Manifest(_Form):
    """One backup.

    ``record`` holds ledgers, files and configuration; ``keys`` holds keys alone, and is to be
    deleted at ``delete_after``.
    """

    format: int = FORMAT
    kind: Literal["record", "keys"]
    id: str
    taken_at: datetime
    platform: str
    postgres: int = 0
    origin: str
    ledgers: dict[str, LedgerCopy] = Field(default_factory=dict)
    files: list[Part] = Field(default_factory=list)
    configuration: list[Part] = Field(default_factory=list)
    keys: list[Part] = Field(default_factory=list)
    delete_after: datetime | None = None

    def parts(self) -> list[Part]:
        """Return every file of the backup besides the manifest."""
        tables = [rows.file for each in self.ledgers.values() for rows in each.tables.values()]
        return [*tables, *self.files, *self.configuration, *self.keys]

    def figures(self) -> dict[str, object]:
        """Return what the command line tells of it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "taken_at": self.taken_at.isoformat(),
            "platform": self.platform,
            "ledgers": {
                name: {
                    "version": each.version,
                    "position": each.position,
                    **{table: rows.count for table, rows in each.tables.items()},
                }
                for name, each in self.ledgers.items()
            },
            "files": len(self.files),
            "configuration": len(self.configuration),
            "keys": len(self.keys),
            "bytes": sum(part.size for part in self.parts()),
            "delete_after": self.delete_after.isoformat() if self.delete_after else None,
        }

    def sealed(self) -> bytes:
        """Return the manifest as it is written, with the SHA-256 of itself."""
        body = self.model_dump(mode="json")
        return json.dumps({**body, "sha256": _own_digest(body)}, indent=1).encode()

    @classmethod
    def read(cls, folder: Path, kind: Literal["record", "keys"]) -> Self:
        """Read the manifest of a backup.

        Raises:
            BackupUnreadable: there is none, it was changed, or it is of another kind.
            BackupOfNewerPlatform: its form is not known here.
        """
        try:
            body = json.loads((folder / NAME).read_bytes())
            told, form = body.pop("sha256"), int(body["format"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            raise BackupUnreadable(folder=str(folder), kind=kind) from None
        if form > FORMAT:
            raise BackupOfNewerPlatform(folder=str(folder))
        try:
            found = cls.model_validate(body)
        except ValidationError:
            raise BackupUnreadable(folder=str(folder), kind=kind) from None
        if told != _own_digest(body) or found.kind != kind:
            raise BackupUnreadable(folder=str(folder), kind=kind)
        return found

    def check(self, folder: Path) -> None:
        """Read every part of the backup and compare it with what the manifest says.

        Raises:
            BackupDamaged: one is missing or other than it was.
        """
        for part in self.parts():
            if part != measured(folder, part.path):
                raise BackupDamaged(part=part.path)


def measured(folder: Path, path: str) -> Part | None:
    """Return a file as it is, None where there is none in ``folder`` itself."""
    place = folder / path
    if not place.resolve().is_relative_to(folder.resolve()) or not place.is_file():
        return None
    digest, size = hashlib.sha256(), 0
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Part(path=path, size=size, sha256=digest.hexdigest())


def platform() -> str:
    """Return this platform's version."""
    return version("dhakira")


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _own_digest(body: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
