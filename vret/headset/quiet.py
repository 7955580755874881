"""Quiet: in the frame process nothing runs but the frame.

A second Python thread that computes makes the median frame 5 ms late, since each waits for the other's turn at the
interpreter; a full collection after the imports alone takes 72 ms, and 1 us once what was loaded is frozen; a library's
threads take the processor from the frame's own. A log is written by the link process, from a ring.
"""

import gc
import logging
import os
import sys
import threading
from typing import Final

ONE_THREAD: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "GALLIUM_THREAD": "0",
    "__GL_THREADED_OPTIMIZATIONS": "0",
}
"""For the environment before numpy and OpenGL are first used, which would start threads of their own.

Mesa and NVIDIA's driver hand calls over to a thread: waking it takes longer than the few calls of a frame (Mesa 22.3,
null driver, 1000 objects: 30 us of a flush, 80 us of a frame).
"""

FOREIGN: Final = ("asyncio", "concurrent.futures", "logging.handlers", "multiprocessing", "pydantic", "PySide6")
"""Modules that bring threads, loops or files along; none of them belongs here."""

SWITCH_S: Final = 0.0005
_WAITS_FOR_THE_PARENT: Final = "parent"
"""The one thread there is besides the frame's, and only on Windows; it sleeps until the supervisor is gone."""


def settle() -> None:
    """When everything is loaded: nothing is collected, switched or logged from here on.

    The interval is a net under a library that starts a thread after all: it would get its turn, and give it back, ten
    times sooner. Logging is brought along by PyOpenGL.
    """
    logging.disable()
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.disable()


def disturbances() -> list[str]:
    """What is not as quiet as it should be after `settle`, as sentences; empty when all is well.

    Threads of libraries are counted on Linux, without those of a graphics driver: ask before there is one.
    """
    threads = [thread.name for thread in threading.enumerate() if thread.name != _WAITS_FOR_THE_PARENT]
    found = {
        "The garbage collector is on.": gc.isenabled(),
        "What was loaded is not frozen.": gc.get_freeze_count() == 0,
        "Log messages are written.": logging.root.isEnabledFor(logging.CRITICAL),
        f"There are {len(threads)} Python threads: {', '.join(threads)}.": len(threads) > 1,
        f"There are {thread_count()} threads of libraries.": thread_count() > len(threading.enumerate()),
    }
    imported = [name for name in FOREIGN if name in sys.modules]
    return [sentence for sentence, is_so in found.items() if is_so] + [f"It imports {name}." for name in imported]


def thread_count() -> int:
    """Of this process, as the system counts them; where it cannot be asked, as Python does."""
    if sys.platform == "linux":
        return len(os.listdir("/proc/self/task"))
    return threading.active_count()
