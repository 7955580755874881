"""Strict decoding: what a therapist sends must be understood whole, since an ignored safety field is a hazard.

msgspec ignores fields that a type does not have. `decode_strict` compares what came with what was understood of it.
"""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class UnknownFieldError(ValueError):
    """A field that the receiving program does not know; `path` names it, such as `command.levle`."""

    def __init__(self, path: str) -> None:
        super().__init__(f"the field {path} is not known here")
        self.path = path


def decode_strict(data: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    """The decoded value. Raises UnknownFieldError, or msgspec.DecodeError (ValidationError) for what cannot be read."""
    value = decoder.decode(data)
    path = unknown_field(msgspec.json.decode(data), msgspec.to_builtins(value))
    if path is not None:
        raise UnknownFieldError(path)
    return value


def unknown_field(given: Any, understood: Any, path: str = "") -> str | None:
    """The path of the first field in `given` that `understood` lacks, in builtin containers."""
    if isinstance(given, dict) and isinstance(understood, dict):
        for name, value in given.items():
            inner = f"{path}.{name}" if path else name
            if name not in understood:
                return inner
            if (found := unknown_field(value, understood[name], inner)) is not None:
                return found
    elif isinstance(given, list) and isinstance(understood, list | tuple):
        for index, (value, kept) in enumerate(zip(given, understood, strict=True)):
            if (found := unknown_field(value, kept, f"{path}[{index}]")) is not None:
                return found
    return None
