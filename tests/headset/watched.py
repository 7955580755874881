"""The frame process, watched from inside: `python -m tests.headset.watched MEMORY_FOLDER`; at its end, all as JSON.

What Python itself announces (files, processes, threads and sockets opened, modules imported) is kept from the moment
when loading is over, which is when the collector is turned off, until the program is asked to close.
"""

import gc
import json
import logging
import runpy
import sys
import threading
from pathlib import Path

from vret.memory.session import SessionMemory

_WAIT = "time.sleep"
"""Announced from Python 3.13 on: how the headset off screen waits for its next frame."""
_done: list[str] = []


def main() -> None:
    folder = Path(sys.argv[1])
    memory = SessionMemory.attach(folder)

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event != _WAIT and not gc.isenabled() and not memory.is_closing:
            _done.append(f"{event} {arguments[:2]}")

    sys.addaudithook(hear)
    try:
        runpy.run_module("vret.headset.process", run_name="__main__")
    except SystemExit as end:
        status = end.code
    told = {
        "status": status,
        "collects": gc.isenabled(),
        "frozen": gc.get_freeze_count(),
        "threads": [thread.name for thread in threading.enumerate()],
        "modules": sorted(sys.modules),
        "logs": logging.getLogger("OpenGL").isEnabledFor(logging.CRITICAL),
        "switch_s": sys.getswitchinterval(),
        "done": _done,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
