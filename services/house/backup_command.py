"""``dhakira backup``, ``restore`` and ``migrate``."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from libs.chassis.embedded.folders import DataFolder
from services.house.backup import keys, migrating, restoring, taking
from services.house.backup.reaching import reached
from services.house.terminal import (
    AsJson,
    Data,
    bars,
    console,
    ending_on_refusal,
    errors,
    language,
    print_json,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from libs.chassis.settings import HouseSettings

KEYS_DAYS = 30
From = Annotated[Path | None, typer.Option("--from", help="One backup.")]
backup_app = typer.Typer(rich_markup_mode="markdown", invoke_without_command=True)
restore_app = typer.Typer(rich_markup_mode="markdown", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(backup_app, name="backup")
    app.add_typer(restore_app, name="restore")
    app.command()(migrate)


@backup_app.callback()
def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder in which backups are kept.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Back up the record (ledgers, files, configuration) while the house works, or stands still.

    Every event that was acknowledged up to the position told for its service is in it. Read models
    and the bus are made again from it. Keys are not in it: see `dhakira backup keys`.

    Example: `dhakira backup --data ./data --to /mnt/backups`
    """
    if context.invoked_subcommand is not None:
        return
    target, settings, folder = _given(to, "--to"), *_house(data)
    with ending_on_refusal(), _bars() as progress:
        keys.must_be_apart(target, "record")
        with reached(settings, folder) as database:
            place, manifest = taking.take(database, settings, folder, target, progress)
    _show({"backup": str(place), **manifest.figures()}, as_json=as_json)


@backup_app.command("keys")
def backup_keys(
    to: Annotated[Path, typer.Option("--to", help="Folder apart from the record's backups.")],
    data: Data = None,
    days: Annotated[
        int, typer.Option("--days", min=1, help="Days after which this backup is deleted.")
    ] = KEYS_DAYS,
    as_json: AsJson = False,
) -> None:
    """Back up the keys, into a place apart, and delete those there whose time is over.

    Whoever holds both a record and its keys reads what is sealed. An erased person stays readable
    to whoever holds an old key, so old backups of keys are deleted.

    Example: `dhakira backup keys --data ./data --to /media/safe/keys`
    """
    settings, folder = _house(data)
    with ending_on_refusal():
        place, manifest, deleted = keys.take(settings, folder, to, days)
    _show({"backup": str(place), **manifest.figures(), "deleted": deleted}, as_json=as_json)


@restore_app.callback()
def restore(
    context: typer.Context,
    source: From = None,
    data: Data = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only read the backup and compare it with its manifest.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Restore the record into an empty data folder, or an empty database and bus by URL.

    What stands is never touched. A restore that was broken off leaves a folder that no house starts
    on; repeat the command, and it begins anew.

    Examples: `dhakira restore --from /mnt/backups/record-20261126T020000Z-4f9a01 --data ./data`,
    `dhakira restore --check --from /mnt/backups/record-20261126T020000Z-4f9a01`
    """
    if context.invoked_subcommand is not None:
        return
    place, settings, folder = _given(source, "--from"), *_house(data)
    with ending_on_refusal(), _bars() as progress:
        if check:
            manifest = restoring.check(place, progress)
        else:
            asyncio.run(restoring.bus_must_be_empty(settings))
            manifest = restoring.restore(place, settings, folder, progress)
    _show({"checked" if check else "restored": str(place), **manifest.figures()}, as_json=as_json)
    if not check and keys.missing(folder):
        errors.print(language().message("restore-keys-missing"), style="yellow")


@restore_app.command("keys")
def restore_keys(
    source: Annotated[Path, typer.Option("--from", help="One backup of keys.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put backed-up keys into a data folder that has none, before the house is started there.

    Where the keys in use are still there, use those: they know who was erased since.

    Example: `dhakira restore keys --from /media/safe/keys-20261126T020000Z-77b0c2 --data ./data`
    """
    _, folder = _house(data)
    with ending_on_refusal():
        manifest = keys.restore(source, folder)
    _show({"restored": str(source), **manifest.figures()}, as_json=as_json)


def migrate(
    data: Data = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell what is due; exit code 1 if anything is.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring every ledger to this platform's version: all of them, or none.

    `dhakira up` does it by itself on its own database. On a database by URL, which others may be
    using, it is for the operator: back up, then migrate, then start the new version.

    Example: `DHAKIRA_DATABASE_URL=… dhakira migrate`
    """
    settings, folder = _house(data)
    with ending_on_refusal(), reached(settings, folder) as database:
        found = migrating.due(database) if check else migrating.perform(database)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        for each in found:
            console.print(language().message("migrate-ledger", **asdict(each)))
    if check and any(each.before != each.now for each in found):
        raise typer.Exit(1)


def _house(data: Path | None) -> tuple[HouseSettings, DataFolder]:
    settings = settings_of(data=data)
    return settings, DataFolder(settings.data)


def _given(place: Path | None, option: str) -> Path:
    if place is None:
        raise typer.BadParameter(language().message("backup-option-missing"), param_hint=option)
    return place


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    with bars() as bar:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what)
            bar.update(tasks[what], completed=done, total=total or None)

        yield progress


def _show(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
        return
    speech = language()
    for name in ("backup", "restored", "checked"):
        if name in figures:
            # The place by itself, so that it can be copied: a sentence would wrap marks around it.
            console.print(speech.message(f"backup-told-{name}"), end=" ")
            console.print(figures[name], soft_wrap=True, markup=False, highlight=False)
    for service, ledger in figures["ledgers"].items():
        facts = {"service": service, "events": ledger["events"], "position": ledger["position"]}
        console.print(speech.message("backup-ledger", **facts))
    if figures["kind"] == "record":
        console.print(speech.message("backup-files", count=figures["files"]))
    else:
        facts = {"count": figures["keys"], "day": figures["delete_after"][:10]}
        console.print(speech.message("backup-keys", **facts))
