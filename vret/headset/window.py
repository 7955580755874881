"""The desktop window: the picture of one eye, the mouse for the head, the keys for the person's controls.

For trying things out and for demonstrations. The mouse turns the head while its left button is held; the arrow keys
step aside, forwards and back, until a synthetic body is written into the `wearer` block. Without such a block losing
the keyboard counts as losing focus, since no press can be read then; with one, its writer says so.
"""

import sys
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import glfw
import numpy as np

from vret.core.device import Device
from vret.core.events import Event, FocusGained, FocusLost, Input
from vret.headset.body import see_mono
from vret.headset.contract import SHOWS_ALL, Eyes, FrameTiming, HandPoses, HeadsetError, Layout, Target
from vret.headset.controls import KEYS, NOTHING, Button, Controls
from vret.headset.display import has_display
from vret.headset.pacing import Pace
from vret.headset.picture import EyePicture
from vret.headset.profiles import KEYBOARD, Control
from vret.headset.wearing import Wearing
from vret.memory import Block

FOV_HEIGHT_DEG = 75.0
_RADIANS_A_PIXEL = 0.004
_WALK_MPS = 1.0
_PITCH_LIMIT = 85 * pi / 180
_BUTTONS: dict[int, Button] = {getattr(glfw, f"KEY_{name}"): button for name, button in KEYS.items()}
_STEPS = {glfw.KEY_UP: (0, -1), glfw.KEY_DOWN: (0, 1), glfw.KEY_LEFT: (-1, 0), glfw.KEY_RIGHT: (1, 0)}


class Window:
    """A window of `view_size` pixels, drawn every `period_ns`."""

    name = "window"
    device = Device("No headset: a window on the screen")
    view_count = 1
    profile = KEYBOARD
    hidden = SHOWS_ALL
    layout = Layout.ARRAY
    trouble = ""

    def __init__(self, view_size: tuple[int, int], period_ns: int, *, wearer: Block | None = None) -> None:
        self.view_size = view_size
        self._period_ns = period_ns
        self._reports_focus = wearer is None
        self._controls = Controls(Input.KEYBOARD)
        self._wearing = Wearing(wearer, Controls(Input.KEYBOARD))
        self._asked: Control | None = None
        self._errors: list[str] = []
        self._down = self._pressed = NOTHING
        self._focus_changes: list[bool] = []
        self._yaw = self._pitch = 0.0
        self._position = np.array([0, 1.6, 0], np.float32)
        self._cursor: tuple[float, float] | None = None
        self._head = np.zeros(7, np.float32)

    def open(self) -> None:
        if not has_display():
            raise HeadsetError(
                "There is no display for a window: start it on a desktop, or without one by --headset offscreen."
            )
        glfw.set_error_callback(
            lambda code, text: self._errors.append(str(text, "utf-8", "replace") if isinstance(text, bytes) else text)
        )
        if not glfw.init():
            raise HeadsetError(f"No window can be opened ({self._reason()}): choose --headset offscreen.")
        for hint, value in self._hints():
            glfw.window_hint(hint, value)
        width, height = self.view_size
        self._window = glfw.create_window(width, height, "vret", None, None)
        if not self._window:
            raise HeadsetError(
                f"No window with OpenGL 4.5 can be opened ({self._reason()}): update the graphics driver, or choose "
                "--headset offscreen."
            )
        glfw.make_context_current(self._window)
        glfw.swap_interval(0)
        glfw.set_key_callback(self._window, self._on_key)
        glfw.set_window_focus_callback(self._window, lambda _, focused: self._focus_changes.append(bool(focused)))
        self._picture = EyePicture(self.view_count, self.view_size, self.layout)
        self._pace = Pace(self._period_ns)

    def wait_frame(self) -> FrameTiming:
        return self._pace.wait()

    def poll(self, t_ns: int) -> tuple[Event, ...]:
        self._focus_changes.clear()
        glfw.poll_events()
        down, self._pressed = self._down | self._pressed, NOTHING
        events = [*self._wearing.read(t_ns), *self._controls.read(down, None, t_ns)]
        if self._reports_focus:
            events += [FocusGained(t_ns=t_ns) if gained else FocusLost(t_ns=t_ns) for gained in self._focus_changes]
        self._turn()
        return tuple(events)

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        self._controls.choosing.offer(phrases)
        if control is not self._asked:
            self._asked = control
            self._controls.ask(control)
        self._wearing.ask(control, phrases=phrases)

    @property
    def choice(self) -> int | None:
        by_key = self._controls.choosing.choice
        return self._wearing.choice if by_key is None else by_key

    @property
    def dial(self) -> int | None:
        return self._controls.dial if self._wearing.dial is None else self._wearing.dial

    @property
    def hands(self) -> HandPoses | None:
        return self._wearing.hands if self._wearing.has_body else None

    def locate(self, display_ns: int, eyes: Eyes) -> None:
        if self._wearing.has_body:
            self._head[:] = self._wearing.head
        else:
            yaw, pitch = self._yaw / 2, self._pitch / 2
            self._head[:3] = self._position
            self._head[3:] = (
                cos(yaw) * sin(pitch),
                sin(yaw) * cos(pitch),
                -sin(yaw) * sin(pitch),
                cos(yaw) * cos(pitch),
            )
        see_mono(eyes, self._head, FOV_HEIGHT_DEG, self.view_size[0] / self.view_size[1])

    def begin(self) -> Target:
        return self._picture.target

    def submit(self) -> None:
        self._picture.blit_to_window(*glfw.get_framebuffer_size(self._window))
        glfw.swap_buffers(self._window)

    @property
    def wants_to_close(self) -> bool:
        return bool(glfw.window_should_close(self._window))

    def save_png(self, path: Path, size: int = 512) -> None:
        self._picture.save(path, size)

    def close(self) -> None:
        self._picture.release()
        glfw.destroy_window(self._window)
        glfw.terminate()

    def _hints(self) -> list[tuple[int, int]]:
        hints = [
            (glfw.CONTEXT_VERSION_MAJOR, 4),
            (glfw.CONTEXT_VERSION_MINOR, 5),
            (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
            (glfw.DEPTH_BITS, 0),
            (glfw.STENCIL_BITS, 0),
        ]
        if sys.platform == "linux":
            hints.append((glfw.CONTEXT_CREATION_API, glfw.EGL_CONTEXT_API))
        return hints

    def _on_key(self, window: Any, key: int, scancode: int, action: int, modifiers: int) -> None:
        button = _BUTTONS.get(key, NOTHING)
        if action == glfw.PRESS:
            self._pressed |= button
            self._down |= button
        elif action == glfw.RELEASE:
            self._down &= ~button

    def _turn(self) -> None:
        cursor = glfw.get_cursor_pos(self._window)
        if glfw.get_mouse_button(self._window, glfw.MOUSE_BUTTON_LEFT) == glfw.PRESS and self._cursor is not None:
            self._yaw -= (cursor[0] - self._cursor[0]) * _RADIANS_A_PIXEL
            self._pitch -= (cursor[1] - self._cursor[1]) * _RADIANS_A_PIXEL
            self._pitch = min(max(self._pitch, -_PITCH_LIMIT), _PITCH_LIMIT)
        self._cursor = cursor
        step = np.array([s for key, s in _STEPS.items() if glfw.get_key(self._window, key) == glfw.PRESS] or [(0, 0)])
        aside, back = step.sum(0) * (_WALK_MPS * self._period_ns / 1e9)
        self._position[0] += cos(self._yaw) * aside + sin(self._yaw) * back
        self._position[2] += cos(self._yaw) * back - sin(self._yaw) * aside

    def _reason(self) -> str:
        return self._errors[-1] if self._errors else "the window system gives no reason"
