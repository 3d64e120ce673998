"""What the directory may be asked: institutions, people, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from libs.chassis.asking import Asked


class Command(BaseModel):
    """What every command has in common: nothing beyond what it names is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def custody(asked: Asked) -> dict[str, str]:
    """Return what the rules are told of every act here: which institution keeps the register."""
    return {"custodian": asked.service.house.settings.custodian}
