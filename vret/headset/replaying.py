"""Showing a recorded session again: the same events through the same core, drawn at the recorded frame times.

Nothing here talks to anybody: what a replay shows is what the log and the scenes say.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from vret.core.effects import Effect, StateChanged, StepChanged
from vret.core.events import SessionOpened
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.core.transitions import IN_SCENE
from vret.core.veil import Veil
from vret.errors import VretError
from vret.headset.body import make_eyes
from vret.headset.offscreen import Offscreen
from vret.headset.page import page
from vret.headset.replay import Replay
from vret.headset.stage import Stage
from vret.headset.window import Window
from vret.paths import CALM_SCENE, data_file
from vret.recording.log import read_log
from vret.recording.record import FrameRecord, Record
from vret.render.renderer import Renderer
from vret.scene.kept import KeptBundles
from vret.scene.scene import load_scene
from vret.settings import SCENE_CACHE

SETTLED_NS = 200_000_000


class ReplayError(VretError):
    """The log cannot be shown again here; the message says why."""


class Shot(NamedTuple):
    """One recorded frame with the state that it showed."""

    frame: FrameRecord
    session: Session


class Story:
    """A log in memory: its frames in time, and the session at any of them."""

    def __init__(self, log: Path) -> None:
        entries = list(read_log(log))
        self.frames = sorted((entry for entry in entries if isinstance(entry, FrameRecord)), key=lambda one: one.t_ns)
        self.records = [entry for entry in entries if isinstance(entry, Record)]
        if not self.records or not isinstance(self.records[0].event, SessionOpened):
            raise ReplayError(f"{log}: the log has no beginning, so there is nothing to show")
        if not self.frames:
            raise ReplayError(f"{log}: the log has no frames, so there is nothing to show")
        self.opened = self.records[0].event

    def shots(self) -> Iterator[Shot]:
        """Every recorded frame with its session, in order."""
        session, later = open_session(self.opened), iter(self.records[1:])
        record = next(later, None)
        for frame in self.frames:
            while record is not None and record.event.t_ns <= frame.t_ns:
                session, _ = step(session, record.event)
                record = next(later, None)
            yield Shot(frame, session)

    def rung_shots(self) -> Iterator[tuple[str, Shot]]:
        """For each rung that was reached, the last frame before the person left it, with a name for the picture."""
        told = [(record.event.t_ns, effect) for record in self.records for effect in record.effects]
        reached = [(t_ns, effect) for t_ns, effect in told if isinstance(effect, StepChanged) and effect.step >= 0]
        left = [t_ns for t_ns, effect in told if _leaves(effect)]
        times = [frame.t_ns for frame in self.frames]
        wanted: dict[int, str] = {}
        for t_ns, effect in reached:
            until_ns = next((later for later in left if later > t_ns), times[-1] + 1)
            there = range(bisect_right(times, t_ns), bisect_left(times, until_ns))
            last = next((number for number in reversed(there) if self.frames[number].scene == effect.scene), None)
            if last is not None and times[last] - t_ns > SETTLED_NS:
                rules = next(rules for rules in self.opened.scenes if rules.name == effect.scene)
                wanted[last] = f"{len(wanted) + 1:02d}-{effect.scene}-{rules.rungs[effect.step].name}"
        for number, shot in enumerate(self.shots()):
            if number in wanted:
                yield wanted[number], _unveiled(shot)


def _leaves(effect: Effect) -> bool:
    return isinstance(effect, StepChanged) or (isinstance(effect, StateChanged) and effect.state not in IN_SCENE)


def _unveiled(shot: Shot) -> Shot:
    """A picture for a report is taken with open eyes."""
    cut = msgspec.structs.replace(shot.session.cut, veil=Veil())
    return Shot(shot.frame, msgspec.structs.replace(shot.session, cut=cut))


def pictures(log: Path, out_folder: Path, view_size: tuple[int, int] = (480, 480)) -> list[Path]:
    """What the person saw at each rung, as PNG files in the order of the session. Raises LogError, ReplayError."""
    story = Story(log)
    shots = list(story.rung_shots())
    out_folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with _projected(Replay(Offscreen(view_size, 0), [shot.frame for _, shot in shots]), story) as projector:
        for name, shot in shots:
            projector.draw(shot)
            paths.append(out_folder / f"{name}.png")
            projector.save_png(paths[-1])
    return paths


def show(log: Path) -> int:
    """Show the session again in a window, at its own pace, until its end or until the window is closed.

    Returns how many frames were shown. Raises LogError, ReplayError, and HeadsetError where there is no display.
    """
    story = Story(log)
    steps_ns = sorted(later.t_ns - earlier.t_ns for earlier, later in pairwise(story.frames))
    replay = Replay(Window((1280, 720), 0), story.frames, steps_ns[len(steps_ns) // 2] if steps_ns else 0)
    shown = 0
    with _projected(replay, story) as projector:
        for shot in story.shots():
            if replay.wants_to_close:
                break
            projector.draw(shot)
            shown += 1
    return shown


@contextmanager
def _projected(replay: Replay, story: Story) -> Iterator["_Projector"]:
    with TemporaryDirectory(prefix="vret-replay-") as folder:
        names = dict.fromkeys([CALM_SCENE, *(rules.name for rules in story.opened.scenes)])
        bundles = [Path(folder) / f"{name}.bundle" for name in names]
        for path in bundles:
            KeptBundles(SCENE_CACHE.default).write(load_scene(data_file(f"scenes/{path.stem}")), path)
        replay.open()
        try:
            yield _Projector(replay, bundles)
        finally:
            replay.close()


class _Projector:
    """Draws recorded frames on a headset that replays."""

    def __init__(self, replay: Replay, bundles: list[Path]) -> None:
        self._replay = replay
        self._renderer = Renderer(replay.view_count, replay.view_size, replay.layout)
        self._stage = Stage(self._renderer, bundles)
        self._eyes = make_eyes(replay.view_count)

    def draw(self, shot: Shot) -> None:
        t_ns, session = shot.frame.t_ns, shot.session
        timing = self._replay.wait_frame()
        self._replay.poll(t_ns)
        act, seen, _ = self._stage.look(session, t_ns)
        self._replay.locate(timing.display_ns, self._eyes)
        veil, shown = session.veil_at(t_ns), page(session, t_ns, self._replay.profile, None)
        self._renderer.draw(act.resident, seen, self._eyes, self._replay.begin(), veil, shown)
        self._replay.submit()

    def save_png(self, path: Path) -> None:
        self._replay.save_png(path)
