"""A server, and a browser where the therapist's page itself is what fails."""

from tests.console.conftest import chromium
from tests.end_to_end.conftest import postgres_server, sqlite_server

__all__ = ["chromium", "postgres_server", "sqlite_server"]
