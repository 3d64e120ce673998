"""``dhakira rebuild``: read models anew, of one service or of all."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from libs.chassis.rebuild import RebuildStatus
from services.house import rebuilding
from services.house.running import SERVICES
from services.house.terminal import (
    AsJson,
    Data,
    Password,
    SignIn,
    Url,
    bars,
    console,
    ending_on_refusal,
    known,
    language,
    print_json,
    settings_of,
    who,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from libs.chassis.settings import HouseSettings


def rebuild(  # noqa: PLR0913  one argument for each option
    service: Annotated[
        str | None, typer.Argument(help="One of: " + ", ".join(SERVICES) + "; all without one.")
    ] = None,
    url: Url = None,
    data: Data = None,
    sign_in: SignIn = "",
    password: Password = "",
    as_json: AsJson = False,
) -> None:
    """Build read models anew from the first event, beside the live ones, and switch to them.

    Pages stay up meanwhile. Talks to a running platform (`--url`), or starts one of a data folder
    meanwhile (`--data`). Broken off, it leaves the live read models as they were.

    Examples: `dhakira rebuild portal --url http://127.0.0.1:8000 --sign-in nadia.admin`,
    `dhakira rebuild --data ./data`
    """
    wanted = (known(service),) if service else SERVICES
    asking = who(sign_in, password) if url else ("", "")
    with ending_on_refusal():
        told = asyncio.run(_rebuild(wanted, url, settings_of(data=data, port=0), asking))
    if as_json:
        print_json([asdict(each) for each in told])
    else:
        _show(told)
    if any(each.state != "done" for each in told):
        raise typer.Exit(1)


async def _rebuild(
    services: Sequence[str],
    url: str | None,
    settings: HouseSettings,
    asking: tuple[str, str],
) -> list[RebuildStatus]:
    with bars() as bar:
        tasks = {each: bar.add_task(each, total=None, start=False) for each in services}

        def progress(status: RebuildStatus) -> None:
            bar.start_task(tasks[status.service])
            word = language().message(f"rebuild-state-{status.state}")
            bar.update(
                tasks[status.service],
                description=f"{status.service}: {word}",
                completed=min(status.done, status.total),
                total=status.total or None,
            )

        async with rebuilding.reached(url, settings, asking, language().tag) as site:
            return await rebuilding.rebuild(site, services, progress)


def _show(told: Sequence[RebuildStatus]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for each in told:
        word = language().message(f"rebuild-state-{each.state}")
        figures = language().message(
            "rebuild-figures", events=each.done, seconds=f"{each.seconds:.1f}"
        )
        table.add_row(each.service, word, each.problem or figures)
    console.print(table)
