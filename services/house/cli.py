"""The command line: run the house, look after it, bring files in."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from libs.chassis.embedded.folders import DataFolder
from libs.chassis.settings import HouseSettings
from libs.kernel.refusal import Refusal
from services.directory.adapters.bootstrap import offer
from services.house import doctor as physician
from services.house import importing
from services.house.backup_command import register as register_backup
from services.house.demo import checking
from services.house.demo.country import Country
from services.house.demo.running import accounts, demo_house, fill
from services.house.rebuild_command import rebuild
from services.house.republish_command import republish
from services.house.running import SERVICES
from services.house.serve import serve as serve_one
from services.house.serving import House
from services.house.terminal import (
    AsJson,
    Data,
    Password,
    SignIn,
    Url,
    bars,
    console,
    ending_on_refusal,
    errors,
    known,
    language,
    print_json,
    settings_of,
    who,
)

EPILOG = "Exit codes: 0 done · 1 something must be mended · 2 the command was not understood."
app = typer.Typer(
    help="Dhakira: the national record of human-rights recommendations.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]


class FirstAccountStands(Refusal):
    """The first administrator is enrolled already: there is nothing for a token to open."""


@app.command()
def up(data: Data = None, port: Port = None, host: Host = None) -> None:
    """Run the whole house in one process, with embedded database and bus unless yours are named.

    Example: `dhakira up --data ./data --port 8000`
    """
    house = House(settings_of(data=data, port=port, host=host))

    _run(house.run(_show_up))


def _show_up(running: House) -> None:
    console.print(f"Dhakira: {running.address}")
    token = offer(running.folder.keys)
    if token is not None:
        _show_token(token, running.address)
    console.print("Stop with Ctrl-C.")


def _show_token(token: str, address: str) -> None:
    console.print(f"First account: {address}/en/first-account")
    console.print(f"Bootstrap token (shown this once): {token}")


@app.command()
def bootstrap(data: Data = None) -> None:
    """Show a fresh bootstrap token: for services as processes of their own, or if it was lost.

    It opens the first administrator's account. Any earlier token opens nothing from then on.

    Example: `dhakira bootstrap --data ./data`
    """
    settings = settings_of(data=data)
    folder = DataFolder(settings.data)
    with ending_on_refusal():
        folder.make()
        token = offer(folder.keys, anew=True)
        if token is None:
            raise FirstAccountStands
    _show_token(token, settings.public_url or "")


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help="One of: " + ", ".join(SERVICES))],
    port: Port = None,
    host: Host = None,
    data: Data = None,
) -> None:
    """Run one service; its neighbours run elsewhere and share database and bus by URL.

    Example: `DHAKIRA_DATABASE_URL=… DHAKIRA_NATS_URL=… dhakira serve intake --port 8101`
    """
    with ending_on_refusal():
        serve_one(known(service), settings_of(port=port, host=host, data=data))


@app.command()
def doctor(data: Data = None, as_json: AsJson = False) -> None:
    """Look at database, bus, disk, clock, fonts and folder rights, and say what to do.

    Example: `dhakira doctor --data ./data`
    """
    settings = settings_of(data=data)
    findings = asyncio.run(physician.examine(settings, DataFolder(settings.data)))
    speech = language()
    if as_json:
        rows = [
            {"subject": f.subject, "well": f.well, "says": speech.message(f.says, **f.facts)}
            for f in findings
        ]
        print_json(rows)
    else:
        table = Table(box=None, show_header=False, pad_edge=False)
        for finding in findings:
            mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
            subject = speech.message(f"doctor-subject-{finding.subject}")
            table.add_row(mark, subject, speech.message(finding.says, **finding.facts))
        console.print(table)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command("import")
def import_file(  # noqa: PLR0913  one argument for each option
    file: Annotated[Path, typer.Argument(help="OHCHR matrix, UHRI export, or our template.")],
    state: Annotated[
        str | None, typer.Option(help="State under review, ISO 3166-1 alpha-3.")
    ] = None,
    any_state: Annotated[
        bool, typer.Option("--any-state", help="Take rows of every State.")
    ] = False,
    cycle: Annotated[
        int | None, typer.Option(help="UPR cycle, where the file does not say.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Preview only.")] = False,
    url: Url = None,
    data: Data = None,
    sign_in: SignIn = "",
    password: Password = "",
    as_json: AsJson = False,
) -> None:
    """Bring a source file into the register: preview, then confirm.

    Talks to a running platform (`--url`), or starts one of a data folder meanwhile (`--data`).

    Example: `dhakira import matrix.docx --url http://127.0.0.1:8000 --sign-in salma.rahbi`
    """
    wish = importing.Wish(file, state, any_state, cycle, dry_run, language().tag)
    # An import names the person who brings it in, also in a house of its own.
    asking = who(sign_in, password)
    with ending_on_refusal():
        asyncio.run(_import(wish, url, settings_of(data=data, port=0), asking, as_json=as_json))


async def _import(
    wish: importing.Wish,
    url: str | None,
    settings: HouseSettings,
    asking: tuple[str, str],
    *,
    as_json: bool,
) -> None:
    with bars() as bar:
        task = bar.add_task(wish.file.name, total=None)

        def progress(state: str, done: int, total: int) -> None:
            word = language().message(f"import-state-{state}")
            bar.update(task, description=word, completed=done, total=total or None)

        try:
            async with importing.reached(url, settings, wish.language) as visit:
                figures = await importing.bring_in(visit, wish, *asking, progress)
        except (importing.ImportLeft, importing.ImportGoesOn) as left:
            if as_json:
                print_json(importing.told_of(left, language()))
            raise
    _show_figures(figures, as_json=as_json)


def _show_figures(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
    else:
        table = Table(box=None, show_header=False, pad_edge=False)
        for name in (*importing.FIGURES, *importing.REPORTS):
            value = figures[name]["count"] if name in importing.REPORTS else figures[name]
            table.add_row(language().message(f"import-figure-{name.replace('_', '-')}"), str(value))
        console.print(table)
        for row in [row for name in importing.REPORTS for row in figures[name]["rows"]]:
            console.print(f"{row['row']}: {row['reason']}", markup=False)
    if figures["state"] == "failed":
        errors.print(figures.get("refusal", ""), style="red", markup=False)
        raise typer.Exit(1)


app.command()(rebuild)
app.command()(republish)
register_backup(app)


@app.command()
def demo(
    data: Annotated[Path, typer.Option("--data", help="Folder of the demo.")] = Path("demo-data"),
    port: Port = None,
    check: Annotated[
        bool, typer.Option("--check", help="Start it in a temporary folder, walk the story, stop.")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", help="Most time that the check may take.", min=5)
    ] = 120.0,
) -> None:
    """Run a fictional country with 60 recommendations and months of history; it stays up.

    Examples: `dhakira demo`, `dhakira demo --check`
    """
    if check:
        with ending_on_refusal():
            summary = asyncio.run(checking.check(seconds))
        print_json(summary)
        raise typer.Exit(0 if summary["well"] else 1)
    country = Country.load()
    house = demo_house(settings_of(data=data, port=port), country)
    _run(house.run(lambda running: _show_demo(running, country)))


async def _show_demo(house: House, country: Country) -> None:
    with bars() as bar:
        task = bar.add_task(country.name["en"], total=len(country.acts))
        await fill(house, country, lambda done, _: bar.update(task, completed=done))
    console.print(f"Dhakira: {house.address}/ar/  {house.address}/en/")
    table = Table("Sign-in name", "Password", "Role", box=None, pad_edge=False)
    for login, password, role in accounts(country)[:6]:
        table.add_row(login, password, role)
    console.print(table)
    console.print("Stop with Ctrl-C.")


def _run(work: Any) -> None:  # noqa: ANN401  a coroutine
    with ending_on_refusal():
        asyncio.run(work)


def main() -> None:
    """Run the command line."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    app()
