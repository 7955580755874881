"""Recordings of a conversation's sound, of which the pieces are files."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("recording_id", sa.String(32), nullable=False),
        sa.Column("begun_unix_ms", sa.BigInteger, nullable=False),
        sa.Column("newest_unix_ms", sa.BigInteger, nullable=False),
        sa.Column("consent_unix_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_unix_ms", sa.BigInteger),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "recording_id", name="pk_recordings"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_recordings_session_id_sessions"),
    )


def downgrade() -> None:
    op.drop_table("recordings")
