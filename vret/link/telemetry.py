"""Telemetry on the wire: one packed binary frame a batch, unread by the server.

    offset  size   content, little-endian
    0       2      magic b"VT"
    2       1      version, 2
    3       1      reserved, 0
    4       4      rows
    8       52 n   rows of `ROW`

Version 1 had rows of 48 bytes, without the last field and with 0 for the area; it is still read.

A batch never needs a decoder beyond this table: a browser reads it as one DataView. Scenes and events are in the report
and the records; a row says how the head moved. Rows are thinned to `RATE_HZ`, over a slow line to `SLOW_HZ`, since what
steers goes first. The log has every frame.
"""

import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vret.core.ladder import SceneRules
from vret.recording.record import FrameRecord

RATE_HZ = 30
SLOW_HZ = 2
SLOW_S, SLOW_BYTES = 0.6, 8192
"""A round trip, and what still waits to be sent, from which on a line is slow."""
ROW = np.dtype(
    [
        ("t_ns", "<u8"),
        ("frame", "<u4"),
        ("cpu_us", "<u4"),
        ("position_in_stage", "<3f4"),
        ("rotation_in_stage", "<4f4"),
        ("veil", "<u2"),
        ("area", "<u2"),
        ("feared_m", "<f4"),
    ]
)
"""52 bytes. Positions in metres, quaternion xyzw, `veil` from 0 (open) to 1000 (black). `area` counts from 1 in the
order of the areas in the rules of the scene shown, 0 is none; `feared_m` is not a number where nothing is feared."""
_ROW_1_BYTES = 48
_HEAD = struct.Struct("<2sBBI")
_MAGIC, _VERSION = b"VT", 2


class TelemetryError(ValueError):
    """A binary message is not a telemetry batch of a version that is known here."""


def is_slow(round_trip_s: float, waiting_bytes: int) -> bool:
    """Whether a line has no room for more than what steers."""
    return round_trip_s > SLOW_S or waiting_bytes > SLOW_BYTES


class Thinning:
    """Keeps about `rate_hz` of the frames that it is shown."""

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self._row_ns = 1_000_000_000 // rate_hz
        self._due_ns = 0

    def keep(self, frames: Sequence[FrameRecord]) -> list[FrameRecord]:
        kept = []
        for frame in frames:
            if frame.t_ns >= self._due_ns:
                self._due_ns = max(self._due_ns + self._row_ns, frame.t_ns + self._row_ns // 2)
                kept.append(frame)
        return kept


def pack(frames: Sequence[FrameRecord], scenes: Sequence[SceneRules] = ()) -> bytes:
    """One batch. `scenes` are those of the session, whose areas of interest the frames name."""
    numbers = {(rules.name, area.name): number for rules in scenes for number, area in enumerate(rules.areas, 1)}
    rows = np.zeros(len(frames), ROW)
    for row, frame in zip(rows, frames, strict=True):
        row["t_ns"], row["frame"], row["cpu_us"] = frame.t_ns, frame.frame, frame.cpu_ns // 1000
        row["position_in_stage"], row["rotation_in_stage"] = frame.head_position_in_stage, frame.head_rotation_in_stage
        row["veil"], row["area"] = frame.veil, numbers.get((frame.scene, frame.area), 0)
        row["feared_m"] = np.nan if frame.feared_m is None else frame.feared_m
    return _HEAD.pack(_MAGIC, _VERSION, 0, len(rows)) + rows.tobytes()


def unpack(batch: bytes) -> npt.NDArray[np.void]:
    """The rows of a batch of this version or the one before. Raises TelemetryError."""
    if len(batch) < _HEAD.size:
        raise TelemetryError(f"a telemetry batch has at least {_HEAD.size} bytes, this has {len(batch)}")
    magic, version, _, count = _HEAD.unpack_from(batch)
    if magic != _MAGIC or version not in (1, _VERSION):
        raise TelemetryError(f"not a telemetry batch of version {_VERSION} or 1")
    row_bytes = ROW.itemsize if version == _VERSION else _ROW_1_BYTES
    if len(batch) != _HEAD.size + count * row_bytes:
        raise TelemetryError(f"{count} rows do not make {len(batch)} bytes")
    if version == _VERSION:
        return np.frombuffer(batch, ROW, count, _HEAD.size)
    shared = np.frombuffer(batch, np.uint8, count * row_bytes, _HEAD.size).reshape(count, row_bytes)
    rows = np.zeros(count, ROW)
    rows.view(np.uint8).reshape(count, ROW.itemsize)[:, :row_bytes] = shared
    rows["feared_m"] = np.nan
    return rows
