"""What the portal is told from outside; each field may come as ``DHAKIRA_PORTAL_<NAME>``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PortalSettings(BaseSettings):
    """Settings of the portal."""

    model_config = SettingsConfigDict(env_prefix="DHAKIRA_PORTAL_", extra="ignore", frozen=True)

    idle_minutes: int = Field(30, ge=1, description="A session ends after so many minutes unused.")
    longest_hours: int = Field(
        12, ge=1, description="A session ends after so many hours in any case."
    )
    own_write_seconds: float = Field(
        2.0,
        ge=0,
        description="How long a page waits for the reader's own last change to be readable.",
    )
    country: dict[str, str] = Field(
        default_factory=dict,
        description='Name of the State, by language, as JSON: {"ar": "…", "en": "…"}.',
    )
    state: str = Field("", description="Code of the State whose record this is, such as `MAR`.")
