"""Sign-in links, and logins that only watch."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("logins") as logins:
        logins.add_column(sa.Column("watches", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "links",
        sa.Column("link_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("watches", sa.Boolean(), nullable=False),
        sa.Column("expires_unix_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_unix_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("link_hash", name="pk_links"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_links_account_id"),
    )
    op.create_index("ix_links_account_id", "links", ["account_id"])


def downgrade() -> None:
    op.drop_table("links")
    with op.batch_alter_table("logins") as logins:
        logins.drop_column("watches")
