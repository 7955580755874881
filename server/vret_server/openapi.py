"""Writes `docs/openapi.json`: `python -m vret_server.openapi > docs/openapi.json`; a test keeps the two equal."""

import json
import tempfile
from pathlib import Path

from vret_server.app import create_app
from vret_server.settings import Settings


def openapi_json() -> str:
    """The description that a running server gives at /api/openapi.json, indented."""
    schema = create_app(Settings(data=Path(tempfile.gettempdir()))).openapi()
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(openapi_json(), end="")
