"""Taking the address that a house listens on, before anything else of it is started."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from typing import TYPE_CHECKING

from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from socket import socket

    from libs.chassis.settings import HouseSettings


class PortTaken(Refusal):
    """Something else listens on the port already."""


class AddressNotOpened(Refusal):
    """The system does not let the house listen on this address."""


async def taken(settings: HouseSettings) -> list[socket]:
    """Take the address and listen to nobody yet: who calls is turned away until the house serves.

    Raises:
        PortTaken: something listens there.
        AddressNotOpened: the address is none of this system's, or not for this user.
    """
    with told(settings):
        server = await asyncio.get_running_loop().create_server(
            asyncio.Protocol, settings.host, settings.port, start_serving=False
        )
    try:
        return [each.dup() for each in server.sockets]
    finally:
        server.close()


@contextlib.contextmanager
def told(settings: HouseSettings) -> Iterator[None]:
    """Tell what the system says of an address as a refusal.

    Two processes may take one port while neither listens, so beginning to listen is refused too.
    """
    try:
        yield
    except OSError as reason:
        if reason.errno == errno.EADDRINUSE:
            raise PortTaken(port=str(settings.port)) from None
        known = reason.errno in errno.errorcode
        cause = os.strerror(reason.errno or 0) if known else str(reason.strerror or reason)
        raise AddressNotOpened(host=settings.host, port=str(settings.port), cause=cause) from None
