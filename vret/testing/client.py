"""`python -m vret.testing.client MEMORY_FOLDER --seed N`: a synthetic person wears the off-screen headset.

It sees the `shown` block as a person sees the display, and answers in the `wearer` block, 60 times a second. It ends
with the session, with its parent, or when it is terminated.
"""

import argparse
import time
from pathlib import Path

import msgspec

from vret.core.effects import State
from vret.memory.messages import Shown
from vret.memory.platform import end_with_parent, ignore_interrupt
from vret.memory.session import SessionMemory
from vret.testing.person import SCRIPT, Person

RATE_HZ = 60.0


def wear(memory: SessionMemory, person: Person) -> None:
    """Live until the session has ended."""
    decoder, encoder = msgspec.msgpack.Decoder(Shown), msgspec.msgpack.Encoder()
    due_s = time.monotonic()
    while True:
        payload = memory.shown.read()
        if payload is not None:
            shown = decoder.decode(payload)
            memory.wearer.publish(encoder.encode(person.live(shown)))
            if shown.state is State.ENDED:
                return
        due_s = max(due_s + 1.0 / RATE_HZ, time.monotonic())
        time.sleep(max(0.0, due_s - time.monotonic()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m vret.testing.client", description=__doc__)
    parser.add_argument("memory_folder", type=Path, help="the memory folder of a running headset program")
    parser.add_argument("--seed", type=int, default=1, help="which person it is")
    parser.add_argument("--pace", type=float, default=1.0, help="how many times faster than life fear runs")
    parser.add_argument("--script", action="store_true", help="press wait, less and stop once each on the way up")
    options = parser.parse_args()
    end_with_parent()
    ignore_interrupt()
    memory = SessionMemory.attach(options.memory_folder)
    try:
        wear(memory, Person(options.seed, pace=options.pace, script=SCRIPT if options.script else ()))
    finally:
        memory.close()


if __name__ == "__main__":
    main()
