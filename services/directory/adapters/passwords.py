"""Password hashes: argon2id (RFC 9106), never weaker than OWASP's least parameters."""

from __future__ import annotations

import secrets
import threading
import time
from typing import Final

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_KIB: Final = 19456
ROUNDS: Final = 2
LANES: Final = 1
STEPS_KIB: Final = (LEAST_KIB, 32768, 47104, 65536)
AT_ONCE: Final = 2
"""Hashes computed at one time: each takes up to 64 MiB and a processor."""


class Argon2Hashes:
    """Hashes passwords and compares them; safe to use from several threads."""

    def __init__(self, memory_kib: int = LEAST_KIB) -> None:
        """Hash with so much memory (KiB); less than ``LEAST_KIB`` is never taken."""
        self.memory_kib = max(memory_kib, LEAST_KIB)
        self._hasher = PasswordHasher(
            time_cost=ROUNDS, memory_cost=self.memory_kib, parallelism=LANES, type=Type.ID
        )
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    @classmethod
    def tuned(cls, milliseconds: int) -> Argon2Hashes:
        """Return hashes that are as strong as this machine computes in so many milliseconds."""
        begun = time.perf_counter()
        cls(LEAST_KIB)
        taken = (time.perf_counter() - begun) * 1000
        affordable = LEAST_KIB * milliseconds / taken
        return cls(max((step for step in STEPS_KIB if step <= affordable), default=LEAST_KIB))

    def hash(self, password: str) -> str:
        """Return the hash that is kept of a password, with its parameters and salt."""
        with self._turns:
            return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one of the hash; takes as long where there is no hash."""
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
            return kept is not None

    def outgrown(self, kept: str) -> bool:
        """Whether a hash was made with less memory or fewer rounds than those of now."""
        made = extract_parameters(kept)
        return made.memory_cost < self.memory_kib or made.time_cost < ROUNDS
