"""What OpenXR costs in a frame: the program's own way of calling beside pyopenxr's wrappers.

The runtime is a stub in C that answers at once (tests/headset/openxr/constant), compiled here by the system's compiler,
so no compositor is measured. All rows make the same calls, in turns of BLOCK frames: events, wait, begin, actions,
12 components of two Index controllers, head, hands, views (which pyopenxr asks for twice), picture, end. The last row
is everything that the headset does in a frame beside calling: it checks what it is told, and reads gestures.
"""

import ctypes
import gc
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vret.headset.quiet import ONE_THREAD

os.environ.update(ONE_THREAD, GALLIUM_NOOP="1", PYOPENGL_PLATFORM="egl")

import numpy as np

from tests.headset.openxr.constant_runtime import NoCompilerError, make_runtime
from vret.headset.body import make_eyes
from vret.headset.openxr.api import xr
from vret.headset.openxr.headset import OpenXR

BLOCK, ROUNDS, WARM = 300, 15, 100
GOAL_MS = 0.03


class Ours:
    """The addresses of structures made once, and plain integers back."""

    def __init__(self, headset: OpenXR) -> None:
        connection = headset._connection
        assert connection is not None
        session, chain, actions, views = connection.session, connection.chain, connection.actions, connection._views
        self._call = connection._runtime.call
        self._instance, self._session, self._chain = connection._runtime.instance, session.handle, chain.colour
        self._opened, self._actions = session, actions
        self._views, self._locator = views._addresses, connection._locator
        self._view_info = views._info
        self._places = (connection._head.handle, *actions.grip_spaces.values())

    def frame(self) -> None:
        call, session, opened, actions = self._call, self._session, self._opened, self._actions
        call.xrPollEvent(self._instance, opened._event_address)
        call.xrWaitFrame(session, None, opened._frame_address)
        call.xrBeginFrame(session, None)
        call.xrSyncActions(session, actions._sync_address)
        for _, info in actions._reading:
            call.xrGetActionStateFloat(session, info, actions._state_address)
        xr_ns, locator = opened._frame.predicted_display_time, self._locator
        for place in self._places:
            call.xrLocateSpace(place, locator._stage, xr_ns, locator._address)
        call.xrAcquireSwapchainImage(self._chain.handle, None, self._chain._index_address)
        call.xrWaitSwapchainImage(self._chain.handle, self._chain._wait_address)
        self._view_info.display_time = xr_ns
        info, state, count, found = self._views
        call.xrLocateViews(session, info, state, 2, count, found)
        call.xrReleaseSwapchainImage(self._chain.handle, None)
        opened._end_info.display_time = xr_ns
        opened._end_info.layer_count = 1
        call.xrEndFrame(session, opened._end_address)


class Pyopenxr:
    """The same calls as pyopenxr's examples make them, on the handles of the same session."""

    def __init__(self, headset: OpenXR) -> None:
        connection = headset._connection
        assert connection is not None
        chain, actions = connection.chain, connection.actions
        self._instance = ctypes.cast(connection._runtime.instance, xr.Instance)
        self._session = ctypes.cast(connection.session.handle, xr.Session)
        self._chain = ctypes.cast(chain.colour.handle, xr.Swapchain)
        self._stage = ctypes.cast(connection.stage.handle, xr.Space)
        places = (connection._head.handle, *actions.grip_spaces.values())
        self._places = [ctypes.cast(place, xr.Space) for place in places]
        self._set = ctypes.cast(actions._set, xr.ActionSet)
        self._asked = [actions._asked[key] for key, _ in actions._reading]
        self._size = connection.views.view_size

    def frame(self) -> None:
        session = self._session
        with suppress(xr.EventUnavailable):
            xr.poll_event(self._instance)
        state = xr.wait_frame(session, xr.FrameWaitInfo())
        xr.begin_frame(session, xr.FrameBeginInfo())
        xr.sync_actions(session, xr.ActionsSyncInfo(active_action_sets=[xr.ActiveActionSet(self._set, xr.NULL_PATH)]))
        for asked in self._asked:
            xr.get_action_state_float(session, xr.ActionStateGetInfo(asked.action, asked.subaction_path))
        for place in self._places:
            xr.locate_space(place, self._stage, state.predicted_display_time)
        xr.acquire_swapchain_image(self._chain, xr.SwapchainImageAcquireInfo())
        xr.wait_swapchain_image(self._chain, xr.SwapchainImageWaitInfo(timeout=xr.INFINITE_DURATION))
        located = xr.ViewLocateInfo(xr.ViewConfigurationType.PRIMARY_STEREO, state.predicted_display_time, self._stage)
        _, views = xr.locate_views(session, located)
        xr.release_swapchain_image(self._chain, xr.SwapchainImageReleaseInfo())
        width, height = self._size
        area = xr.Rect2Di(xr.Offset2Di(0, 0), xr.Extent2Di(width, height))
        shown = [
            xr.CompositionLayerProjectionView(view.pose, view.fov, xr.SwapchainSubImage(self._chain, area, number))
            for number, view in enumerate(views)
        ]
        layer = xr.CompositionLayerProjection(space=self._stage, views=shown)
        end = xr.FrameEndInfo(
            state.predicted_display_time, xr.EnvironmentBlendMode.OPAQUE, layers=[ctypes.byref(layer)]
        )
        xr.end_frame(session, end)


class Whole:
    """What the frame loop asks of the headset."""

    def __init__(self, headset: OpenXR) -> None:
        self._headset, self._eyes = headset, make_eyes(headset.view_count)

    def frame(self) -> None:
        headset = self._headset
        timing = headset.wait_frame()
        headset.poll(timing.display_ns)
        headset.locate(timing.display_ns, self._eyes)
        headset.begin()
        headset.submit()


def spent_us(frame: Callable[[], None], frames: int) -> np.ndarray:
    spent_ns = np.zeros(frames)
    for number in range(frames):
        start_ns = time.thread_time_ns()
        frame()
        spent_ns[number] = time.thread_time_ns() - start_ns
    return spent_ns / 1e3


def left_behind(frame: Callable[[], None]) -> tuple[float, float]:
    """Bytes of temporaries of a frame, and cyclic objects that it leaves."""
    gc.collect()
    for _ in range(100):
        frame()
    cyclic = gc.collect() / 100
    tracemalloc.start()
    peaks = []
    for _ in range(20):
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        frame()
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    return min(peaks), cyclic


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.environ.update(make_runtime(Path(folder)))
        except NoCompilerError as error:
            print(f"Not measured: {error}.")
            return
        measure()


def measure() -> None:
    headset = OpenXR()
    headset.open()
    whole = Whole(headset)
    for _ in range(WARM):
        whole.frame()
    rows: dict[str, Ours | Pyopenxr | Whole] = {
        "the program's own pointers and structures": Ours(headset),
        "pyopenxr's wrappers, as its examples use them": Pyopenxr(headset),
        "all that the program's headset does in a frame": whole,
    }
    for row in rows.values():
        spent_us(row.frame, WARM)
    gc.collect()
    gc.freeze()
    gc.disable()
    blocks: dict[str, list[np.ndarray]] = {name: [] for name in rows}
    for _ in range(ROUNDS):
        for name, row in rows.items():
            blocks[name].append(spent_us(row.frame, BLOCK))
            gc.collect()
    print(f"Thread CPU of a frame; the goal for the first row is {1e3 * GOAL_MS:.0f} µs.\n")
    print("| | median, µs | p99, µs | temporaries, kB | cyclic objects |")
    print("|---|--:|--:|--:|--:|")
    for name, row in rows.items():
        best = min(blocks[name], key=lambda one: float(np.median(one)))
        temporaries, cyclic = left_behind(row.frame)
        figures = f"{np.median(best):.1f} | {np.percentile(best, 99):.1f} | {temporaries / 1e3:.1f} | {cyclic:.0f}"
        print(f"| {name} | {figures} |", flush=True)
    headset.close()


if __name__ == "__main__":
    main()
