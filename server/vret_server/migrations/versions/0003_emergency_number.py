"""Whom to call for help where the person is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("gates") as gates:
        gates.add_column(sa.Column("emergency_number", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("gates") as gates:
        gates.drop_column("emergency_number")
