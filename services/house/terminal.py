"""What every command of the terminal stands on: options, words, output, exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from libs.chassis.language import Language, Languages
from libs.chassis.problems import Answered
from libs.chassis.settings import HouseSettings
from libs.kernel.refusal import Misunderstood, Refusal
from services.house.running import SERVICES

console = Console()
errors = Console(stderr=True)

Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of the embedded servers, keys and files.")
]
Url = Annotated[
    str | None, typer.Option(help="A running platform; DHAKIRA_PEERS names services elsewhere.")
]
SignIn = Annotated[
    str, typer.Option("--sign-in", envvar="DHAKIRA_SIGN_IN", help="Your name on the platform.")
]
Password = Annotated[
    str, typer.Option(envvar="DHAKIRA_PASSWORD", help="Better by DHAKIRA_PASSWORD.")
]
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


def print_json(value: Any) -> None:  # noqa: ANN401  whatever JSON holds
    """Print JSON on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def known(service: str) -> str:
    """Return the name of a service of the house, or end with exit code 1."""
    if service not in SERVICES:
        refused(ServiceUnknown(name=service, names=", ".join(SERVICES)))
    return service


def who(sign_in: str, password: str) -> tuple[str, str]:
    """Return sign-in name and password, asked for where they were not given."""
    return (
        sign_in or typer.prompt("Sign in", err=True),
        password or typer.prompt("Password", hide_input=True, err=True),
    )


def bars() -> Progress:
    """Return progress bars on standard error; none where nobody looks on."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )


@contextmanager
def ending_on_refusal() -> Iterator[None]:
    """End with exit code 1 and the reason where the platform or this command refuses."""
    try:
        yield
    except Answered as answered:
        errors.print(answered.problem.detail, style="red", markup=False)
        raise typer.Exit(1) from None
    except Refusal as refusal:
        refused(refusal)


def refused(refusal: Refusal) -> NoReturn:
    """Say why in the terminal's language, and end with exit code 1."""
    errors.print(language().message(f"refusal-{refusal.code}", **refusal.facts), style="red")
    raise typer.Exit(1)
