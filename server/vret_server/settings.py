"""What an operator sets for one server; `vret server --help` names each."""

from dataclasses import dataclass, field
from pathlib import Path

from vret.settings import (
    SERVER_BEHIND_TLS_PROXY,
    SERVER_DATABASE,
    SERVER_DIRECT_CALLS,
    SERVER_EMERGENCY_NUMBER,
    SERVER_HOST,
    SERVER_PORT,
    SERVER_PROXY_ADDRESSES,
    SERVER_TURN_SECRET_FILE,
)

_KIB = 1024
_MIB = 1024 * _KIB


@dataclass(frozen=True, slots=True)
class Settings:
    """`database` is a SQLAlchemy URL or None for SQLite inside `data`; `origins` are further allowed web origins."""

    data: Path
    host: str = SERVER_HOST.default
    port: int = SERVER_PORT.default
    database: str | None = SERVER_DATABASE.default
    origins: tuple[str, ...] = ()
    behind_tls_proxy: bool = SERVER_BEHIND_TLS_PROXY.default
    proxy_addresses: str = SERVER_PROXY_ADDRESSES.default
    emergency_number: str = SERVER_EMERGENCY_NUMBER.default
    turn_urls: tuple[str, ...] = ()
    turn_secret_file: Path | None = SERVER_TURN_SECRET_FILE.default
    direct_calls: bool = SERVER_DIRECT_CALLS.default
    limits: "ServerLimits" = field(default_factory=lambda: ServerLimits())

    @property
    def database_url(self) -> str:
        """The URL with an async driver named."""
        if not self.database:
            return f"sqlite+aiosqlite:///{self.data / 'vret.db'}"
        scheme, separator, rest = self.database.partition("://")
        drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
        return f"{drivers.get(scheme, scheme)}{separator}{rest}"

    @property
    def logs_folder(self) -> Path:
        return self.data / "logs"

    @property
    def recordings_folder(self) -> Path:
        return self.data / "recordings"


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """Numbers that bound what a stranger or a faulty program can ask of the server."""

    code_lifetime_s: int = 600
    check_code_lifetime_s: int = 14 * 24 * 3600
    checks_per_minute_per_session: int = 3
    checks_per_minute_in_all: int = 60
    login_lifetime_s: int = 12 * 3600
    link_lifetime_s: int = 600
    turn_lifetime_s: int = 600
    upload_after_end_s: int = 30 * 24 * 3600
    failures_per_minute_per_address: int = 10
    failures_per_minute_in_all: int = 100
    body_bytes: int = 64 * _KIB
    chunk_bytes: int = 8 * _MIB
    log_bytes: int = 4096 * _MIB
    recording_bytes: int = 512 * _MIB
    recording_grace_s: int = 30
    frame_bytes: int = 2 * _MIB
    hello_s: float = 10.0
    therapist_messages_per_s: int = 50
    headset_messages_per_s: int = 1000
    ping_interval_s: float = 5.0
    ping_timeout_s: float = 10.0
    shutdown_s: int = 3
