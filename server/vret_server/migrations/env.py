"""Alembic's entry: runs on the connection that `vret_server.store` hands over, never on its own."""

from alembic import context

from vret_server.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
