"""The outputs and microphones of this computer, and which is used: the one that was asked for, the headset's own, or
the default.

A headset's own is known by its name alone: it has a word of the headset's name in it, or another word of its maker's.
"""

import re
from collections.abc import Callable, Iterable
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
        "array",
        "audio",
        "device",
        "display",
        "head",
        "headphones",
        "headset",
        "hmd",
        "input",
        "mic",
        "microphone",
        "microphones",
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
class Endpoint:
    """A device by the name that the system gives it; `device_id` and `backend` are miniaudio's."""

    name: str
    backend: miniaudio.Backend
    device_id: Any = None


@dataclass(frozen=True)
class Side:
    """One of the two kinds of endpoints, in the words of a message; `flag` is the setting that names one."""

    noun: str
    default: str
    flag: str


PLAYS: Final = Side("sound output", "the default plays", "--sound-output")
LISTENS: Final = Side("microphone", "the default one listens", "--microphone")


@dataclass(frozen=True)
class Choice:
    """`endpoint` is None for the default. `message` says what was asked for and is not there."""

    endpoint: Endpoint | None = None
    message: str = ""


def backends() -> list[miniaudio.Backend]:
    return [backend for backend in BACKENDS if miniaudio.is_backend_enabled(backend)]


def outputs() -> list[Endpoint]:
    """The outputs of the first sound system that answers; empty where none does, or where it does not tell."""
    return _endpoints(miniaudio.Devices.get_playbacks)


def microphones() -> list[Endpoint]:
    """The microphones, likewise. What only repeats an output (PulseAudio's monitors) is none."""
    return [found for found in _endpoints(miniaudio.Devices.get_captures) if not found.name.startswith("Monitor of ")]


def _endpoints(of: Callable[[miniaudio.Devices], list[dict[str, Any]]]) -> list[Endpoint]:
    for backend in backends():
        try:
            found = of(miniaudio.Devices([backend]))
        except (miniaudio.MiniaudioError, UnicodeDecodeError):
            continue
        return [Endpoint(device["name"], backend, device["id"]) for device in found]
    return []


def choose(endpoints: Iterable[Endpoint], asked: str, headset: str, side: Side = PLAYS) -> Choice:
    """`asked` is a name or a part of one, as in the setting; `headset` the headset's name as its software tells it."""
    found = list(endpoints)
    if asked:
        whole = [endpoint for endpoint in found if endpoint.name.casefold() == asked.casefold()]
        part = [endpoint for endpoint in found if asked.casefold() in endpoint.name.casefold()]
        if whole or part:
            return Choice((whole or part)[0])
        names = ", ".join(endpoint.name for endpoint in found) or "none that tells its name"
        return Choice(
            None, f"No {side.noun} here is called “{asked}”; {side.default}. {side.flag} takes one of: {names}."
        )
    wanted = _words_of(headset)
    return Choice(next((endpoint for endpoint in found if wanted & _words_of(endpoint.name)), None))


def _words_of(name: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(name.casefold())) - _ANYBODYS
    return words.union(*(maker for maker in _MAKERS if maker & words))
