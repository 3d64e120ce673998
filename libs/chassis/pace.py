"""How often something may be tried: buckets of tries, filled with time."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from libs.chassis.problems import TooManyRequests

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BUCKETS = 100_000
IPV4 = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """So many tries in a row; then one more each ``seconds``."""

    burst: int
    seconds: float


class Buckets:
    """One bucket for each key, in memory; those longest unused are let go when too many."""

    def __init__(self, pace: Pace, clock: Callable[[], float], most: int = MOST_BUCKETS) -> None:
        """Start with every bucket full; ``clock`` tells seconds that never go back."""
        self._pace = pace
        self._clock = clock
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one try; return 0, or the seconds until there is one."""
        now = self._clock()
        left, since = self._left.pop(key, (float(self._pace.burst), now))
        left = min(float(self._pace.burst), left + (now - since) / self._pace.seconds)
        short = max(0.0, 1.0 - left)
        self._left[key] = (left if short else left - 1.0, now)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return short * self._pace.seconds

    def fill(self, key: str) -> None:
        """Fill a bucket up."""
        self._left.pop(key, None)


def network_of(address: str) -> str:
    """Return the network that one household or office has: /24 of IPv4, /56 of IPv6 (RFC 6177).

    What is no IP address stands for itself.
    """
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    return str(ip_network((address, 24 if version == IPV4 else 56), strict=False))


class Strangers:
    """How often people who have not signed in may send something, from one network."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        """Limit by this pace; safe to use from several threads."""
        self._networks = Buckets(pace, clock)
        self._lock = threading.Lock()

    def take(self, address: str) -> None:
        """Take one try of the network of an address; those without an address share theirs.

        Raises:
            TooManyRequests: none is left; ``retry_after`` says for how many seconds.
        """
        with self._lock:
            short = self._networks.take(network_of(address))
        if short:
            raise TooManyRequests(retry_after=math.ceil(short))
