from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

from tests.recording.story import told
from vret.link.schema import wire_schema, wire_schema_text
from vret.recording.record import Record

COMMITTED = Path(__file__).parents[2] / "docs" / "wire.schema.json"


def test_the_committed_schema_is_that_of_the_types() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == wire_schema_text(), (
        "run python -m vret.link.schema docs/wire.schema.json"
    )


def test_what_is_recorded_is_valid() -> None:
    schema = wire_schema()
    validator = jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/Record"})
    for record in told().records:
        validator.validate(msgspec.json.decode(msgspec.json.encode(record)))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"type": Record.__name__, "sequence": "one"})
