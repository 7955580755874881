"""How soon a process runs when others want the processor too: the frame process goes before them, where it may.

A higher priority is asked for and never insisted on. On Linux it is the lowest real-time one: before every ordinary
program, and behind a headset's compositor and the sound server, which take higher ones; else a lower niceness. On
Windows it is the multimedia scheduler's task for games, in a process of high class whose timers stay fine although it
has no window to be seen. What the thread starts later does not inherit a real-time priority.

Sound and voice go next, since what is late there is a gap in what somebody says.
"""

import ctypes
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

ALLOWING: Final = (
    "To allow it, put the line “YOUR-NAME - rtprio 1” into /etc/security/limits.d/vret.conf and log in again."
    if sys.platform == "linux"
    else "Close other programs during a session."
)


@dataclass(frozen=True)
class Precedence:
    """Whether this thread goes before other programs' now, and in words how."""

    is_raised: bool
    words: str


IN_TURN: Final = Precedence(False, "in turn with other programs")

if sys.platform == "win32":
    _HIGH_PRIORITY_CLASS, _ABOVE_NORMAL_PRIORITY_CLASS = 0x80, 0x8000
    _THREAD_PRIORITY_HIGHEST: Final = 2
    _PROCESS_POWER_THROTTLING: Final = 4
    _EXECUTION_SPEED, _IGNORE_TIMER_RESOLUTION = 0x1, 0x4

    class _PowerThrottling(ctypes.Structure):
        """PROCESS_POWER_THROTTLING_STATE: a bit in the mask and not in the state means never."""

        _fields_ = (("version", ctypes.c_ulong), ("control_mask", ctypes.c_ulong), ("state_mask", ctypes.c_ulong))

    def raise_priority() -> Precedence:
        """Let the calling thread go before other programs. Never fails; says what was allowed."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = kernel.GetCurrentThread.restype = ctypes.c_void_p
        process, thread = ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.c_void_p(kernel.GetCurrentThread())
        never = _PowerThrottling(1, _EXECUTION_SPEED | _IGNORE_TIMER_RESOLUTION, 0)
        kernel.SetProcessInformation(
            process, _PROCESS_POWER_THROTTLING, ctypes.byref(never), ctypes.c_ulong(ctypes.sizeof(never))
        )
        ctypes.WinDLL("winmm").timeBeginPeriod(1)
        ways = []
        if kernel.SetPriorityClass(process, ctypes.c_ulong(_HIGH_PRIORITY_CLASS)):
            ways.append("high priority class")
        join = ctypes.WinDLL("avrt").AvSetMmThreadCharacteristicsW
        join.restype, join.argtypes = ctypes.c_void_p, (ctypes.c_wchar_p, ctypes.c_void_p)
        if join("Games", ctypes.byref(ctypes.c_ulong(0))):
            ways.append("multimedia scheduler")
        elif kernel.SetThreadPriority(thread, _THREAD_PRIORITY_HIGHEST):
            ways.append("highest thread priority")
        return Precedence(True, f"before other programs ({', '.join(ways)})") if ways else IN_TURN

    def put_forward() -> None:
        """Let the calling process go before ordinary programs and after the frame, where that is allowed."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass(
            ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.c_ulong(_ABOVE_NORMAL_PRIORITY_CLASS)
        )

elif sys.platform == "linux":
    _REAL_TIME: Final = 1
    _NICENESS, _NICENESS_OF_SOUND = -10, -8

    def raise_priority() -> Precedence:
        """Let the calling thread go before other programs. Never fails; says what was allowed."""
        try:
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_REAL_TIME))
        except OSError:
            pass
        else:
            return Precedence(True, "before other programs, in real time")
        try:
            os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)
        except OSError:
            return IN_TURN
        return Precedence(True, f"before other programs (niceness {_NICENESS})")

    def put_forward() -> None:
        """Let the calling process go before ordinary programs and after the frame, where that is allowed.

        To be called before it starts threads: they begin as it stands then.
        """
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, _NICENESS_OF_SOUND)

else:

    def raise_priority() -> Precedence:
        """Let the calling thread go before other programs. Never fails; says what was allowed."""
        return IN_TURN

    def put_forward() -> None:
        """Let the calling process go before ordinary programs and after the frame, where that is allowed."""
