"""Someone who is exposed to swinging boxes: a real session in one process, for tests and benchmarks of the frame."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from tests.scene.people import write_figures
from vret.core import commands, events
from vret.core.effects import State
from vret.core.plan import Plan, ScenePlan
from vret.headset.contract import Headset
from vret.headset.controls import Button
from vret.headset.frame import FrameLoop
from vret.headset.offscreen import Offscreen
from vret.headset.stage import Stage
from vret.memory import SessionMemory
from vret.memory.messages import Shown, Wearer
from vret.paths import CALM_SCENE, data_file
from vret.render.renderer import Renderer
from vret.scene.bundle import write_bundle
from vret.scene.compile import compile_scene
from vret.scene.scene import load_scene
from vret.testing.memory_link import MemoryLink

KINDS = 32
PATIENCE_S = 60.0
AGAIN_S = 4.0
BEAT_FRAMES = 9
"""Ten a second, at 90 frames a second."""
NAME = "swings"
AXIS_AT = {"wind_mps": 5.0}
"""Where the axis stands when it has risen, five seconds after the scene was entered."""

_HEAD = """
format = 1
title = "Swings"
phobia = "none"
posture = "either"
content_warnings = []
seed = 1
base_place = "middle"
[axes.wind_mps]
range = [0, 15]
calm = 0
rate_per_s = 1
[places.middle]
title = "In the middle"
[rungs.only]
title = "All of them"
place = "middle"
wind_mps = 5
[voices.guide]
title = "The guide"
at = [2, 1.6, { axis = "wind_mps", points = [[0, -1], [15, -2]] }]
[materials.paint]
colour = "#806040"
[light]
sun_azimuth_deg = 68
sun_elevation_deg = 40
[sky]
zenith = "#5c8cc4"
horizon = "#cfdbe3"
ground = "#8d8678"
visibility_m = 2600
[hold]
shows = "They swing on."
"""


_WALKERS = """
[people.walkers]
bodies = ["ann.glb", "bob.glb", "cis.glb"]
motions_from = "motions.glb"
motions = ["walk"]
gestures = ["nod", "raise_hand"]
look = "around"
gaze_at_client = 0.3
course = { points = [[-20, 0, -11], [20, 0, -11], [20, 0, -30], [-20, 0, -30]], number = %d, width_m = 4 }
"""


def scene_text(count: int, walkers: int = 0) -> str:
    """`count` boxes of KINDS sizes around the head, each swinging in the wind, and people who walk before it."""
    chance = np.random.default_rng(count)
    nodes = []
    for kind in range(KINDS):
        copies = [
            [round(float(value), 2) for value in chance.uniform(-40, 40, 3)]
            for _ in range(count // KINDS + (kind < count % KINDS))
        ]
        size = [round(float(value), 2) for value in chance.uniform(0.2, 1.0, 3)]
        nodes.append(
            f'[nodes.box_{kind}]\nmesh = {{ kind = "box", size_m = {size} }}\nmaterial = "paint"\ncopies = {copies}\n'
            'swing = { about = [1, 0, 0], degrees = { axis = "wind_mps", points = [[0, 1], [15, 40]] }, period_s = 2 }'
        )
    return _HEAD + "\n".join(nodes) + (_WALKERS % walkers if walkers else "")


def _offscreen(memory: SessionMemory, period_ns: int) -> Headset:
    return Offscreen((32, 32), period_ns, wearer=memory.wearer)


class Exposure:
    """A session in which someone is exposed to `count` swinging boxes, and to `walkers`.

    With `period_ns` 0 frames wait for nothing. Whatever headset `make` makes, its buttons are `memory.wearer`.
    With `later` the person is in the calm room first, and the boxes are not compiled before `compile`.
    """

    def __init__(
        self,
        folder: Path,
        count: int,
        period_ns: int = 0,
        *,
        make: Callable[[SessionMemory, int], Headset] = _offscreen,
        later: bool = False,
        walkers: int = 0,
    ) -> None:
        self.memory = SessionMemory.create(folder / "memory")
        (folder / NAME).mkdir()
        (folder / NAME / "scene.toml").write_text(scene_text(count, walkers))
        write_figures(folder / NAME)
        write_bundle(self.memory.bundle(CALM_SCENE), compile_scene(load_scene(data_file(f"scenes/{CALM_SCENE}"))))
        self._bundle = compile_scene(load_scene(folder / NAME))
        if not later:
            self.compile()
        self.headset = make(self.memory, period_ns)
        self.headset.open()
        renderer = Renderer(self.headset.view_count, self.headset.view_size, self.headset.layout)
        self.loop = FrameLoop(self.headset, renderer, Stage(renderer, self.memory.bundles()), self.memory)
        self.link = MemoryLink(self.memory)
        self.link.open(
            events.SessionOpened(
                t_ns=0,
                session_id="bench",
                plan=Plan((ScenePlan(NAME),), surprises_consented=False),
                scenes=(self._bundle.rules,),
            )
        )
        self.frame()
        self.link.admit()
        self.leave()
        if not later:
            self.enter()

    def compile(self) -> None:
        """What the loader process does: the boxes are there to be brought in."""
        write_bundle(self.memory.bundle(NAME), self._bundle)

    def leave(self) -> None:
        """The person stops; the calm room is seen."""
        self.press(Button.STOP)
        self.until(lambda: self.state in (State.STOPPED, State.CALM) and self.shown.scene == "")

    def enter(self) -> None:
        """From the calm room to the boxes, wholly seen."""
        self.press(Button.READY)
        self.insist(commands.Resume(level=commands.ResumeLevel.CALM), lambda: self.state is State.CALM)
        self.insist(
            commands.SetRung(scene=NAME, rung="only"), lambda: self.shown.scene == NAME and self.shown.veil == 0
        )

    @property
    def state(self) -> State | None:
        report = self.link.report()
        return None if report is None else report.state

    @property
    def shown(self) -> Shown:
        payload = self.memory.shown.read()
        return msgspec.msgpack.decode(payload or b"", type=Shown)

    def frame(self) -> int:
        """One frame, and the therapist's heartbeat before every BEAT_FRAMES of them; its thread CPU in ns."""
        if not self.loop.frame_number % BEAT_FRAMES:
            self.link.beat()
        start_ns = time.thread_time_ns()
        self.loop.frame()
        spent_ns = time.thread_time_ns() - start_ns
        self.drain()
        return spent_ns

    def drain(self) -> None:
        """What recorder and link would take."""
        self.link.drain()
        self.link.records.clear()
        self.memory.telemetry.release(len(self.memory.telemetry.read()))

    def press(self, button: Button) -> None:
        for buttons in (int(button), 0):
            self.memory.wearer.publish(msgspec.msgpack.encode(Wearer(buttons=buttons)))
            self.frame()

    def until(self, reached: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not reached():
            assert time.monotonic() < until, f"after {PATIENCE_S:.0f} s still {self.state}"
            self.frame()

    def insist(self, command: commands.Command, reached: Callable[[], bool]) -> None:
        """Ask, and ask again: a frame that took too long lets the lease go stale and takes an entry back."""
        until = time.monotonic() + PATIENCE_S
        while not reached():
            assert time.monotonic() < until, f"after {PATIENCE_S:.0f} s still {self.state}"
            self.link.command(command)
            again = time.monotonic() + AGAIN_S
            while not reached() and time.monotonic() < again:
                self.frame()

    def close(self) -> None:
        self.headset.close()
        self.memory.remove()
