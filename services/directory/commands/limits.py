"""How often sign-in may be tried: under one name, and from one network."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

from libs.chassis.pace import Buckets, Pace, network_of
from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


class SignInTooOften(Refusal):
    """Sign-in was tried too often under this name or from this address."""

    status = 429


class Limits:
    """The limits of sign-in; safe to use from several threads."""

    def __init__(
        self, per_name: Pace, per_address: Pace, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Limit by these paces."""
        self._names = Buckets(per_name, clock)
        self._addresses = Buckets(per_address, clock)
        self._lock = threading.Lock()

    def take(self, name: str, address: str) -> None:
        """Take one try of a name (its pseudonym) and of the network of an address.

        Raises:
            SignInTooOften: one of them has none left; ``retry_after`` says for how many seconds.
        """
        with self._lock:
            short = self._addresses.take(network_of(address)) or self._names.take(name)
        if short:
            raise SignInTooOften(retry_after=math.ceil(short))

    def forgive(self, name: str) -> None:
        """Forget the tries of a name: its own person has signed in."""
        with self._lock:
            self._names.fill(name)
