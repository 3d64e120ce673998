"""``dhakira republish``: everything that a service told, told anew."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from services.house import rebuilding
from services.house.running import SERVICES
from services.house.terminal import (
    Data,
    Password,
    SignIn,
    Url,
    console,
    ending_on_refusal,
    known,
    language,
    settings_of,
    who,
)

if TYPE_CHECKING:
    from libs.chassis.settings import HouseSettings


def republish(
    service: Annotated[str, typer.Argument(help="One of: " + ", ".join(SERVICES))],
    url: Url = None,
    data: Data = None,
    sign_in: SignIn = "",
    password: Password = "",
) -> None:
    """Give a service's stream on the bus up, and tell everything anew from the first event on.

    For a stream that lost messages or was emptied by hand; readers lose and double nothing. Talks
    to a running platform (`--url`), or starts one of a data folder meanwhile (`--data`).

    Example: `dhakira republish intake --url http://127.0.0.1:8000 --sign-in nadia.admin`
    """
    wanted, asking = known(service), who(sign_in, password) if url else ("", "")
    with ending_on_refusal():
        asyncio.run(_republish(wanted, url, settings_of(data=data, port=0), asking))
    said = "republish-begun" if url else "republish-done"
    console.print(language().message(said, service=service))


async def _republish(
    service: str, url: str | None, settings: HouseSettings, asking: tuple[str, str]
) -> None:
    async with rebuilding.reached(url, settings, asking, language().tag) as site:
        await site.republish(service)
