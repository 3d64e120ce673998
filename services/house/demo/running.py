"""The demo: a house with a fictional country in it, to look at or to check."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from libs.kernel.refusal import Refusal
from services.directory.adapters.bootstrap import offer
from services.house.demo.country import Country
from services.house.demo.loading import ADMINISTRATOR, DemoFailed, Loader, password_of
from services.house.serving import House

if TYPE_CHECKING:
    from collections.abc import Callable

    from libs.chassis.settings import HouseSettings


def demo_house(settings: HouseSettings, country: Country) -> House:
    """Return a house that shows the demo country as its own."""
    os.environ["DHAKIRA_PORTAL_COUNTRY"] = json.dumps(dict(country.name), ensure_ascii=False)
    os.environ["DHAKIRA_PORTAL_STATE"] = country.code
    return House(settings)


class DemoUnfinished(Refusal):
    """The folder holds a demo that was broken off while its history was being told."""


async def fill(house: House, country: Country, progress: Callable[[int, int], None]) -> int:
    """Tell the country's history to a fresh house; return how many acts, 0 where it stands already.

    Raises:
        DemoFailed: the house refused one of the acts.
        DemoUnfinished: an earlier run was broken off; its history is not whole.
    """
    if house.running is None:
        raise DemoFailed(cause="the house does not run")
    told = house.folder.path / "demo-told"
    token = offer(house.folder.keys)
    if token is None:
        if not told.exists():
            raise DemoUnfinished(folder=str(house.folder.path))
        return 0
    acts = await Loader(house.running, country, token).load(progress)
    told.touch()
    return acts


def accounts(country: Country) -> list[tuple[str, str, str]]:
    """Return who may sign in: name, password, role."""
    people = [(each.login, password_of(each.login), each.role) for each in country.people]
    return [(ADMINISTRATOR, password_of(ADMINISTRATOR), "administrator"), *people]
