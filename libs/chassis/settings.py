"""What a process of the house is told from outside; each field may come as ``DHAKIRA_<NAME>``.

It may also stand in a file of that name (``dhakira_database_url``), as secrets do: in the folder
that ``DHAKIRA_SECRETS_DIR`` names, else in ``/run/secrets``. What comes as a variable goes before.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

SECRETS = Path("/run/secrets")
"""Where containers find the files of their secrets."""


class SecretsFolderError(SettingsError):
    """``DHAKIRA_SECRETS_DIR`` names no folder."""

    def __init__(self, named: str) -> None:
        """Tell what is ``named`` and is not there."""
        super().__init__(f"DHAKIRA_SECRETS_DIR names no folder: {named}")
        self.named = named


def secrets_folder() -> Path | None:
    """Return the folder in which settings may stand as files, None where there is none.

    Raises:
        SecretsFolderError: a folder is named and is not there.
    """
    named = os.environ.get("DHAKIRA_SECRETS_DIR", "")
    folder = Path(named) if named else SECRETS
    if folder.is_dir():
        return folder
    if named:
        raise SecretsFolderError(named)
    return None


class HouseSettings(BaseSettings):
    """Settings that every service of a process shares."""

    model_config = SettingsConfigDict(env_prefix="DHAKIRA_", extra="ignore", frozen=True)

    data: Path = Field(Path("data"), description="Folder of the embedded servers, keys and files.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, description="Port to listen on.", ge=0, le=65535)
    public_url: str = Field("", description="Address that people use, for links; empty: as asked.")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL (15 or newer) of your own, a direct URL; empty: embedded."
    )
    nats_url: SecretStr | None = Field(
        None, description="NATS (2.11 or newer, JetStream) of your own; empty: embedded."
    )
    origin: str = Field(
        "national", pattern=r"^[a-z][a-z0-9-]*$", description="`national`, or the region's code."
    )
    peers: dict[str, str] = Field(
        default_factory=dict,
        description='Where other services listen, as JSON: {"intake": "http://127.0.0.1:8101"}.',
    )
    language_packs: list[Path] = Field(
        default_factory=list, description="Folders with further language packs, as JSON."
    )
    profile: Path | None = Field(None, description="The country's profile; empty: the one shipped.")
    custodian: str = Field(
        "SECRETARIAT", description="Code of the institution that keeps the register."
    )
    otlp_endpoint: str = Field(
        "", description="Where traces are sent (OTLP over HTTP); empty: nowhere."
    )
    public_tries: int = Field(
        60,
        ge=1,
        description="Forms and commands sent in a row from one network without signing in.",
    )
    seconds_per_public_try: float = Field(
        1.0, gt=0, description="Seconds after which that network may send one more."
    )
    trusted_proxies: str = Field(
        "127.0.0.1,::1",
        description="Addresses and networks, with commas, of the web servers before the platform:"
        " whom they name in X-Forwarded-For is who asks.",
    )
    secure_cookies: bool = Field(
        default=False,
        description="Set when people reach the portal over HTTPS, as they must in production.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is handed over, then the environment, then the folder of secrets."""
        del dotenv_settings, file_secret_settings
        folder = secrets_folder()
        files = () if folder is None else (SecretsSettingsSource(settings_cls, folder),)
        return init_settings, env_settings, *files

    @field_validator("data")
    @classmethod
    def _from_the_root(cls, data: Path) -> Path:
        """Let the path hold in every process of the house, whatever folder it works in."""
        return data.absolute()
