"""The off-screen headset: no display, no runtime; its wearer is whoever writes the `wearer` block."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from vret.core.events import (
    Event,
    FocusGained,
    FocusLost,
    HeadsetRemoved,
    HeadsetWorn,
    Input,
    InputGained,
)
from vret.headset.body import see_stereo
from vret.headset.contract import Eyes, FrameTiming, Target
from vret.headset.controls import Button, Controls
from vret.headset.egl import SurfacelessContext
from vret.headset.pacing import Pace
from vret.headset.picture import EyePicture
from vret.memory.block import Block
from vret.memory.messages import Wearer
from vret.memory.ring import Ring
from vret.render.context import Layout

PERIOD_NS = 1_000_000_000 // 90
PICTURE_SIZE = 96


class Picture(msgspec.Struct, frozen=True):
    """A submitted frame as a test sees it: `pixels` are PICTURE_SIZE square rows of sRGB bytes, top row first."""

    frame: int
    t_ns: int
    pixels: bytes


@dataclass(frozen=True, kw_only=True)
class OffscreenOptions:
    """`period_ns` 0 draws as fast as possible. `pictures` gets a `Picture` of every submitted frame, if there is room."""

    view_size: tuple[int, int] = (256, 256)
    period_ns: int = PERIOD_NS
    layout: Layout = Layout.ARRAY
    wearer: Block | None = None
    pictures: Ring | None = None
    debug: bool = False


class OffscreenHeadset:
    """Draws through EGL without a display. Without a wearer a still head looks ahead from 1.6 m."""

    name = "offscreen"
    view_count = 2
    wants_to_close = False

    def __init__(self, options: OffscreenOptions) -> None:
        self.view_size = options.view_size
        self._options = options
        self._controls = Controls(Input.KEYBOARD)
        self._wearer = Wearer()
        self._read_wearer: Callable[[], bytes | None] = options.wearer.read if options.wearer else lambda: None
        self._seen: bytes | None = None
        self._decoder = msgspec.msgpack.Decoder(Wearer)
        self._encoder = msgspec.msgpack.Encoder()
        self._head = np.zeros(7, np.float32)
        self._worn, self._focused = True, True
        self._is_open = False
        self._frame = 0
        self._t_ns = 0

    def open(self) -> None:
        self._context = SurfacelessContext(self._options.debug)
        self._picture = EyePicture(self.view_count, self.view_size, self._options.layout)
        self._pace = Pace(self._options.period_ns)

    def wait_frame(self) -> FrameTiming:
        return self._pace.wait()

    def poll(self, t_ns: int) -> tuple[Event, ...]:
        self._t_ns = t_ns
        payload = self._read_wearer()
        if payload is not None and payload != self._seen:
            self._seen, self._wearer = payload, self._decoder.decode(payload)
        wearer = self._wearer
        events: list[Event] = []
        if not self._is_open:
            self._is_open = True
            events.append(InputGained(t_ns=t_ns, input=self._controls.source))
        events += self._controls.read(Button(wearer.buttons), wearer.dial, t_ns)
        if wearer.worn != self._worn:
            self._worn = wearer.worn
            events.append(HeadsetWorn(t_ns=t_ns) if wearer.worn else HeadsetRemoved(t_ns=t_ns))
        if wearer.focused != self._focused:
            self._focused = wearer.focused
            events.append(FocusGained(t_ns=t_ns) if wearer.focused else FocusLost(t_ns=t_ns))
        return tuple(events)

    def locate(self, display_ns: int, eyes: Eyes) -> None:
        self._head[:3] = self._wearer.head_position_in_stage
        self._head[3:] = self._wearer.head_rotation_in_stage
        see_stereo(eyes, self._head)

    def begin(self) -> Target:
        return self._picture.target

    def submit(self) -> None:
        self._frame += 1
        if self._options.pictures is not None:
            pixels = self._picture.first_eye(PICTURE_SIZE).tobytes()
            self._options.pictures.push(self._encoder.encode(Picture(self._frame, self._t_ns, pixels)))

    def save_png(self, path: Path) -> None:
        """The newest frame's left eye. Waits for the GPU: not for the frame path."""
        self._picture.save(path)

    def close(self) -> None:
        self._picture.release()
        self._context.close()
