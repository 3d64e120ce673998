"""The vault: what is personal or confidential, sealed under a key of its subject's own.

A row of a service's vault table holds only sealed bytes; the key stands in the keys folder, apart
from the database. Deleting the key makes every copy of the rows unreadable, backups included.
"""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from libs.ledger.durable import sync_folder, write_once
from libs.ledger.writer import NewSecret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from uuid import UUID

KEY_BYTES = 32
NONCE_BYTES = 12
FORM = b"\x01"
_WRAPPED = b"dhakira/vault/key/v1/"
_SEALED = b"dhakira/vault/row/v1/"


class Forgotten(Exception):  # noqa: N818  a state of the vault, named as one
    """The subject's key is gone: what was sealed for it can be read by nobody any more."""


class Unopenable(Exception):  # noqa: N818  a state of the vault, named as one
    """The sealed bytes are not those that this vault sealed for this service and reference."""


class Vault:
    """Seals and opens the personal fields of one service; safe to use from several threads.

    Each subject has a data key (AES-256-GCM) in ``<folder>/vault/<subject>``, wrapped by the key of
    the file ``<folder>/vault.key``; both files are readable by their owner alone.
    """

    def __init__(self, folder: Path, service: str) -> None:
        """Use the keys of ``folder``, made on first use, for rows of ``service``."""
        self._folder = folder / "vault"
        for each in (folder, self._folder):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._wrapping = AESGCM(key_file(folder / "vault.key"))
        self._service = service
        self._lock = threading.Lock()

    def seal(self, subject: UUID, ref: UUID, fields: Mapping[str, str]) -> NewSecret:
        """Return the row that keeps ``fields`` of ``subject`` under ``ref``.

        The subject's key is durable before this returns, so that no recorded row lacks its key.
        """
        key = self._key_for(subject)
        sealed = _encrypt(key, orjson.dumps(dict(fields)), self._row(ref))
        return NewSecret(ref=ref, subject=subject, sealed=sealed)

    def open(self, subject: UUID, ref: UUID, sealed: bytes) -> dict[str, str]:
        """Return the fields of a sealed row.

        Raises:
            Forgotten: the subject's key was deleted.
            Unopenable: the bytes were changed, or belong to another service, subject or reference.
        """
        try:
            wrapped = self._place(subject).read_bytes()
        except FileNotFoundError:
            raise Forgotten(str(subject)) from None
        key = AESGCM(_decrypt(self._wrapping, wrapped, _WRAPPED + subject.bytes))
        fields: dict[str, str] = orjson.loads(_decrypt(key, sealed, self._row(ref)))
        return fields

    def forget(self, subject: UUID) -> None:
        """Delete the subject's key for good; harmless when it is gone already."""
        with self._lock:
            self._place(subject).unlink(missing_ok=True)
            sync_folder(self._folder)

    def _key_for(self, subject: UUID) -> AESGCM:
        place = self._place(subject)
        bound = _WRAPPED + subject.bytes
        with self._lock:
            if not place.exists():
                fresh = secrets.token_bytes(KEY_BYTES)
                write_once(place, _encrypt(self._wrapping, fresh, bound))
            return AESGCM(_decrypt(self._wrapping, place.read_bytes(), bound))

    def _place(self, subject: UUID) -> Path:
        return self._folder / str(subject)

    def _row(self, ref: UUID) -> bytes:
        return _SEALED + self._service.encode() + b"/" + ref.bytes


def key_file(path: Path) -> bytes:
    """Return the key (256 bits) of a file of mode 0600; whichever process is first makes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write_once(path, secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def _encrypt(key: AESGCM, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORM + nonce + key.encrypt(nonce, content, bound_to)


def _decrypt(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    nonce, content = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if sealed[:1] == FORM:
            return key.decrypt(nonce, content, bound_to)
    except (InvalidTag, ValueError):
        pass
    raise Unopenable
