"""Every field of a command has its limit: no request fills the record or the memory."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, SecretStr

import services
from libs.chassis.command import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUNDED = frozenset({"maxLength", "pattern", "enum", "const"})
FORMATS = frozenset({"uuid", "date", "date-time"})
Schema = dict[str, Any]


class Part(BaseModel):
    """A part of a command, with mistakes."""

    words: str = Field(pattern=r"^[a-z]{3}$")
    endless: str


class Planted(Command):
    """A command with mistakes."""

    name: str
    secret: Annotated[SecretStr, Field(max_length=10)] | None
    password: SecretStr
    codes: tuple[str, ...]
    few: tuple[Literal["a", "b"], ...] = Field((), max_length=2)
    notes: dict[str, str] = Field(max_length=3)
    part: Part
    identity: UUID
    number: int


def commands() -> list[type[Command]]:
    """Return every command of every service; what they are asked in stands in its `commands`."""
    for module in pkgutil.walk_packages(services.__path__, services.__name__ + "."):
        if ".commands" in module.name:
            import_module(module.name)
    found = _below(Command)
    return [each for each in found if each.__module__.startswith("services.")]


def _below(kind: type[Command]) -> list[type[Command]]:
    return [each for below in kind.__subclasses__() for each in (below, *_below(below))]


def unlimited(command: type[Command]) -> list[str]:
    """Return the parts of a command's fields that may be as long as anybody likes."""
    schema = command.model_json_schema()
    return sorted(set(_unlimited(schema, schema.get("$defs", {}), "")))


def _unlimited(node: Schema, parts: Schema, where: str) -> Iterator[str]:
    node = parts[node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else node
    for each in node.get("anyOf", []):
        yield from _unlimited(each, parts, where)
    for name, each in node.get("properties", {}).items():
        yield from _unlimited(each, parts, f"{where}/{name}")
    bounded = BOUNDED & node.keys() or node.get("format") in FORMATS
    if node.get("type") == "string" and not bounded:
        yield where
    if node.get("type") == "array":
        yield from () if "maxItems" in node else (f"{where}: how many",)
        yield from _unlimited(node["items"], parts, f"{where}/each")
    if isinstance(node.get("additionalProperties"), dict):
        yield from () if "maxProperties" in node else (f"{where}: how many",)
        yield from _unlimited(
            {"type": "string", **node.get("propertyNames", {})}, parts, f"{where}/key"
        )
        yield from _unlimited(node["additionalProperties"], parts, f"{where}/each")


@pytest.mark.parametrize("command", commands(), ids=lambda each: each.__name__)
def test_every_field_of_a_command_has_its_limit(command: type[Command]) -> None:
    assert unlimited(command) == []


def test_a_field_without_a_limit_is_caught() -> None:
    assert unlimited(Planted) == [
        "/codes/each",
        "/codes: how many",
        "/name",
        "/notes/each",
        "/notes/key",
        "/part/endless",
        "/password",
    ]
