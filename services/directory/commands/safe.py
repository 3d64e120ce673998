"""What the commands keep people's secrets with: the vault, the keys, the hashes, the limits."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from libs.ledger.act import new_id
from services.directory.domain.person import Person

if TYPE_CHECKING:
    from libs.chassis.asking import Asked
    from libs.ledger.vault import Vault
    from libs.ledger.writer import NewSecret
    from services.directory.commands.limits import Limits


class PasswordHashes(Protocol):
    """Hashes passwords and compares them."""

    def hash(self, password: str) -> str:
        """Return the hash that is kept of a password."""

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one of the hash; takes as long where there is no hash."""

    def outgrown(self, kept: str) -> bool:
        """Whether a hash was made with weaker parameters than those of now."""


class Bootstrap(Protocol):
    """The token with which the first administrator is enrolled."""

    def opens(self, token: str) -> bool:
        """Whether this is the token, and it was not made void."""

    def void(self) -> None:
        """Let the token open nothing any more, for good."""


@dataclass(frozen=True, slots=True)
class Safe:
    """Everything secret that the commands need; ``name_key`` makes pseudonyms of sign-in names."""

    vault: Vault
    name_key: bytes
    hashes: PasswordHashes
    bootstrap: Bootstrap
    limits: Limits

    def identity(self, sign_in: str) -> UUID:
        """Return the id of the person of a name to sign in with, enrolled or not."""
        return Person.identity(self.name_key, sign_in)

    def seal(self, subject: UUID, fields: dict[str, str]) -> NewSecret:
        """Return the vault row that keeps ``fields``, under a reference of its own."""
        return self.vault.seal(subject, UUID(new_id()), fields)

    def veil(self, asked: Asked) -> Asked:
        """Return the request with a keyed hash in the place of the plain one.

        The answer row keeps a hash of what was asked. Of a body that holds a password or a name, a
        hash without a key would let anybody with the row find it out by trying.
        """
        keyed = hmac.new(self.name_key, b"request/" + asked.act.request, hashlib.sha256).digest()
        asked.act = replace(asked.act, request=keyed)
        return asked
