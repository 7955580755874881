"""Write what the console takes from the code: its types, the tables of the core, the scenes that can be planned.

`python tools/vocabulary.py` (`make docs`) rewrites `server/console/src/generated/`; `tests/console/test_generated.py`
compares. The types are those of `docs/wire.schema.json` and `docs/openapi.json`.
"""

import json
from pathlib import Path
from typing import Any, get_args

import msgspec

from vret.core.axes import AXES, AXIS_VOCABULARY_VERSION
from vret.core.commands import SAY_MAX, Lowering
from vret.core.conversation import PHRASES
from vret.core.device import BATTERY_EMPTY_PERCENT, BATTERY_LOW_PERCENT
from vret.core.effects import State
from vret.core.homework import (
    EXPIRES_MAX_S,
    EXPIRES_S,
    HOMEWORK_ID_MAX,
    HOMEWORK_TEXT_MAX,
    NUMBER_MAX,
    NUMBER_TITLE_MAX,
    NUMBERS_MAX,
    SCENES_MAX,
    SESSIONS_PER_DAY_MAX,
)
from vret.core.ladder import FAINTING_RISK, LEVEL_MAX
from vret.core.limits import LIMITS
from vret.core.measures import ANCHOR_MAX, SUDS_ALARM, SUDS_MAX
from vret.core.preparation import TOGETHER
from vret.core.sickness import FMS_ALARM, FMS_MAX, FMS_UNWELL
from vret.core.transitions import IN_SCENE
from vret.link.phrase import PHRASE_WORDS, WORDS
from vret.link.schema import wire_schema
from vret.link.wire import PROTOCOL, WATCH
from vret.scene.rules import scene_rules
from vret.scene.scene import load_scene
from vret_server.openapi import openapi_json

ROOT = Path(__file__).parents[1]
GENERATED = ROOT / "server" / "console" / "src" / "generated"
_HEAD = "// Written by tools/vocabulary.py from the Python code; `make docs` writes it anew.\n"
_UNIONS = """
export type Command = CommandMessage["command"];

export type SessionEvent = Record["event"];

export type Effect = Record["effects"][number];
"""
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def wire() -> str:
    definitions = "".join(_definition(name, schema) for name, schema in wire_schema()["$defs"].items())
    return _HEAD + definitions + _UNIONS


def rest() -> str:
    schemas: dict[str, Any] = json.loads(openapi_json())["components"]["schemas"]
    return _HEAD + "".join(_definition(name, schema) for name, schema in sorted(schemas.items()))


def core() -> str:
    """The constants and tables with which the console says beforehand what the core will say."""
    axes = {
        name: {"unit": axis.unit, "calm": axis.calm, "dread": axis.dread, "meaning": axis.meaning}
        for name, axis in AXES.items()
    }
    constants = {
        "PROTOCOL": PROTOCOL,
        "WATCH": WATCH,
        "LOWERING": [command.__name__ for command in get_args(Lowering)],
        "AXIS_VOCABULARY_VERSION": AXIS_VOCABULARY_VERSION,
        "LEVEL_MAX": LEVEL_MAX,
        "SAY_MAX": SAY_MAX,
        "PHRASES": PHRASES,
        "BATTERY_LOW_PERCENT": BATTERY_LOW_PERCENT,
        "BATTERY_EMPTY_PERCENT": BATTERY_EMPTY_PERCENT,
        "ANCHOR_MAX": ANCHOR_MAX,
        "SUDS_MAX": SUDS_MAX,
        "SUDS_ALARM": SUDS_ALARM,
        "FMS_MAX": FMS_MAX,
        "FMS_ALARM": FMS_ALARM,
        "FMS_UNWELL": FMS_UNWELL,
        "FAINTING_RISK": FAINTING_RISK,
        "TOGETHER": TOGETHER,
        "HOMEWORK": {
            "ID_MAX": HOMEWORK_ID_MAX,
            "TEXT_MAX": HOMEWORK_TEXT_MAX,
            "EXPIRES_S": EXPIRES_S,
            "EXPIRES_MAX_S": EXPIRES_MAX_S,
            "SESSIONS_PER_DAY_MAX": SESSIONS_PER_DAY_MAX,
            "SCENES_MAX": SCENES_MAX,
            "NUMBERS_MAX": NUMBERS_MAX,
            "NUMBER_TITLE_MAX": NUMBER_TITLE_MAX,
            "NUMBER_MAX": NUMBER_MAX,
        },
        "WORDS": WORDS,
        "PHRASE_WORDS": PHRASE_WORDS,
        "IN_SCENE": [state for state in State if state in IN_SCENE],
        "LIMITS": LIMITS,
        "AXES": axes,
    }
    return _HEAD + "".join(f"\nexport const {name} = {_json(value)} as const;\n" for name, value in constants.items())


def scenes() -> str:
    """The scenes of this version, of which a plan is made. What a session really has is in its `SessionOpened`."""
    found = []
    for folder in sorted((ROOT / "scenes").glob("*/")):
        scene = load_scene(folder)
        rules = scene_rules(scene)
        if rules.rungs:
            rungs = [{"name": rung.name, "title": rung.title, "task": rung.task} for rung in rules.rungs]
            stimuli = [stimulus.title for stimulus in rules.stimuli]
            warnings = scene.file.content_warnings
            found.append(
                {"name": rules.name, "title": rules.title, "warnings": warnings, "rungs": rungs, "stimuli": stimuli}
            )
    return f"{_HEAD}\nexport const SCENES = {_json(found)} as const;\n"


PAGES = {"wire.ts": wire, "rest.ts": rest, "core.ts": core, "scenes.ts": scenes}


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _definition(name: str, schema: dict[str, Any]) -> str:
    told = _comment(schema.get("description"), "")
    if schema.get("type") != "object" or "properties" not in schema:
        return f"\n{told}export type {name} = {_type(schema)};\n"
    required = schema.get("required", [])
    fields = "".join(
        f"{_comment(field.get('description'), '  ')}  {key}{'' if key in required else '?'}: {_type(field)};\n"
        for key, field in schema["properties"].items()
    )
    return f"\n{told}export interface {name} {{\n{fields}}}\n"


def _comment(text: str | None, indent: str) -> str:
    if not text:
        return ""
    lines = text.splitlines()
    if len(lines) == 1:
        return f"{indent}/** {text} */\n"
    return "".join([f"{indent}/**\n", *(f"{indent} * {line}".rstrip() + "\n" for line in lines), f"{indent} */\n"])


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " | ".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    kind = schema.get("type")
    if kind == "array":
        if "prefixItems" in schema:
            return "[" + ", ".join(_type(item) for item in schema["prefixItems"]) + "]"
        item = _type(schema["items"]) if schema.get("items") else "unknown"
        return f"({item})[]" if " | " in item else f"{item}[]"
    if kind == "object":
        values = schema.get("additionalProperties")
        inner = _type(values) if isinstance(values, dict) else "unknown"
        return f"{{ [key: string]: {inner} }}"
    return _PLAIN[kind] if isinstance(kind, str) else "unknown"


if __name__ == "__main__":
    GENERATED.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (GENERATED / name).write_text(page(), encoding="utf-8")
