"""Whether a headset says that both people consent to a recording; of its report nothing else is read."""

import msgspec

from vret.unreadable import UNREADABLE


class _Recording(msgspec.Struct, frozen=True, gc=False):
    is_on: bool = False


class _Told(msgspec.Struct, frozen=True, gc=False):
    recording: _Recording | None = None


class _Report(msgspec.Struct, frozen=True, gc=False):
    report: _Told


_REPORT = msgspec.json.Decoder(_Report)


def has_consent(message: bytes | None) -> bool:
    """Of a `ReportMessage` as it came; without one, and for one that cannot be read, there is none."""
    if message is None:
        return False
    try:
        recording = _REPORT.decode(message).report.recording
    except UNREADABLE:
        return False
    return recording is not None and recording.is_on
