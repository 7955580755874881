"""Accounts, logins, sessions, gates, codes, tokens and logs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_unix_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_accounts"),
        sa.UniqueConstraint("email", name="uq_accounts_email"),
    )
    op.create_table(
        "logins",
        sa.Column("login_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("created_unix_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_unix_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("login_hash", name="pk_logins"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_logins_account_id"),
    )
    op.create_index("ix_logins_account_id", "logins", ["account_id"])
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("therapist_id", sa.String(16), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("created_unix_ms", sa.BigInteger(), nullable=False),
        sa.Column("admitted_by", sa.String(16)),
        sa.Column("admitted_unix_ms", sa.BigInteger()),
        sa.Column("ended_unix_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("session_id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["therapist_id"], ["accounts.account_id"], name="fk_sessions_therapist_id"),
        sa.ForeignKeyConstraint(["admitted_by"], ["accounts.account_id"], name="fk_sessions_admitted_by"),
    )
    op.create_index("ix_sessions_therapist_id", "sessions", ["therapist_id"])
    op.create_table(
        "gates",
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("present_address", sa.Text(), nullable=False),
        sa.Column("callback_number", sa.String(64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("written_unix_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_gates"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_gates_session_id"),
    )
    op.create_table(
        "codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("expires_unix_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_unix_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("code_hash", name="pk_codes"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_codes_session_id"),
    )
    op.create_index("ix_codes_session_id", "codes", ["session_id"])
    op.create_table(
        "tokens",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("program", sa.String(100), nullable=False),
        sa.Column("created_unix_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_unix_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("token_hash", name="pk_tokens"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_tokens_session_id"),
    )
    op.create_index("ix_tokens_session_id", "tokens", ["session_id"])
    op.create_table(
        "logs",
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("announced_unix_ms", sa.BigInteger(), nullable=False),
        sa.Column("stored_unix_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("session_id", "sha256", name="pk_logs"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_logs_session_id"),
    )


def downgrade() -> None:
    for table in ("logs", "tokens", "codes", "gates", "sessions", "logins", "accounts"):
        op.drop_table(table)
