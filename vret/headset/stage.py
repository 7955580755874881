"""The stage: the scenes that are resident on the GPU, the calm room always among them."""

from pathlib import Path
from typing import NamedTuple

from vret.core.axes import MICRO
from vret.core.effects import State
from vret.core.ladder import SceneRules
from vret.core.session import CALM_ROOM, Session, Whereabouts
from vret.errors import VretError
from vret.paths import CALM_SCENE
from vret.render.renderer import Renderer
from vret.render.resident import ResidentScene
from vret.scene.animation import Animation
from vret.scene.bundle import read_bundle
from vret.scene.compiled import SceneFrame
from vret.scene.moment import Moment


class StageError(VretError):
    """A scene that must be resident is not there."""


class Act(NamedTuple):
    """One resident scene: its buffers on the GPU, its life, and what the core knows of it."""

    resident: ResidentScene
    animation: Animation
    rules: SceneRules


class Stage:
    """What is seen at a moment of a session. `look` names the scene shown, the veil, and the frame to draw."""

    def __init__(self, renderer: Renderer, bundles: list[Path]) -> None:
        self._acts: dict[str, Act] = {}
        for path in bundles:
            bundle = read_bundle(path)
            self._acts[bundle.rules.name] = Act(renderer.load(bundle.compiled), Animation(bundle), bundle.rules)
        if CALM_SCENE not in self._acts:
            raise StageError("the calm room is missing: scenes/calm must be among the compiled scenes")
        self.whereabouts = CALM_ROOM
        self._entered_ns = 0

    def look(self, session: Session | None, t_ns: int) -> tuple[Act, SceneFrame, Moment]:
        """The scene of this frame. Time in a scene counts from the first frame that showed it."""
        where = CALM_ROOM if session is None else session.whereabouts_at(t_ns)
        if where.scene not in self._acts:
            where = CALM_ROOM
        if where.scene != self.whereabouts.scene:
            self._entered_ns = t_ns
        self.whereabouts = where
        act = self._acts[where.scene or CALM_SCENE]
        moment = _moment(session, where, t_ns, t_ns - self._entered_ns)
        return act, act.animation.animate(moment), moment


def _moment(session: Session | None, where: Whereabouts, t_ns: int, inside_ns: int) -> Moment:
    if session is None or where.is_calm:
        return Moment(inside_ns, "", {})
    return Moment(
        t_ns=inside_ns,
        place=where.place,
        axes={axis: ramp.at(t_ns) / MICRO for axis, ramp in session.ramps.items()},
        stimuli=tuple((active.stimulus, (t_ns - active.start_ns) / 1e9) for active in session.active),
        held=session.state is not State.EXPOSED,
        variant=where.variant,
    )
