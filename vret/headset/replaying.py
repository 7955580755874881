"""Showing a recorded session again: the same events through the same core, drawn at the recorded frame times.

Nothing here talks to anybody: what a replay shows is what the log and the scenes say.
"""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from vret.core.effects import StepChanged
from vret.core.events import SessionOpened
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.errors import VretError
from vret.headset.contract import Eyes, Headset
from vret.headset.notice import notice
from vret.headset.stage import Stage
from vret.recording.log import read_log
from vret.recording.record import FrameRecord, Record
from vret.render.renderer import Renderer

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
        reached = [
            (record.event.t_ns, effect)
            for record in self.records
            for effect in record.effects
            if isinstance(effect, StepChanged) and effect.step >= 0
        ]
        times = [frame.t_ns for frame in self.frames]
        wanted: dict[int, str] = {}
        for index, (t_ns, effect) in enumerate(reached):
            until_ns = reached[index + 1][0] if index + 1 < len(reached) else times[-1]
            last = bisect_right(times, until_ns) - 1
            if last >= 0 and times[last] - t_ns > SETTLED_NS:
                rules = next(rules for rules in self.opened.scenes if rules.name == effect.scene)
                wanted[last] = f"{len(wanted) + 1:02d}-{effect.scene}-{rules.rungs[effect.step].name}"
        for number, shot in enumerate(self.shots()):
            name = wanted.get(number)
            if name is not None and not shot.session.whereabouts_at(shot.frame.t_ns).is_calm:
                yield name, _unveiled(shot)


def _unveiled(shot: Shot) -> Shot:
    """A picture for a report is taken with open eyes: the veil of the step that follows is lifted."""
    cut = msgspec.structs.replace(shot.session.cut, veil_ns=0)
    return Shot(shot.frame, msgspec.structs.replace(shot.session, cut=cut))


class Projector:
    """Draws shots on a headset that replays."""

    def __init__(self, headset: Headset, opened: SessionOpened, bundles: list[Path]) -> None:
        self._headset = headset
        self._renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
        self._stage = Stage(self._renderer, bundles)
        views = headset.view_count
        self._eyes = Eyes(*(_zeros(shape) for shape in ((7,), (views, 7), (views, 4))))

    def draw(self, shot: Shot) -> None:
        t_ns = shot.frame.t_ns
        act, seen, _ = self._stage.look(shot.session, t_ns)
        timing = self._headset.wait_frame()
        self._headset.locate(timing.display_ns, self._eyes)
        target = self._headset.begin()
        veil = shot.session.veil_at(t_ns)
        self._renderer.draw(act.resident, seen, self._eyes, target, veil, notice(shot.session, t_ns))
        self._headset.submit()
