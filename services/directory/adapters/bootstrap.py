"""The bootstrap token: shown once by whoever starts the house first; a file keeps its hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from libs.ledger.durable import write_anew, write_once

if TYPE_CHECKING:
    from pathlib import Path

TOKEN_BYTES = 32
VOID = b"void"


def offer(keys: Path, *, anew: bool = False) -> str | None:
    """Return a fresh token of 256 bits for the operator's screen, None when one was offered.

    ``anew`` puts a fresh one in the place of one that was lost; None once the first administrator
    is enrolled, because then there is nothing left to open.
    """
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    file = _file(keys)
    if write_once(file, _hash(token)):
        return token
    if anew and file.read_bytes() != VOID:
        write_anew(file, _hash(token))
        return token
    return None


class BootstrapFile:
    """Compares a token with the hash that is kept, and makes it void."""

    def __init__(self, keys: Path) -> None:
        """Use the folder in which the token was offered."""
        self._file = _file(keys)

    def opens(self, token: str) -> bool:
        """Whether this is the token, and it was not made void."""
        try:
            kept = self._file.read_bytes()
        except FileNotFoundError:
            return False
        return hmac.compare_digest(kept, _hash(token))

    def void(self) -> None:
        """Let the token open nothing any more, for good."""
        write_anew(self._file, VOID)


def _file(keys: Path) -> Path:
    return keys / "bootstrap-token.sha256"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).hexdigest().encode()
