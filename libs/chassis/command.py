"""What may be asked: the fields of a command, each with its limits."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Command(BaseModel):
    """What every command has in common: nothing beyond what it names is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)
