"""What intake is told from outside; each field may come as ``DHAKIRA_INTAKE_<NAME>``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IntakeSettings(BaseSettings):
    """Settings of intake."""

    model_config = SettingsConfigDict(env_prefix="DHAKIRA_INTAKE_", extra="ignore", frozen=True)

    import_seconds: int = Field(
        600, ge=1, description="Most time that reading one source file may take."
    )
