"""The off-screen headset: no display, no runtime; its wearer is whoever writes the `wearer` block."""

from pathlib import Path

import msgspec

from vret.core.device import Device
from vret.core.events import Event, Input
from vret.headset.body import see_stereo
from vret.headset.contract import SHOWS_ALL, Eyes, FrameTiming, HandPoses, Layout, Target
from vret.headset.controls import Controls
from vret.headset.egl import SurfacelessContext
from vret.headset.pacing import Pace
from vret.headset.picture import EyePicture
from vret.headset.profiles import KEYBOARD, Control
from vret.headset.wearing import Wearing
from vret.memory import Block, Ring

PERIOD_NS = 1_000_000_000 // 90
PICTURE_SIZE = 96


class Picture(msgspec.Struct, frozen=True):
    """A submitted frame as a test sees it: `pixels` are PICTURE_SIZE square rows of sRGB bytes, top row first.

    `frame` counts submitted frames from 1; `t_ns` is the time of the frame's `poll`.
    """

    frame: int
    t_ns: int
    pixels: bytes


class Offscreen:
    """Draws through EGL without a display. `period_ns` 0 draws as fast as possible.

    `pictures` gets a msgpack `Picture` of the left eye for every submitted frame, while there is room in the ring.
    """

    name = "offscreen"
    device = Device("No headset: drawn off screen")
    view_count = 2
    trouble = ""
    wants_to_close = False
    profile = KEYBOARD
    hidden = SHOWS_ALL

    def __init__(
        self,
        view_size: tuple[int, int] = (256, 256),
        period_ns: int = PERIOD_NS,
        *,
        wearer: Block | None = None,
        pictures: Ring | None = None,
        layout: Layout = Layout.ARRAY,
        debug: bool = False,
    ) -> None:
        self.view_size, self.layout = view_size, layout
        self._period_ns, self._pictures, self._debug = period_ns, pictures, debug
        self._wearing = Wearing(wearer, Controls(Input.KEYBOARD))
        self._encode = msgspec.msgpack.Encoder().encode
        self._frame = 0
        self._t_ns = 0

    def open(self) -> None:
        self._context = SurfacelessContext(self._debug)
        self._picture = EyePicture(self.view_count, self.view_size, self.layout)
        self._pace = Pace(self._period_ns)

    def wait_frame(self) -> FrameTiming:
        return self._pace.wait()

    def poll(self, t_ns: int) -> tuple[Event, ...]:
        self._t_ns = t_ns
        return tuple(self._wearing.read(t_ns))

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        self._wearing.ask(control, phrases=phrases)

    @property
    def choice(self) -> int | None:
        return self._wearing.choice

    @property
    def dial(self) -> int | None:
        return self._wearing.dial

    @property
    def hands(self) -> HandPoses | None:
        return self._wearing.hands

    def locate(self, display_ns: int, eyes: Eyes) -> None:
        see_stereo(eyes, self._wearing.head)

    def begin(self) -> Target:
        return self._picture.target

    def submit(self) -> None:
        self._frame += 1
        if self._pictures is not None:
            pixels = self._picture.first_eye(PICTURE_SIZE).tobytes()
            self._pictures.push(self._encode(Picture(self._frame, self._t_ns, pixels)))

    def save_png(self, path: Path, size: int = 512) -> None:
        """The newest frame's left eye. Waits for the GPU: not for the frame path."""
        self._picture.save(path, size)

    def close(self) -> None:
        self._picture.release()
        self._context.close()
