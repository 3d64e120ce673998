"""Who is asking: short-lived tokens, signed for people by the portal, checked by every service.

A service signs for itself when it asks another; so the house's key lies with each of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from libs.kernel.refusal import Refusal
from libs.ledger.durable import write_once

if TYPE_CHECKING:
    from pathlib import Path

TOKEN_SECONDS = 300
AUDIENCE = "dhakira"
_ALGORITHMS = ["Ed25519"]
ANONYMOUS = "anonymous"


class SignInNeeded(Refusal):
    """This may be done only by somebody who has signed in."""

    status = 401


@dataclass(frozen=True, slots=True)
class Asker:
    """The person (pseudonymous id) or service that asks, as the directory knows them now."""

    person: str = ANONYMOUS
    institution: str = ""
    roles: frozenset[str] = frozenset({"public"})

    @property
    def anonymous(self) -> bool:
        """Whether nobody has signed in."""
        return self.person == ANONYMOUS


class Tokens:
    """Signs and checks tokens with the house's Ed25519 key, a file of mode 0600."""

    def __init__(self, key: OKPKey) -> None:
        """Use ``key``."""
        self._key = key

    @classmethod
    def from_folder(cls, folder: Path) -> Tokens:
        """Read the key, or make it on first use."""
        path = folder / "portal-token.pem"
        if not path.exists():
            write_once(path, OKPKey.generate_key("Ed25519").as_pem(private=True))
        return cls(OKPKey.import_key(path.read_bytes()))

    def sign(self, subject: str, seconds: int = TOKEN_SECONDS) -> str:
        """Return a token for a person's id, or ``service:<name>``, valid for ``seconds``."""
        now = int(time.time())
        claims = {"sub": subject, "aud": AUDIENCE, "iat": now, "exp": now + seconds}
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=_ALGORITHMS)

    def subject(self, token: str) -> str:
        """Return whom a token stands for.

        Raises:
            SignInNeeded: the token is not ours, not for us, or has run out.
        """
        try:
            claims = jwt.decode(token, self._key, algorithms=_ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                exp={"essential": True}, aud={"essential": True, "value": AUDIENCE}
            ).validate(claims)
        except (JoseError, ValueError):
            raise SignInNeeded from None
        return str(claims["sub"])
