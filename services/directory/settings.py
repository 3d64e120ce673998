"""What the directory is told from outside; each field may come as ``DHAKIRA_DIRECTORY_<NAME>``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DirectorySettings(BaseSettings):
    """Settings of the directory."""

    model_config = SettingsConfigDict(env_prefix="DHAKIRA_DIRECTORY_", extra="ignore", frozen=True)

    password_milliseconds: int = Field(
        250, ge=20, description="Most time that checking one password takes on this machine."
    )
    password_kib: int | None = Field(
        None, ge=19456, description="Memory of one password check in KiB; empty: as time allows."
    )
    tries_per_name: int = Field(5, ge=1, description="Sign-ins tried in a row under one name.")
    tries_per_address: int = Field(
        30, ge=1, description="Sign-ins tried in a row from one address."
    )
    seconds_per_try: float = Field(
        20.0, gt=0, description="Seconds after which one further sign-in may be tried under a name."
    )
    seconds_per_try_from_address: float = Field(
        2.0,
        gt=0,
        description="Seconds after which one further sign-in may be tried from an address.",
    )
