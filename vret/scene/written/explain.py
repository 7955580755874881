"""Pydantic's findings in a scene author's terms: the key as it is written in the file, and a plain sentence."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vret.scene.written.checks import Finding, close_to
from vret.scene.written.lines import Path as KeyPath
from vret.scene.written.model import AnyMesh, SceneFile

_NUMBER_TYPES = ("is_instance_of", "decimal_type", "decimal_parsing", "float_type")


def explained(error: ValidationError, lines: dict[KeyPath, int]) -> list[Finding]:
    """`lines` are the file's keys, see `key_lines`. A misspelt key explains what is missing beside it."""
    details = error.errors()
    misspelt = {detail["loc"][:-1] for detail in details if detail["type"] == "extra_forbidden"}
    return [
        _explained(detail, lines)
        for detail in details
        if detail["type"] != "missing" or detail["loc"][:-1] not in misspelt
    ]


def _explained(detail: ErrorDetails, lines: dict[KeyPath, int]) -> Finding:
    key: KeyPath = ()
    for part in detail["loc"]:
        if (*key, part) in lines:
            key = (*key, part)
    last = detail["loc"][-1] if detail["loc"] else ""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return Finding((*key, last), "is missing")
        case "extra_forbidden":
            return Finding(key, f"no such key{close_to(str(last), _all_keys())}")
        case "union_tag_not_found":
            return Finding(key, "needs a kind")
        case "union_tag_invalid":
            kind = str(context["tag"])
            return Finding((*key, "kind"), f"no such kind of mesh as {kind}{close_to(kind, _mesh_kinds())}")
        case "value_error":
            return Finding(key, str(context["error"]))
        case "string_pattern_mismatch":
            return Finding(key, f'"{detail["input"]}" is not written as {context["pattern"]}')
        case kind if kind in _NUMBER_TYPES:
            return Finding(key, "should be a number")
        case _:
            said = detail["msg"].removeprefix("Input ")
            return Finding(key, said[:1].lower() + said[1:])


def _mesh_kinds() -> list[str]:
    kinds = get_args(get_args(AnyMesh)[0])
    return [str(get_args(kind.model_fields["kind"].annotation)[0]) for kind in kinds]


def _all_keys() -> list[str]:
    """Every key that some table of the format knows."""
    found: dict[type[BaseModel], None] = {}

    def visit(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation not in found:
                found[annotation] = None
                for field in annotation.model_fields.values():
                    visit(field.annotation)
        else:
            for inner in get_args(annotation):
                visit(inner)

    visit(SceneFile)
    return sorted({field.alias or name for model in found for name, field in model.model_fields.items()})
