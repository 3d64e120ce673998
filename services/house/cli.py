"""The command line: run the house, look after it, bring files in."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from libs.chassis.embedded.folders import DataFolder
from libs.chassis.language import Language, Languages
from libs.chassis.settings import HouseSettings
from libs.kernel.refusal import Misunderstood, Refusal
from services.directory.adapters.bootstrap import offer
from services.house import doctor as physician
from services.house import importing
from services.house.demo import checking
from services.house.demo.country import Country
from services.house.demo.running import accounts, demo_house, fill
from services.house.running import SERVICES
from services.house.serve import serve as serve_one
from services.house.serving import House

EPILOG = "Exit codes: 0 done · 1 something must be mended · 2 the command was not understood."
app = typer.Typer(
    help="Dhakira: the national record of human-rights recommendations.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
console = Console()
errors = Console(stderr=True)

Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of the embedded servers, keys and files.")
]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


class ServiceUnknown(Misunderstood):
    """The house has no service of that name."""


def language() -> Language:
    """Return the terminal's language (``LC_ALL``, ``LC_MESSAGES``, ``LANG``), else English."""
    wish = (
        os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    )
    return Languages.load().negotiate(wish.split(".")[0].replace("_", "-"))


def settings_of(**given: object) -> HouseSettings:
    """Return the settings: options before environment before defaults."""
    return HouseSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


@app.command()
def up(data: Data = None, port: Port = None, host: Host = None) -> None:
    """Run the whole house in one process, with embedded database and bus unless yours are named.

    Example: `dhakira up --data ./data --port 8000`
    """
    house = House(settings_of(data=data, port=port, host=host))

    def ready(running: House) -> None:
        console.print(f"Dhakira: {running.address}")
        token = offer(running.folder.keys)
        if token is not None:
            console.print(f"First account: {running.address}/en/first-account")
            console.print(f"Bootstrap token (shown this once): {token}")
        console.print("Stop with Ctrl-C.")

    _run(house.run(ready))


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
    if service not in SERVICES:
        _refused(ServiceUnknown(name=service, names=", ".join(SERVICES)))
    try:
        serve_one(service, settings_of(port=port, host=host, data=data))
    except Refusal as refusal:
        _refused(refusal)


@app.command()
def doctor(data: Data = None, as_json: AsJson = False) -> None:
    """Look at database, bus, disk, clock, fonts and folder rights, and say what to do.

    Example: `dhakira doctor --data ./data`
    """
    settings = settings_of(data=data)
    findings = asyncio.run(physician.examine(settings, DataFolder(Path(settings.data))))
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
    url: Annotated[str | None, typer.Option(help="A running platform.")] = None,
    data: Data = None,
    sign_in: Annotated[
        str,
        typer.Option("--sign-in", envvar="DHAKIRA_SIGN_IN", help="Your sign-in name.", prompt=True),
    ] = "",
    password: Annotated[
        str,
        typer.Option(
            envvar="DHAKIRA_PASSWORD",
            help="Better by DHAKIRA_PASSWORD.",
            prompt=True,
            hide_input=True,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Bring a source file into the register: preview, then confirm.

    Talks to a running platform (`--url`), or starts one of a data folder meanwhile (`--data`).

    Example: `dhakira import matrix.docx --url http://127.0.0.1:8000 --sign-in salma.rahbi`
    """
    wish = importing.Wish(file, state, any_state, cycle, dry_run, language().tag)
    asyncio.run(
        _import(wish, url, settings_of(data=data, port=0), (sign_in, password), as_json=as_json)
    )


async def _import(
    wish: importing.Wish,
    url: str | None,
    settings: HouseSettings,
    who: tuple[str, str],
    *,
    as_json: bool,
) -> None:
    try:
        with Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar:
            task = bar.add_task(wish.file.name, total=None)

            def progress(state: str, done: int, total: int) -> None:
                word = language().message(f"import-state-{state}")
                bar.update(task, description=word, completed=done, total=total or None)

            async with importing.reached(url, settings) as client:
                figures = await importing.bring_in(client, wish, *who, progress)
    except importing.Answered as answered:
        errors.print(answered.problem.detail, style="red")
        raise typer.Exit(1) from None
    except Refusal as refusal:
        _refused(refusal)
    else:
        _show_figures(figures, as_json=as_json)


def _show_figures(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
    else:
        table = Table(box=None, show_header=False, pad_edge=False)
        for name in (*importing.FIGURES, "not_understood"):
            value = figures[name]["count"] if name == "not_understood" else figures[name]
            table.add_row(language().message(f"import-figure-{name.replace('_', '-')}"), str(value))
        console.print(table)
        for row in figures["not_understood"]["rows"]:
            console.print(f"{row['row']}: {row['reason']}")
    if figures["state"] == "failed":
        errors.print(figures.get("refusal", ""), style="red")
        raise typer.Exit(1)


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
        summary = asyncio.run(checking.check(seconds))
        print_json(summary)
        raise typer.Exit(0 if summary["well"] else 1)
    country = Country.load()
    house = demo_house(settings_of(data=data, port=port), country)
    _run(house.run(lambda running: _show_demo(running, country)))


async def _show_demo(house: House, country: Country) -> None:
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task(country.name["en"], total=len(country.acts))
        await fill(house, country, lambda done, _: bar.update(task, completed=done))
    console.print(f"Dhakira: {house.address}/ar/  {house.address}/en/")
    table = Table("Sign-in name", "Password", "Role", box=None, pad_edge=False)
    for login, password, role in accounts(country)[:6]:
        table.add_row(login, password, role)
    console.print(table)
    console.print("Stop with Ctrl-C.")


def print_json(value: Any) -> None:  # noqa: ANN401  whatever JSON holds
    """Print JSON on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _run(work: Any) -> None:  # noqa: ANN401  a coroutine
    try:
        asyncio.run(work)
    except Refusal as refusal:
        _refused(refusal)


def _refused(refusal: Refusal) -> None:
    errors.print(language().message(f"refusal-{refusal.code}", **refusal.facts), style="red")
    raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    app()
