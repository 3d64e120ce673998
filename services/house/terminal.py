"""What every command of the terminal stands on: options, words, output, exit codes."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from libs.chassis.language import Language, Languages
from libs.chassis.problems import Answered, field_said
from libs.chassis.settings import HouseSettings, SecretsFolderError
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
    """Return the settings: options before environment before defaults.

    Ends with exit code 2 where one is not what it may be.
    """
    options = {name: value for name, value in given.items() if value is not None}
    try:
        return HouseSettings(**options)  # type: ignore[arg-type]
    except (ValidationError, SettingsError) as wrong:
        misconfigured(wrong, options)


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
    """End with exit code 1 and the reason where the platform or this command refuses.

    Exit code 2 where it does not understand a setting: services read theirs when they start.
    """
    try:
        yield
    except Answered as answered:
        errors.print(answered.problem.detail, style="red", markup=False)
        for each in answered.problem.errors:
            said = f"{each.pointer.strip('/')}: {each.detail}"
            errors.print(said, style="red", markup=False)
        raise typer.Exit(1) from None
    except Refusal as refusal:
        refused(refusal)
    except (ValidationError, SettingsError) as wrong:
        misconfigured(wrong)


def refused(refusal: Refusal) -> NoReturn:
    """Say why in the terminal's language, and end with exit code 1."""
    said = language().message(f"refusal-{refusal.code}", **refusal.facts)
    errors.print(said, style="red", markup=False)
    raise typer.Exit(1)


def misconfigured(
    wrong: ValidationError | SettingsError, options: Collection[str] = ()
) -> NoReturn:
    """Say which settings are not what they may be, and end with exit code 2.

    ``options`` are the fields that came as options of the command; others came from outside.

    Raises:
        ValidationError: it is of no settings, so it is a defect.
    """
    told = _told_of_field(wrong, options) if isinstance(wrong, ValidationError) else _told(wrong)
    if not told:
        raise wrong
    for name, given, says in told:
        said = language().message("setting-wrong", name=name, given=given, says=says)
        errors.print(said, style="red", markup=False)
    raise typer.Exit(2) from None


def _told_of_field(wrong: ValidationError, options: Collection[str]) -> list[tuple[str, str, str]]:
    kind = next((each for each in _settings() if each.__name__ == wrong.title), None)
    if kind is None:
        return []
    return [
        (
            f"--{field}" if field in options else _variable(kind, field),
            str(each["input"]),
            field_said(each, language()),
        )
        for each in wrong.errors()
        for field in [str(each["loc"][0])]
    ]


def _told(wrong: SettingsError) -> list[tuple[str, str, str]]:
    """Return what could not be read at all; pydantic names the field in its message alone."""
    if isinstance(wrong, SecretsFolderError):
        return [("DHAKIRA_SECRETS_DIR", wrong.named, language().message("setting-no-folder"))]
    found = re.search(r'field "(\w+)"', str(wrong))
    return [
        (name, os.environ.get(name, "…"), language().message("setting-no-json"))
        for kind in _settings()
        if found is not None and found[1] in kind.model_fields
        for name in [_variable(kind, found[1])]
    ]


def _settings() -> list[type[BaseSettings]]:
    return BaseSettings.__subclasses__()


def _variable(kind: type[BaseSettings], field: str) -> str:
    return f"{kind.model_config.get('env_prefix', '')}{field}".upper()
