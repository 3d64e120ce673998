"""What a process of the house is told from outside; each field may come as ``DHAKIRA_<NAME>``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class HouseSettings(BaseSettings):
    """Settings that every service of a process shares."""

    model_config = SettingsConfigDict(
        env_prefix="DHAKIRA_", secrets_dir=None, extra="ignore", frozen=True
    )

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
    secure_cookies: bool = Field(
        default=False,
        description="Set when people reach the portal over HTTPS, as they must in production.",
    )
