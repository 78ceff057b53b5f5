"""What can be set, with types, limits and defaults; durations are in seconds."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

EnvironmentName = Literal["test", "dev", "staging", "prod"]

DEPLOYED = ("staging", "prod")
"""Environments that customers or their data can reach."""

SECRET_CHARACTERS = 32
"""The shortest signing secret that a deployed environment accepts."""


class Section(BaseModel):
    """A group of settings: unknown names and wrong types are refused; values stay."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


class ServerSettings(Section):
    """Where the service listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=0, le=65535)


class DatabaseSettings(Section):
    """Where conversations and accounts are kept."""

    url: SecretStr = SecretStr("sqlite+aiosqlite:///assistant.db")
    connect_attempts: int = Field(default=3, ge=1, le=20)
    retry_wait_s: float = Field(default=0.2, ge=0)


class AuthSettings(Section):
    """Tokens, passwords and the protection of accounts."""

    jwt_secret: SecretStr
    service_secret: SecretStr
    access_lifetime_s: float = Field(default=900, gt=0)
    refresh_lifetime_s: float = Field(default=14 * 86400, gt=0)
    service_lifetime_s: float = Field(default=60, gt=0)
    recovery_lifetime_s: float = Field(default=1800, gt=0)
    oauth_lifetime_s: float = Field(default=600, gt=0)
    lockout_attempts: int = Field(default=5, ge=1)
    lockout_s: float = Field(default=900, gt=0)
    cache_s: float = Field(default=30, ge=0)
    argon2_time_cost: int = Field(default=3, ge=1)
    argon2_memory_kib: int = Field(default=65536, ge=8)


class ChatSettings(Section):
    """Limits of connections, messages and runs."""

    handshake_limit_s: float = Field(default=10, gt=0)
    idle_limit_s: float = Field(default=600, gt=0)
    heartbeat_interval_s: float = Field(default=30, gt=0)
    heartbeat_misses: int = Field(default=2, ge=1)
    connection_limit: int = Field(default=1000, ge=1)
    connections_per_user: int = Field(default=5, ge=1)
    message_bytes: int = Field(default=65536, ge=16)
    messages_per_minute: int = Field(default=60, ge=1)
    queue_limit: int = Field(default=100, ge=1)
    buffer_bytes: int = Field(default=1 << 20, ge=1024)
    overload_wait_s: float = Field(default=30, gt=0)
    resume_window_s: float = Field(default=300, gt=0)
    retry_after_s: float = Field(default=5, gt=0)


class AgentSettings(Section):
    """How the agent works."""

    name: str = Field(default="assistant", min_length=1)
    tool_timeout_s: float = Field(default=30, gt=0)
    provider_attempts: int = Field(default=3, ge=1)
    retry_wait_s: float = Field(default=0.2, ge=0)


class LogSettings(Section):
    """What is written down."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(BaseSettings):
    """All settings of the service.

    Nothing is read here from the process or from files: `assistant.config.load` gathers
    the sources and passes one mapping.
    """

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True
    )

    environment: EnvironmentName = "dev"
    debug: bool = False
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    auth: AuthSettings
    chat: ChatSettings = ChatSettings()
    agent: AgentSettings = AgentSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is passed and nothing else."""
        return (init_settings,)
