"""The wire's messages as JSON Schema, generated from their types: `python -m vret.link.schema docs/wire.schema.json`.

The console's TypeScript types are made from this file; a test keeps it equal to the types.
"""

import sys
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret.link.signalling import FromHeadset as HeadsetSaysInCall
from vret.link.wire import PROTOCOL, FromHeadset, FromTherapist, ToHeadset, ToSign, ToTherapist
from vret.memory.call import FromPage as PageSaysInCall
from vret.recording.record import ClockEstimate, FrameRecord, Record

_UNIONS = {
    "FromTherapist": FromTherapist,
    "ToSign": ToSign,
    "FromHeadset": FromHeadset,
    "ToHeadset": ToHeadset,
    "ToTherapist": ToTherapist,
    "PageSaysInCall": PageSaysInCall,
    "HeadsetSaysInCall": HeadsetSaysInCall,
    "LogEntry": Record | FrameRecord | ClockEstimate,
}


def wire_schema() -> dict[str, Any]:
    """One schema with a definition for every type, and for who says what to whom."""
    unions, components = msgspec.json.schema_components(list(_UNIONS.values()), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vret wire and log",
        "description": f"Protocol {PROTOCOL[0]} to {PROTOCOL[1]}, axis vocabulary {AXIS_VOCABULARY_VERSION}.",
        "$defs": {**dict(zip(_UNIONS, unions, strict=True)), **dict(sorted(_cleaned(components).items()))},
    }


def _cleaned(components: dict[str, Any]) -> dict[str, Any]:
    """Descriptions are docstrings, whose indentation Python takes away since 3.13: the same text on every version."""
    return {
        name: {**found, "description": cleandoc(found["description"])} if "description" in found else found
        for name, found in components.items()
    }


def wire_schema_text() -> str:
    return msgspec.json.format(msgspec.json.encode(wire_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(wire_schema_text(), encoding="utf-8")
