"""Codes with which a computer is checked days before a session."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "check_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("expires_unix_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_check_codes"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_check_codes_session_id_sessions"),
    )
    op.create_index("ix_check_codes_session_id", "check_codes", ["session_id"])


def downgrade() -> None:
    op.drop_table("check_codes")
