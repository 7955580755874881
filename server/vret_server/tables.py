"""The tables. Times are whole milliseconds since 1970 (UTC); secrets are kept only as hashes."""

import time

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, MetaData, String, Table, Text, false

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", String(16), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_unix_ms", BigInteger, nullable=False),
)

logins = Table(
    "logins",
    metadata,
    Column("login_hash", String(64), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("created_unix_ms", BigInteger, nullable=False),
    Column("expires_unix_ms", BigInteger, nullable=False),
    Column("watches", Boolean, nullable=False, server_default=false()),
)

links = Table(
    "links",
    metadata,
    Column("link_hash", String(64), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("watches", Boolean, nullable=False),
    Column("expires_unix_ms", BigInteger, nullable=False),
    Column("used_unix_ms", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String(32), primary_key=True),
    Column("therapist_id", String(16), ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("label", String(100), nullable=False),
    Column("plan", Text, nullable=False),
    Column("created_unix_ms", BigInteger, nullable=False),
    Column("admitted_by", String(16), ForeignKey("accounts.account_id")),
    Column("admitted_unix_ms", BigInteger),
    Column("ended_unix_ms", BigInteger),
)

gates = Table(
    "gates",
    metadata,
    Column("session_id", String(32), ForeignKey("sessions.session_id"), primary_key=True),
    Column("present_address", Text, nullable=False),
    Column("callback_number", String(64), nullable=False),
    Column("answers", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("written_unix_ms", BigInteger, nullable=False),
    Column("emergency_number", String(64), nullable=False, server_default=""),
)

codes = Table(
    "codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("session_id", String(32), ForeignKey("sessions.session_id"), nullable=False, index=True),
    Column("expires_unix_ms", BigInteger, nullable=False),
    Column("used_unix_ms", BigInteger),
)

check_codes = Table(
    "check_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("session_id", String(32), ForeignKey("sessions.session_id"), nullable=False, index=True),
    Column("expires_unix_ms", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("session_id", String(32), ForeignKey("sessions.session_id"), nullable=False, index=True),
    Column("program", String(100), nullable=False),
    Column("created_unix_ms", BigInteger, nullable=False),
    Column("revoked_unix_ms", BigInteger),
)

logs = Table(
    "logs",
    metadata,
    Column("session_id", String(32), ForeignKey("sessions.session_id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("announced_unix_ms", BigInteger, nullable=False),
    Column("stored_unix_ms", BigInteger),
)


recordings = Table(
    "recordings",
    metadata,
    Column("session_id", String(32), ForeignKey("sessions.session_id"), primary_key=True),
    Column("recording_id", String(32), primary_key=True),
    Column("begun_unix_ms", BigInteger, nullable=False),
    Column("newest_unix_ms", BigInteger, nullable=False),
    Column("consent_unix_ms", BigInteger, nullable=False),
    Column("ended_unix_ms", BigInteger),
    Column("pieces", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)


def now_unix_ms() -> int:
    return time.time_ns() // 1_000_000
