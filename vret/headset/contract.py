"""The headset: a small contract that the frame loop knows, and nothing about which device stands behind it.

Order in a frame: `wait_frame`, `poll`, `locate`, `begin`, draw, `submit`. Poses are in stage space: right-handed, Y up,
metres, floor at 0, quaternions xyzw. Angles of a field of view are radians, left and down negative (XrFovf).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from vret.core.device import Device
from vret.core.events import Event
from vret.errors import VretError
from vret.headset.profiles import Control, Profile

SHOWS_ALL: npt.NDArray[np.float32] = np.zeros((0, 3), np.float32)
"""Of a headset that hides nothing."""


class Layout(StrEnum):
    """How views share a picture: layers of an array, or side by side (by viewport index or by clip distance)."""

    ARRAY = "array"
    DOUBLE_WIDE = "double_wide"
    CLIPPED = "clipped"


@dataclass(frozen=True, slots=True)
class FrameTiming:
    """`display_ns` is when the frame will be seen, on the program's clock; `should_render` false skips drawing."""

    display_ns: int
    period_ns: int
    should_render: bool


@dataclass(slots=True)
class Eyes:
    """The head and the views of one frame, overwritten in place every frame.

    `head` is (7,) float32: position, quaternion. `poses` is (views, 7). `fovs` is (views, 4): left, right, up, down.
    """

    head: npt.NDArray[np.float32]
    poses: npt.NDArray[np.float32]
    fovs: npt.NDArray[np.float32]


JOINTS: Final = 26
"""Of a hand, as XrHandJointEXT numbers them."""


@dataclass(slots=True)
class HandPoses:
    """The left hand and the right, overwritten in place every frame.

    `poses` is (2, 7) float32, OpenXR's grip pose in stage space: position in the palm, quaternion; X points out of the
    back of the right hand and out of the palm of the left, -Z along the fist's opening towards the thumb. `tracked` is
    (2,) bool; `holding` is (2,) bool, whether the hand holds a controller. `joints` is (2, 26, 3) float32, where the
    joints of XrHandJointEXT are in stage space; `jointed` is (2,) bool, whether they are known of a tracked bare hand.
    """

    poses: npt.NDArray[np.float32]
    tracked: npt.NDArray[np.bool_]
    holding: npt.NDArray[np.bool_]
    joints: npt.NDArray[np.float32]
    jointed: npt.NDArray[np.bool_]


def unseen_hands() -> HandPoses:
    """Two hands that are nowhere, to be overwritten."""
    poses = np.tile(np.array([0, 0, 0, 0, 0, 0, 1], np.float32), (2, 1))
    no, joints = np.zeros(2, np.bool_), np.zeros((2, JOINTS, 3), np.float32)
    return HandPoses(poses, no, no.copy(), joints, no.copy())


class Target(NamedTuple):
    """What the renderer resolves into: a 2D-array texture (`layers` = views) or a plain double-wide one (`layers` = 1).

    `opening` tells textures apart that bear the same number because the runtime was opened anew. `depth` is a texture
    of the same form for the depth of every pixel, 0 for none: 1 at the near plane (`vret.render.projection.NEAR_M`), 0
    at infinity.
    """

    texture: int
    width: int
    height: int
    layers: int
    opening: int = 0
    depth: int = 0


class HeadsetError(VretError):
    """The headset or the graphics it needs cannot be used; the message says what to do."""


class Headset(Protocol):
    """A device that shows frames and reads a person. All calls come from the frame process's one thread."""

    @property
    def name(self) -> str: ...

    @property
    def device(self) -> Device:
        """What is known of it now. Another object when that has changed."""
        ...

    @property
    def view_count(self) -> int: ...

    @property
    def view_size(self) -> tuple[int, int]:
        """Width and height of one view in pixels."""
        ...

    @property
    def layout(self) -> Layout:
        """How the views lie in the target; known after `open`."""
        ...

    @property
    def trouble(self) -> str:
        """Why the person sees nothing of this program at the moment, as a sentence; empty while all is well."""
        ...

    def open(self) -> None:
        """Make the GL context current and the session ready. Raises HeadsetError."""
        ...

    def wait_frame(self) -> FrameTiming:
        """Wait for the next frame. The only call of the loop that waits."""
        ...

    def poll(self, t_ns: int) -> tuple[Event, ...]:
        """What happened to the device and its controls since the last call, stamped `t_ns`."""
        ...

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        """What the panel asks now, None for nothing. A rating set for one question is no answer to the next.

        `phrases` is whether the panel offers phrases besides (`vret.headset.notice.offers_phrases`).
        """
        ...

    @property
    def dial(self) -> int | None:
        """What the person has turned the rating dial to; None before the first turn."""
        ...

    @property
    def choice(self) -> int | None:
        """The phrase that the person is about to say, counted in `vret.headset.choosing.PHRASES`."""
        ...

    @property
    def profile(self) -> Profile:
        """The input in use, whose way of doing things the panel tells."""
        ...

    @property
    def hands(self) -> HandPoses | None:
        """Where the hands were at the time of `locate`; None where there are none to see."""
        ...

    @property
    def hidden(self) -> npt.NDArray[np.float32]:
        """What the lenses never show: (n, 3) float32, three corners a triangle; x and y on the plane 1 m ahead of the
        eye, and the number of the view. Another array when it has changed."""
        ...

    def locate(self, display_ns: int, eyes: Eyes) -> None:
        """Fill `eyes`, and the hands, for the display time."""
        ...

    def begin(self) -> Target:
        """The image to draw this frame into."""
        ...

    def submit(self) -> None:
        """Hand the frame over; also when `should_render` was false and nothing was drawn."""
        ...

    @property
    def wants_to_close(self) -> bool: ...

    def close(self) -> None: ...


@runtime_checkable
class TakesDepth(Protocol):
    """What a headset may do besides: show a late picture where it belongs, for it knows how far everything is."""

    @property
    def takes_depth(self) -> bool:
        """Whether its targets have a depth texture; known after `open`."""
        ...


@runtime_checkable
class ShowsRoom(Protocol):
    """What a headset may do besides: let the person see the room around them where the picture is clear."""

    @property
    def has_room(self) -> bool:
        """Whether the room is behind this frame's picture."""
        ...

    def want_room(self, is_wanted: bool) -> None:
        """From after this frame's `submit` on, if it can. Waits for nothing."""
        ...


@runtime_checkable
class Shrinks(Protocol):
    """What a headset may do besides: show a part of its picture as large as the whole."""

    def shrink(self, size: tuple[int, int]) -> None:
        """From the next `submit` on views have this size, in the lower left corner: one a layer, or side by side."""
        ...
