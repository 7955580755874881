"""All that differs between operating systems: where memory files live, locks, signals, and dying with the parent.

No other module names /dev/shm, fcntl, prctl or a signal that only POSIX has.
"""

import ctypes
import os
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vret.errors import VretError

SUPERVISOR_VARIABLE: Final = "VRET_SUPERVISOR_PID"

_PR_SET_PDEATHSIG: Final = 1


class PlatformError(VretError):
    """The operating system refuses something that the program needs; the message says what to do."""


def memory_folder() -> Path:
    """The folder for memory folders, made for this user alone: in memory where the system has a file system for that.

    Raises PlatformError if somebody else made it before.
    """
    folder = _user_folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise PlatformError(f"{folder} is open to other users of this computer: remove it and start again")
    return folder


if sys.platform == "win32":
    import msvcrt

    def _user_folder() -> Path:
        return Path(tempfile.gettempdir()) / "vret"

    def _is_private(folder: Path) -> bool:
        """The temporary folder of a Windows user is already that user's own."""
        return folder.is_dir()

    def lock_file(descriptor: int) -> bool:
        """Lock an open file until it is closed or this process ends; False if another holds it. Never waits."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock_file(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _user_folder() -> Path:
        memory = Path("/dev/shm")
        base = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
        return base / f"vret-{os.getuid()}"

    def _is_private(folder: Path) -> bool:
        found = folder.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077

    def lock_file(descriptor: int) -> bool:
        """Lock an open file until it is closed or this process ends; False if another holds it. Never waits."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock_file(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def ignore_interrupt() -> None:
    """Child: Ctrl-C reaches every process of the terminal, and the supervisor stops the children in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, signal.SIG_IGN)


def on_interrupt(call: Callable[[], None]) -> None:
    """Supervisor: run `call`, in the main thread, for Ctrl-C and for the system's polite request to end."""

    def interrupted(number: int, frame: object) -> None:
        call()

    signal.signal(signal.SIGINT, interrupted)
    signal.signal(signal.SIGTERM, interrupted)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, interrupted)
    else:
        signal.signal(signal.SIGHUP, interrupted)


def on_parent_death(call: Callable[[], None]) -> None:
    """Child: run `call` once, in a thread, when the supervisor is gone: its end of our standard input closes.

    The system ends the other children at about the same time, not before: whoever empties a ring after this reads until
    nothing has come for a while.
    """

    def wait() -> None:
        while os.read(0, 4096):
            pass
        call()

    threading.Thread(target=wait, name="parent", daemon=True).start()


def interrupt_with_parent() -> None:
    """Child: be asked to end in order when the parent is gone, as by the system. First call of the main program."""
    on_parent_death(lambda: signal.raise_signal(signal.SIGTERM))


def end_with_parent() -> None:
    """Child: end at once when the supervisor does, however it ends. First call of the main program.

    On Linux the kernel kills the child; elsewhere a thread that waits for the supervisor's end of standard input does.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            raise PlatformError(f"prctl: {os.strerror(ctypes.get_errno())}")
        supervisor = os.environ.get(SUPERVISOR_VARIABLE)
        if supervisor is not None and int(supervisor) != os.getppid():
            os._exit(1)
    else:
        on_parent_death(lambda: os._exit(1))
