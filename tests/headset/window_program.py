"""Opens the window on the current display, presses real keys through X, and prints what the contract says as JSON."""

import ctypes
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import glfw
import msgspec

from tests.render.city import city, frame_of
from vret.headset.body import make_eyes
from vret.headset.contract import HeadsetError, Target
from vret.headset.window import Window
from vret.memory import Block
from vret.memory.messages import Wearer
from vret.render import Renderer

PATIENCE_S = 30.0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        wearer = Block.create(Path(folder) / "wearer.block", 4096)
        try:
            return wear(wearer)
        finally:
            wearer.close()


def wear(wearer: Block) -> int:
    """With the block that the whole program gives it: by the keys at first, by a written body in the end."""
    window = Window((96, 64), 2_000_000, wearer=wearer)
    try:
        window.open()
    except HeadsetError as error:
        print(json.dumps({"error": str(error)}))
        return 3
    renderer = Renderer(window.view_count, window.view_size, window.layout)
    scene = city(20.0, blocks=1)
    resident, eyes = renderer.load(scene), make_eyes(window.view_count)
    events: list[str] = []

    def frame() -> Target:
        timing = window.wait_frame()
        events.extend(type(event).__name__ for event in window.poll(timing.display_ns))
        window.locate(timing.display_ns, eyes)
        target = window.begin()
        renderer.draw(resident, frame_of(scene, height_m=20.0), eyes, target)
        window.submit()
        return target

    def until(reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not reached() and time.monotonic() < end:
            frame()

    for _ in range(10):
        frame()
    press(b"Escape")
    until(lambda: "StopPressed" in events)
    press(b"w")
    until(lambda: "WaitPressed" in events)
    turn_key(b"Up", is_down=True)
    until(lambda: eyes.head[2] < 0)
    turn_key(b"Up", is_down=False)
    walked_m = -float(eyes.head[2])
    wearer.publish(msgspec.msgpack.encode(Wearer(head_position_in_stage=(1.0, 1.5, 2.0))))
    mean = float(renderer.read_pixels(frame(), 0).mean())
    renderer.release(resident)
    renderer.close()
    window.close()
    print(json.dumps({"events": events, "mean": mean, "walked_m": walked_m, "body": eyes.head[:3].tolist()}))
    return 0


def press(keysym: bytes) -> None:
    for is_down in (True, False):
        turn_key(keysym, is_down=is_down)


def turn_key(keysym: bytes, *, is_down: bool) -> None:
    """A key goes down or up, as the X server itself would send it (XTEST)."""
    x11, xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XStringToKeysym.restype = ctypes.c_ulong
    x11.XKeysymToKeycode.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
    xtest.XTestFakeKeyEvent.argtypes = (ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong)
    x11.XFlush.argtypes = (ctypes.c_void_p,)
    x11_display: Callable[[], int] = glfw.get_x11_display
    display = x11_display()
    key = x11.XKeysymToKeycode(display, x11.XStringToKeysym(keysym))
    xtest.XTestFakeKeyEvent(display, key, int(is_down), 0)
    x11.XFlush(display)


if __name__ == "__main__":
    sys.exit(main())
