"""The outputs of this computer, and which of them plays: the one that was asked for, the headset's own, or the default.

A headset's own is known by its name alone: it has a word of the headset's name in it, or another word of its maker's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import miniaudio

BACKENDS: Final = (
    miniaudio.Backend.WASAPI,
    miniaudio.Backend.COREAUDIO,
    miniaudio.Backend.PULSEAUDIO,
    miniaudio.Backend.ALSA,
)

_MAKERS: Final = (
    frozenset({"meta", "oculus", "quest", "rift"}),
    frozenset({"valve", "index"}),
    frozenset({"htc", "vive"}),
    frozenset({"pico", "bytedance"}),
)
_ANYBODYS: Final = frozenset(
    {
        "audio",
        "device",
        "display",
        "head",
        "headphones",
        "headset",
        "hmd",
        "mounted",
        "openxr",
        "output",
        "pro",
        "reality",
    }
    | {"simulated", "speakers", "steamvr", "system", "virtual", "digital", "stereo", "default", "null", "sound", "usb"}
)
_WORD: Final = re.compile(r"[a-z][a-z]+")


@dataclass(frozen=True)
class Output:
    """A device by the name that the system gives it; `device_id` and `backend` are miniaudio's."""

    name: str
    backend: miniaudio.Backend
    device_id: Any = None


@dataclass(frozen=True)
class Choice:
    """`output` is None for the default. `message` says what was asked for and is not there."""

    output: Output | None = None
    message: str = ""


def backends() -> list[miniaudio.Backend]:
    return [backend for backend in BACKENDS if miniaudio.is_backend_enabled(backend)]


def outputs() -> list[Output]:
    """The outputs of the first sound system that answers; empty where none does, or where it does not tell."""
    for backend in backends():
        try:
            found = miniaudio.Devices([backend]).get_playbacks()
        except (miniaudio.MiniaudioError, UnicodeDecodeError):
            continue
        return [Output(device["name"], backend, device["id"]) for device in found]
    return []


def choose(outputs: Iterable[Output], asked: str, headset: str) -> Choice:
    """`asked` is a name or a part of one, as in the setting; `headset` the headset's name as its software tells it."""
    found = list(outputs)
    if asked:
        whole = [output for output in found if output.name.casefold() == asked.casefold()]
        part = [output for output in found if asked.casefold() in output.name.casefold()]
        if whole or part:
            return Choice((whole or part)[0])
        names = ", ".join(output.name for output in found) or "none that tells its name"
        return Choice(
            None, f"No sound output here is called “{asked}”; the default plays. --sound-output takes one of: {names}."
        )
    wanted = _words_of(headset)
    return Choice(next((output for output in found if wanted & _words_of(output.name)), None))


def _words_of(name: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(name.casefold())) - _ANYBODYS
    return words.union(*(maker for maker in _MAKERS if maker & words))
