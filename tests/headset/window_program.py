"""Opens the window on the current display, presses real keys through X, and prints what the contract says as JSON."""

import ctypes
import json
import sys
from collections.abc import Callable

import glfw

from tests.render.city import city, frame_of
from vret.headset.body import make_eyes
from vret.headset.contract import HeadsetError
from vret.headset.window import Window
from vret.render import Renderer


def main() -> int:
    window = Window((96, 64), 2_000_000)
    try:
        window.open()
    except HeadsetError as error:
        print(json.dumps({"error": str(error)}))
        return 3
    renderer = Renderer(window.view_count, window.view_size, window.layout)
    scene = city(20.0, blocks=1)
    resident, eyes = renderer.load(scene), make_eyes(window.view_count)
    events: list[str] = []
    for number in range(40):
        timing = window.wait_frame()
        if number in (10, 20):
            press(b"Escape" if number == 10 else b"w")
        events += [type(event).__name__ for event in window.poll(number)]
        window.locate(timing.display_ns, eyes)
        target = window.begin()
        renderer.draw(resident, frame_of(scene, height_m=20.0), eyes, target)
        window.submit()
    mean = float(renderer.read_pixels(target, 0).mean())
    renderer.release(resident)
    renderer.close()
    window.close()
    print(json.dumps({"events": events, "mean": mean}))
    return 0


def press(keysym: bytes) -> None:
    """A press and release of a key, as the X server itself would send them (XTEST)."""
    x11, xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XStringToKeysym.restype = ctypes.c_ulong
    x11.XKeysymToKeycode.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
    xtest.XTestFakeKeyEvent.argtypes = (ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong)
    x11.XFlush.argtypes = (ctypes.c_void_p,)
    x11_display: Callable[[], int] = glfw.get_x11_display
    display = x11_display()
    key = x11.XKeysymToKeycode(display, x11.XStringToKeysym(keysym))
    for is_down in (1, 0):
        xtest.XTestFakeKeyEvent(display, key, is_down, 0)
    x11.XFlush(display)


if __name__ == "__main__":
    sys.exit(main())
