"""What happened in a finished session, out of its sealed log, for the console's page about it."""

import hashlib
from pathlib import Path

import msgspec

from vret.core.effects import BeaconIssued
from vret.core.events import HeartbeatReceived, Tick
from vret.recording.errors import LogError
from vret.recording.log import Log
from vret.recording.record import Record
from vret_server.refusal import RefusedError

BYTES_MAX = 64 * 1024 * 1024
"""Of a timeline: some hundred times what an hour makes. A log is packed, and may hold any number of them."""
_encode = msgspec.json.Encoder().encode


def read_timeline(path: Path, sha256: str) -> bytes:
    """The log's records as a JSON list, each as on the wire, without those that only kept the lease.

    Reads the whole file. Raises RefusedError for a file that is not what was handed in, or is no log.
    """
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise RefusedError("log_differs", path=path)
    parts: list[bytes] = []
    left = BYTES_MAX
    try:
        for record in Log(path).records():
            if not _is_housekeeping(record):
                parts.append(_encode(record))
                left -= len(parts[-1])
            if left < 0:
                raise RefusedError("log_unreadable", detail=f"it has more than {BYTES_MAX} bytes of what happened.")
    except LogError as error:
        raise RefusedError("log_unreadable", detail=error) from error
    return b"[" + b",".join(parts) + b"]"


def _is_housekeeping(record: Record) -> bool:
    """Ten beacons and four heartbeats a second say nothing about the session."""
    return isinstance(record.event, Tick | HeartbeatReceived) and all(
        isinstance(effect, BeaconIssued) for effect in record.effects
    )
