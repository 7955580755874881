"""One connection to the runtime, from its opening to its loss: all that has to be made anew afterwards.

Calls come in the order of a frame. Whatever the runtime refuses raises XrError; the connection is then to be closed.
"""

import time
from collections.abc import Iterable
from typing import Any

from vret.clock import now_ns
from vret.headset.contract import Eyes, FrameTiming, Layout, Target
from vret.headset.openxr.actions import Actions
from vret.headset.openxr.api import XrError, xr
from vret.headset.openxr.floor import Floor
from vret.headset.openxr.graphics import Graphics, ask_requirements
from vret.headset.openxr.hand_poses import HandLocator
from vret.headset.openxr.hidden import hidden_corners
from vret.headset.openxr.lifecycle import Lifecycle, Request
from vret.headset.openxr.refresh import request_rate
from vret.headset.openxr.room import Room
from vret.headset.openxr.runtime import Runtime
from vret.headset.openxr.session import Session
from vret.headset.openxr.spaces import Locator, choose_stage, destroy_space, has_floor, head_space, reference_space
from vret.headset.openxr.swapchain import Swapchain
from vret.headset.openxr.timing import Prediction, XrClock
from vret.headset.openxr.view_configuration import choose_views
from vret.headset.openxr.views import Views
from vret.render.gl import GL

EXIT_WAIT_S = 0.7
BATTERIES_NS = 30_000_000_000
"""Between two questions how full the controllers are."""

_TYPE = xr.StructureType
_STATE_CHANGED = int(_TYPE.EVENT_DATA_SESSION_STATE_CHANGED)
_LOSS_PENDING = int(_TYPE.EVENT_DATA_INSTANCE_LOSS_PENDING)
_SPACE_CHANGES = int(_TYPE.EVENT_DATA_REFERENCE_SPACE_CHANGE_PENDING)
_PROFILE_CHANGED = int(_TYPE.EVENT_DATA_INTERACTION_PROFILE_CHANGED)
_PRESENCE_CHANGED = int(_TYPE.EVENT_DATA_USER_PRESENCE_CHANGED_EXT)
_MASK_CHANGED = int(_TYPE.EVENT_DATA_VISIBILITY_MASK_CHANGED_KHR)
_ROOM_CHANGED = int(_TYPE.EVENT_DATA_PASSTHROUGH_STATE_CHANGED_FB)
_LOST = int(xr.Result.ERROR_SESSION_LOST)


class Connection:
    """`views` and `chain` are the runtime's choice, within what the wishes from `layout` to `wants_room` say.

    `floor` knows where the stage's floor is; `eye_height_m` is the person's own, None for unknown.
    """

    def __init__(
        self,
        runtime: Runtime,
        graphics: Graphics,
        lifecycle: Lifecycle,
        opening: int,
        layout: Layout | None = None,
        scale: float = 1.0,
        only_profiles: Iterable[str] | None = None,
        wants_depth: bool = False,
        eye_height_m: float | None = None,
        wants_room: bool = False,
    ) -> None:
        self._runtime, self._graphics, self._lifecycle = runtime, graphics, lifecycle
        self._has_begun = self._is_drawn = self._ends = False
        ask_requirements(runtime)
        self.views = choose_views(runtime, scale)
        self.session = Session(runtime, graphics.binding, self.views.kind)
        handle = self.session.handle
        kind = choose_stage(runtime, handle)
        self.floor = Floor(is_told=has_floor(kind), eye_height_m=eye_height_m)
        self.stage = reference_space(runtime, handle, kind, self.floor.height_m)
        self._head = head_space(runtime, handle)
        self.chain = Swapchain(runtime, handle, self.views, layout, opening, wants_depth=wants_depth)
        self._views = Views(runtime, self.session, self.stage, self.chain, self.views)
        self._locator = Locator(runtime, self.stage)
        self.actions = Actions(runtime, handle, only_profiles)
        self.hands = HandLocator(runtime, handle, self.stage, self.actions.grip_spaces)
        self.room = Room(runtime, self.session) if wants_room and self.chain.has_alpha else None
        self._prediction = Prediction(XrClock(runtime))
        self._profiles_are_old = True
        self._batteries_due_ns = 0
        self.hidden = hidden_corners(runtime, handle, self.views)

    @property
    def can_come_back(self) -> bool:
        """Whether the runtime can be opened again in this process: one that is never closed cannot."""
        return self._runtime.trusts_contexts

    def wait(self) -> FrameTiming:
        """The next beat; a frame has begun. Only while the session runs."""
        frame = self.session.wait_frame()
        self._has_begun = True
        self._settle_graphics()
        prediction = self._prediction
        is_sensible = prediction.see(frame.predicted_display_time, frame.predicted_display_period)
        should_render = bool(frame.should_render) and is_sensible
        return FrameTiming(prediction.display_ns, prediction.period_ns, should_render)

    def poll(self) -> bool:
        """Hear the runtime and read the controls; whether the program is asked to close."""
        wants_to_close = False
        self._graphics.answer()
        for event in self.session.events():
            wants_to_close |= self._hear(event)
        if self._lifecycle.is_running:
            self.actions.sync()
            if self._profiles_are_old:
                self._profiles_are_old = False
                self.actions.look_up_profiles()
            if now_ns() >= self._batteries_due_ns:
                self._batteries_due_ns = now_ns() + BATTERIES_NS
                self.actions.look_up_batteries()
        else:
            self.actions.values.clear()
        if self._ends and not self._has_begun:
            self._end()
        return wants_to_close

    def locate(self, eyes: Eyes) -> None:
        xr_ns = self._prediction.locate_ns
        if xr_ns > 0:
            locator = self._locator
            is_located = locator.locate(self._head.handle, xr_ns, eyes.head)
            self._lifecycle.track(is_turned=locator.is_turned, is_placed=locator.is_placed)
            is_worn = is_located and self._lifecycle.is_worn and self._runtime.tells_presence
            if self.floor.see(xr_ns, float(eyes.head[1]) + self.stage.height_m if is_worn else None):
                self._stand()
                locator.locate(self._head.handle, xr_ns, eyes.head)
            self._views.locate(xr_ns, eyes)
            self.hands.locate(xr_ns, self.actions.profiles)

    def shrink(self, size: tuple[int, int]) -> None:
        self._views.show(size)

    def begin(self) -> Target:
        target = self.chain.acquire()
        self._is_drawn = True
        return target

    def submit(self, wants_room: bool = False) -> None:
        if self._is_drawn:
            self.chain.release()
        if self._has_begun:
            self.session.end_frame(self._is_drawn)
        self._has_begun = self._is_drawn = False
        if self.room is not None:
            self.room.follow(wants_room)
        self._settle_graphics()
        if self._ends:
            self._end()

    def close(self) -> None:
        """Give everything back without asking whether the runtime still answers."""
        if self.room is not None:
            self.room.close()
        self.chain.close()
        self.session.close()
        self._runtime.close()

    def leave(self) -> None:
        """Ask to go, show nothing until the runtime has let go, then close. Takes at most EXIT_WAIT_S."""
        until = time.monotonic() + EXIT_WAIT_S
        try:
            if self._has_begun:
                self.submit()
            if self._lifecycle.is_running:
                self.session.request_exit()
            while self._lifecycle.is_running and time.monotonic() < until:
                self.wait()
                self.poll()
                self.submit()
        except XrError as error:
            print(f"The headset's software did not let go in order: {error}", flush=True)
        self.close()

    def _hear(self, event: Any) -> bool:
        """Whether the event asks the program to close."""
        kind = event._type
        if kind == _STATE_CHANGED:
            return self._change(event._state)
        if kind == _LOSS_PENDING:
            raise XrError("xrPollEvent", int(xr.Result.ERROR_INSTANCE_LOST))
        if kind == _SPACE_CHANGES and event._reference_space_type == self.stage.kind:
            self._lifecycle.recentre()
            rise_m = event.pose_in_previous_space.position.y if event.pose_valid else None
            self.floor.recentred(event.change_time, rise_m)
        elif kind == _PROFILE_CHANGED:
            self._profiles_are_old = True
        elif kind == _PRESENCE_CHANGED:
            self._lifecycle.see(bool(event.is_user_present))
        elif kind == _ROOM_CHANGED and self.room is not None:
            self.room.hear(event._flags)
        elif kind == _MASK_CHANGED:
            self.hidden = hidden_corners(self._runtime, self.session.handle, self.views)
        return False

    def _stand(self) -> None:
        """Put the stage's origin onto the floor. What is seen moves with it, which the core hears."""
        before = self.stage
        self.stage = reference_space(self._runtime, self.session.handle, before.kind, self.floor.height_m)
        for part in (self._views, self._locator, self.hands):
            part.stand_in(self.stage)
        destroy_space(self._runtime, before)
        self._lifecycle.recentre()

    def _change(self, code: int) -> bool:
        match self._lifecycle.change(code):
            case Request.BEGIN:
                self.session.begin()
                request_rate(self._runtime, self.session.handle)
                if self.room is not None:
                    self.room.begin()
            case Request.END:
                self._ends = True
            case Request.LET_GO:
                raise XrError("xrPollEvent", _LOST)
            case Request.CLOSE:
                return True
        return False

    def _end(self) -> None:
        self._ends = False
        self.session.end()

    def _settle_graphics(self) -> None:
        """Undo what some runtimes do to the caller's context, before it is drawn with."""
        if not self._runtime.trusts_contexts:
            self._graphics.make_current()
            while GL.glGetError():
                pass
