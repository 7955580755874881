"""Strict decoding: what a therapist sends must be understood whole, since an ignored safety field is a hazard.

msgspec ignores fields that a type does not have. `decode_strict` compares what came with what was understood of it.
What the server and the headset send may be newer than this program: `is_newer` tells a type that it does not know.
"""

from typing import Any, TypeVar, get_args

import msgspec

from vret.unreadable import UNREADABLE

T = TypeVar("T")


class UnknownFieldError(ValueError):
    """A field that the receiving program does not know; `path` names it, such as `command.levle`."""

    def __init__(self, path: str) -> None:
        super().__init__(f"the field {path} is not known here")
        self.path = path


def decode_strict(data: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    """The decoded value. Raises UnknownFieldError, or msgspec.DecodeError (ValidationError) for what cannot be read."""
    value = decoder.decode(data)
    require_64_bits(value)
    path = unknown_field(msgspec.json.decode(data), msgspec.to_builtins(value))
    if path is not None:
        raise UnknownFieldError(path)
    return value


def require_64_bits(value: Any) -> None:
    """Raises msgspec.ValidationError for a whole number or a text that records and shared memory cannot hold."""
    try:
        msgspec.msgpack.encode(value)
    except OverflowError:
        raise msgspec.ValidationError("a whole number in it needs more than 64 bits") from None
    except UnicodeEncodeError:
        raise msgspec.ValidationError("a text in it has half of a character") from None


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


def is_newer(data: bytes, union: Any) -> bool:
    """Whether a message that cannot be decoded is whole, but of a type that is not among the structs of `union`."""
    try:
        tag = msgspec.json.decode(data, type=_Tagged).type
    except UNREADABLE:
        return False
    return tag not in {kind.__name__ for kind in get_args(union)}


class _Tagged(msgspec.Struct):
    type: str
