"""The computer itself: Python, memory folder, disk, clock, display."""

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from vret.clock import now_ns
from vret.doctor.finding import Finding, Mark
from vret.memory import Ring
from vret.memory.platform import PlatformError, memory_folder
from vret.memory.session import BLOCK_BYTES, RING_BYTES, SNAPSHOT_BYTES

GIB = 1 << 30
MIB = 1 << 20
DISK_WARN_BYTES, DISK_NEED_BYTES = 2 * GIB, 200 * MIB
DISK_SPEED_MIB_S = 5.0
SYNC_S = 0.1
"""The recorder writes and syncs within 100 ms (design: recorded before acted on)."""

SCENES_BYTES = 64 * MIB
MEMORY_NEED_BYTES = sum(RING_BYTES.values()) + 4 * sum(BLOCK_BYTES.values()) + 2 * SNAPSHOT_BYTES + SCENES_BYTES
PROGRAM_BORN = datetime(2026, 11, 1, tzinfo=UTC)


def check_python() -> Finding:
    """Too old a Python never gets here: the package does not install on it."""
    described = f"{platform.python_version()} on {platform.system()} {platform.machine()}."
    return Finding("Python", Mark.GOOD, described)


def check_display() -> Finding:
    from vret.supervisor.display import display_problem

    problem = display_problem()
    if problem:
        return Finding(
            "display",
            Mark.NOTE,
            "no window can be opened here; the program runs without one, and vret demo works.",
            f"To see the scene, start it from a desktop. The window system said: {problem}",
        )
    return Finding("display", Mark.GOOD, "a window can be opened.")


def check_memory() -> Finding:
    """A real ring is made, written, read and removed in the folder where those of a session will lie."""
    about = "memory folder"
    try:
        folder = memory_folder()
        free = shutil.disk_usage(folder).free
        with tempfile.TemporaryDirectory(dir=folder) as trial:
            ring = Ring.create(Path(trial) / "trial.ring", MIB)
            worked = ring.push(b"trial") and ring.pop() == b"trial"
            ring.close()
    except (OSError, PlatformError) as problem:
        return Finding(
            about, Mark.BAD, f"{problem}.", "The programs share memory there: make it writable.", needed=True
        )
    if not worked:
        return Finding(about, Mark.BAD, f"{folder} does not give back what was written.", "Restart.", needed=True)
    if free < MEMORY_NEED_BYTES:
        needs = f"{folder} has {free // MIB} MiB free; a session needs {MEMORY_NEED_BYTES // MIB}."
        return Finding(about, Mark.BAD, needs, "Remove what lies there, or make it larger.", needed=True)
    return Finding(about, Mark.GOOD, f"{folder}, {free // MIB} MiB free.")


def check_disk(data: Path) -> Finding:
    about = "data folder"
    try:
        data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(data).free
        if free < DISK_NEED_BYTES:
            sentence = f"{data} has {free // MIB} MiB free; without space nothing can be recorded, so nothing is shown."
            return Finding(
                about, Mark.BAD, sentence, "Free at least 2 GiB, or choose another with --data.", needed=True
            )
        speed_mib_s, sync_s = _write_speed(data)
    except OSError as problem:
        sentence = f"{data} cannot be written ({problem.strerror})."
        return Finding(about, Mark.BAD, sentence, "Choose another folder with --data.", needed=True)
    return judged_disk(data, free, speed_mib_s, sync_s)


def judged_disk(data: Path, free: int, speed_mib_s: float, sync_s: float) -> Finding:
    measured = (
        f"{data}, {free / GIB:.1f} GiB free, writes {speed_mib_s:.0f} MiB/s, safe on disk in {1e3 * sync_s:.0f} ms"
    )
    if free < DISK_WARN_BYTES:
        return Finding("data folder", Mark.NOTE, f"{measured}; space is short.", "Free at least 2 GiB.")
    if speed_mib_s < DISK_SPEED_MIB_S or sync_s > SYNC_S:
        advice = "Close programs that write much, or choose a faster disk with --data."
        return Finding("data folder", Mark.NOTE, f"{measured}; slow for recording.", advice)
    return Finding("data folder", Mark.GOOD, f"{measured}.")


def _write_speed(folder: Path) -> tuple[float, float]:
    """MiB a second over 16 MiB, and the median time until a small write is safe."""
    with tempfile.TemporaryFile(dir=folder) as file:
        started_s = time.perf_counter()
        for _ in range(16):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
        speed_mib_s = 16 / (time.perf_counter() - started_s)
        syncs_s = []
        for _ in range(9):
            started_s = time.perf_counter()
            file.write(os.urandom(4096))
            file.flush()
            os.fsync(file.fileno())
            syncs_s.append(time.perf_counter() - started_s)
    return speed_mib_s, sorted(syncs_s)[4]


def check_clock(clock_ns: Callable[[], int] = now_ns, today: datetime | None = None) -> Finding:
    """The steady clock never steps back and is finer than 1 ms; the calendar clock is not in the past."""
    times_ns = [clock_ns() for _ in range(2000)]
    steps_ns = [after - before for before, after in pairwise(times_ns)]
    if min(steps_ns) < 0:
        return Finding("clock", Mark.BAD, "the steady clock steps back.", "Update the system.", needed=True)
    finest_ns = min((step for step in steps_ns if step > 0), default=0)
    if not 0 < finest_ns < 1_000_000:
        return Finding("clock", Mark.BAD, "the steady clock is coarser than 1 ms.", "Update the system.", needed=True)
    today = today or datetime.now(UTC)
    if today < PROGRAM_BORN:
        sentence = f"the calendar clock says {today:%Y-%m-%d}, which is over; secure connections will fail."
        return Finding("clock", Mark.BAD, sentence, "Set date and time.")
    return Finding("clock", Mark.GOOD, f"steady, and it is {today:%Y-%m-%d %H:%M} UTC.")
