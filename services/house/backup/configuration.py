"""What a house is told from outside, as far as it is no secret: kept beside the record."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, get_args

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.house.running import SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libs.chassis.settings import HouseSettings


def told(settings: HouseSettings) -> str:
    """Return the settings that were given and are no secret, as lines for an environment file."""
    return "".join(f"{line}\n" for each in (settings, *_of_services()) for line in _lines(each))


def named(settings: HouseSettings) -> Iterator[tuple[str, Path]]:
    """Yield the files that settings name: the country's profile, and further language packs."""
    folders = [("profile", settings.profile)] if settings.profile is not None else []
    folders += [(f"languages/{each.name}", each) for each in settings.language_packs]
    for name, folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield f"{name}/{file.relative_to(folder).as_posix()}", file


def _of_services() -> Iterator[BaseSettings]:
    for service in SERVICES:
        name = f"services.{service}.settings"
        if find_spec(name) is not None:
            for each in vars(import_module(name)).values():
                if isinstance(each, type) and issubclass(each, BaseSettings) and _is_of(each, name):
                    yield each()


def _is_of(kind: type[BaseSettings], module: str) -> bool:
    return kind.__module__ == module


def _lines(settings: BaseSettings) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    given = settings.model_dump(mode="json", exclude_defaults=True)
    for name, value in given.items():
        kind = type(settings).model_fields[name].annotation
        if SecretStr not in (kind, *get_args(kind)):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{prefix}{name.upper()}={text}"
