"""The headset of an OpenXR runtime.

While the runtime is away (it ended, restarts, or took the session back) frames go on without it, at the pace of the
last one, and are not shown; the core hears that focus is lost. It is looked for again, in growing pauses, since a
restarted runtime knows nothing of the old connection.
"""

import time
from collections.abc import Callable, Mapping

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from vret.clock import now_ns
from vret.core.device import Device
from vret.core.events import Event
from vret.headset.contract import SHOWS_ALL, Eyes, FrameTiming, HandPoses, HeadsetError, Layout, Target
from vret.headset.gestures import Component, Hand
from vret.headset.hands import Hands
from vret.headset.offscreen import PICTURE_SIZE, Picture
from vret.headset.openxr.acted import Acted
from vret.headset.openxr.api import Functions, XrError
from vret.headset.openxr.connection import Connection
from vret.headset.openxr.graphics import Graphics, make_graphics
from vret.headset.openxr.lifecycle import Lifecycle
from vret.headset.openxr.runtime import Runtime, explained
from vret.headset.pacing import Pace
from vret.headset.picture import EyePicture, FirstEye
from vret.headset.profiles import KEYBOARD, Control, Profile
from vret.memory import Ring

PERIOD_NS = 1_000_000_000 // 90
APPEAR_NS = 3_000_000_000
"""How long a new session may take until it is shown, before that is told as a trouble."""
PAUSES_NS = (250_000_000, 500_000_000, 1_000_000_000, 2_000_000_000, 4_000_000_000)
"""Before each attempt to open the runtime again; the last holds for all that follow."""

_NOBODY: dict[Hand, str] = {}


class ReopenError(Exception):
    """This process cannot go on with the runtime that came back; a new one can, and the supervisor starts it."""


class OpenXR:
    """Draws for all views of the headset that the runtime offers.

    `layout` asks for one form of the runtime's pictures instead of the best that it takes, `scale` for smaller or
    larger ones than it recommends, `only_profiles` for bindings of some interaction profiles only, `tells_depth` for
    targets with a depth texture where the runtime takes depth (`takes_depth`). `eye_height_m` is the person's, for a
    runtime that does not know the floor. With `shows_room` the room around the person can be shown. `open` waits
    `patience_s` for a runtime that does not answer. `pictures` gets a msgpack `Picture` of the left eye for every frame
    shown. `acted` is a demonstration's acted person, and None for every other person. `functions` may be given to
    observe the calls of a frame.
    """

    def __init__(
        self,
        *,
        layout: Layout | None = None,
        scale: float = 1.0,
        only_profiles: tuple[str, ...] | None = None,
        tells_depth: bool = False,
        eye_height_m: float | None = None,
        shows_room: bool = False,
        pictures: Ring | None = None,
        patience_s: float = 0.0,
        acted: Acted | None = None,
        functions: Callable[[int], Functions] = Functions,
        debug: bool = False,
    ) -> None:
        self.name = "openxr"
        self.device = Device()
        self.trouble = ""
        self.wants_to_close = False
        self.takes_depth = False
        self.view_count = 2
        self._wanted = layout, scale, only_profiles, tells_depth, eye_height_m, shows_room
        self._wants_room = False
        self._pictures, self._functions, self._debug = pictures, functions, debug
        self._patience_s = patience_s
        self._lifecycle = Lifecycle()
        self._hands = Hands()
        self._acted = acted
        self._encode = msgspec.msgpack.Encoder().encode
        self._graphics: Graphics | None = None
        self._connection: Connection | None = None
        self._spare: EyePicture | None = None
        self._target: Target | None = None
        self._shown_size: tuple[int, int] | None = None
        self._openings = self._attempts = self._frame = self._t_ns = 0
        self._due_ns = 0  # while connected: when it should be shown; while not: when to look for the runtime again

    def open(self) -> None:
        until_ns = now_ns() + round(self._patience_s * 1e9)
        while True:
            try:
                connection = self._open_once()
                break
            except XrError as error:
                if now_ns() >= until_ns:
                    raise explained(error) from error
                time.sleep(PAUSES_NS[0] / 1e9)
        self.view_count, self.view_size = connection.views.view_count, connection.views.view_size
        self.layout = connection.chain.layout
        self.takes_depth = connection.chain.depth is not None
        self._first_eye = FirstEye(self.view_size)
        self._due_ns = now_ns() + APPEAR_NS
        self._pace = Pace(PERIOD_NS)

    def wait_frame(self) -> FrameTiming:
        if self._connection is None and now_ns() >= self._due_ns:
            self._reopen()
        connection = self._connection
        if connection is not None and self._lifecycle.is_running:
            try:
                timing = connection.wait()
            except XrError as error:
                self._lose(error)
            else:
                self._pace.period_ns = timing.period_ns
                return timing
        return self._pace.wait(should_render=False)

    def poll(self, t_ns: int) -> tuple[Event, ...]:
        self._t_ns = t_ns
        connection = self._connection
        if connection is not None:
            try:
                self.wants_to_close |= connection.poll()
            except XrError as error:
                self._lose(error)
        news = self._lifecycle.news(t_ns)
        if self._connection is None:
            return (*news, *self._said(_NOBODY, {}, t_ns))
        if self._lifecycle.is_shown:
            self._due_ns = 0
        is_hidden = not self._lifecycle.is_shown and t_ns > self._due_ns
        self.trouble = "The headset shows something else just now." if is_hidden else ""
        actions = self._connection.actions
        return (*news, *self._said(actions.profiles, actions.values, t_ns))

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        self._hands.ask(control, phrases=phrases)
        if self._acted is not None:
            self._acted.ask(control)

    @property
    def dial(self) -> int | None:
        by_hand = self._hands.dial
        return self._acted.dial if by_hand is None and self._acted is not None else by_hand

    @property
    def choice(self) -> int | None:
        return self._hands.choice

    @property
    def profile(self) -> Profile:
        return self._hands.profile or KEYBOARD

    def locate(self, display_ns: int, eyes: Eyes) -> None:
        if self._connection is None:
            return
        self._connection.locate(eyes)
        self._describe(self._connection)

    @property
    def hands(self) -> HandPoses | None:
        return None if self._connection is None else self._connection.hands.found

    @property
    def hidden(self) -> npt.NDArray[np.float32]:
        return SHOWS_ALL if self._connection is None else self._connection.hidden

    def begin(self) -> Target:
        """The runtime's picture; one that nobody sees where the runtime was lost in the middle of a frame."""
        if self._connection is not None:
            try:
                self._target = self._connection.begin()
            except XrError as error:
                self._lose(error)
            else:
                return self._target
        if self._spare is None:
            self._spare = EyePicture(self.view_count, self.view_size, self.layout)
        return self._spare.target

    @property
    def has_room(self) -> bool:
        room = None if self._connection is None else self._connection.room
        return room is not None and room.is_shown

    def want_room(self, is_wanted: bool) -> None:
        self._wants_room = is_wanted

    def shrink(self, size: tuple[int, int]) -> None:
        self._shown_size = size
        if self._connection is not None:
            self._connection.shrink(size)

    def submit(self) -> None:
        self._frame += 1
        target, self._target = self._target, None
        if self._connection is None:
            return
        try:
            if target is not None and self._pictures is not None:
                self._take_picture(target, self._pictures)
            self._connection.submit(self._wants_room)
        except XrError as error:
            self._lose(error)

    def pulse(self, hand: Hand, seconds: float, amplitude: float) -> None:
        """Let the controller in a hand tremble; `amplitude` 0 to 1."""
        if self._connection is not None:
            self._connection.actions.pulse(hand, seconds, amplitude)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.leave()
            self._connection = None
        self._first_eye.release()
        if self._spare is not None:
            self._spare.release()
        if self._graphics is not None:
            self._graphics.close()

    def _open_once(self) -> Connection:
        runtime = Runtime(self._functions)
        self._openings += 1
        try:
            if self._graphics is None:
                self._graphics = make_graphics(runtime, self._debug)
            self._connection = Connection(runtime, self._graphics, self._lifecycle, self._openings, *self._wanted)
        except (XrError, HeadsetError):
            runtime.close()
            raise
        if self._shown_size is not None:
            self._connection.shrink(self._shown_size)
        self.name = f"openxr: {runtime.name}, {runtime.headset}"
        self.device = Device(runtime.headset, runtime.title, self._connection.floor.source)
        if self._acted is not None:
            self.name += ", with an acted person"
        return self._connection

    def _describe(self, connection: Connection) -> None:
        """The same object while nothing changed."""
        known, floor, has_room = self.device, connection.floor.source, self.has_room
        batteries = connection.actions.batteries
        if floor is not known.floor or has_room is not known.sees_room or batteries != known.batteries:
            self.device = replace(known, floor=floor, sees_room=has_room, batteries=batteries)

    def _said(
        self, profiles: Mapping[Hand, str], values: Mapping[tuple[Hand, Component], float], t_ns: int
    ) -> tuple[Event, ...]:
        by_hand = self._hands.read(profiles, values, t_ns)
        if self._acted is None:
            return by_hand
        return self._acted.read(by_hand, is_seen=self._lifecycle.is_worn, t_ns=t_ns)

    def _lose(self, error: XrError) -> None:
        assert self._connection is not None, "what is lost was there"
        if not self._connection.can_come_back:
            raise ReopenError(f"{error}; this runtime cannot be opened twice in one process") from error
        self._connection.close()
        self._connection, self._target = None, None
        self._lifecycle.lose()
        self.trouble = f"The headset's software is gone ({error}); it is being looked for."
        self._attempts = 0
        self._due_ns = now_ns() + PAUSES_NS[0]

    def _reopen(self) -> None:
        try:
            connection = self._open_once()
        except (XrError, HeadsetError) as error:
            self._attempts += 1
            self._due_ns = now_ns() + PAUSES_NS[min(self._attempts, len(PAUSES_NS) - 1)]
            self.trouble = f"The headset's software is gone and does not come back yet ({error})."
            return
        views = connection.views
        if (views.view_count, views.view_size, connection.chain.layout) != (
            self.view_count,
            self.view_size,
            self.layout,
        ):
            raise ReopenError(
                f"the headset came back with other pictures: {views.view_count} views of {views.view_size} pixels"
            )
        self.trouble, self._due_ns = "", now_ns() + APPEAR_NS

    def _take_picture(self, target: Target, pictures: Ring) -> None:
        pixels = self._first_eye.of(target, PICTURE_SIZE, self._shown_size).tobytes()
        pictures.push(self._encode(Picture(self._frame, self._t_ns, pixels)))
