"""Every setting says what it is for, and comes from outside under the house's name."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

import libs
import services

PREFIX = "DHAKIRA_"


class Planted(BaseSettings):
    """A class with mistakes."""

    model_config = SettingsConfigDict(env_prefix="OTHER_")

    silent: int = 1
    told: int = Field(1, description="How many.")


def settings_classes() -> list[type[BaseSettings]]:
    for package in (libs, services):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if module.name.endswith(".settings"):
                import_module(module.name)
    found = BaseSettings.__subclasses__()
    return [each for each in found if each.__module__.startswith(("libs.", "services."))]


def silent_fields(settings: type[BaseSettings]) -> list[str]:
    return [name for name, field in settings.model_fields.items() if not field.description]


@pytest.mark.parametrize("settings", settings_classes(), ids=lambda each: each.__name__)
def test_every_setting_is_described_and_named_after_the_house(settings: Any) -> None:
    assert silent_fields(settings) == []
    assert str(settings.model_config.get("env_prefix")).startswith(PREFIX)


def test_a_silent_setting_is_caught() -> None:
    assert silent_fields(Planted) == ["silent"]
