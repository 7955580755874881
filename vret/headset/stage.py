"""The stage: the scenes that are resident on the GPU, the calm room always among them.

Further scenes are brought in, and those that are not wanted any more are let go, in small steps between frames.
"""

import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from vret.core.axes import MICRO
from vret.core.effects import State
from vret.core.ladder import SceneRules
from vret.core.session import CALM_ROOM, Session, Whereabouts
from vret.errors import VretError
from vret.paths import CALM_SCENE
from vret.render.renderer import Renderer
from vret.render.resident import ResidentScene
from vret.render.staging import Steps, finish
from vret.scene.animation import Animation
from vret.scene.bundle import BundleError, read_bundle
from vret.scene.compiled import SceneFrame
from vret.scene.moment import Moment

BUDGET_NS: Final = 300_000
"""Of a frame's own CPU time for what comes and goes: no step begins after it, and each takes less than 0.2 ms."""

_LONG_NS: Final = 3_600_000_000_000
"""More than any scene takes."""


class StageError(VretError):
    """A scene that must be resident is not there."""


class Act(NamedTuple):
    """One resident scene: its buffers on the GPU, its life, and what the core knows of it."""

    resident: ResidentScene
    animation: Animation
    rules: SceneRules


class Stage:
    """What is seen at a moment of a session. `look` names the scene shown, the veil, and the frame to draw.

    `bundles` are made resident at once.
    """

    def __init__(self, renderer: Renderer, bundles: Iterable[Path]) -> None:
        self._renderer = renderer
        self._acts = {act.rules.name: act for act in (finish(self._bring(path)) for path in bundles)}
        if CALM_SCENE not in self._acts:
            raise StageError("the calm room is missing: scenes/calm must be among the compiled scenes")
        self.whereabouts = CALM_ROOM
        self._refused: dict[str, str] = {}
        self._scene = ""
        self._entered_ns = self._before_ns = 0
        self._wanted: dict[str, Path] = {}
        self._coming: Generator[None, None, Act] | None = None
        self._coming_name = ""
        self._going: Steps | None = None

    def look(self, session: Session | None, t_ns: int) -> tuple[Act, SceneFrame, Moment]:
        """The scene of this frame. Time in a scene counts from the first frame that showed it.

        While somebody else is there that is the calm room, and the scene's time stands still.
        """
        where = CALM_ROOM if session is None else session.whereabouts_at(t_ns)
        if where.scene not in self._acts:
            where = CALM_ROOM
        if where.scene != self._scene:
            self._scene, self._entered_ns = where.scene, t_ns
        if session is not None and not session.is_private and not where.is_calm:
            where = CALM_ROOM
            self._entered_ns += t_ns - self._before_ns
        self._before_ns = t_ns
        self.whereabouts = where
        act = self._acts[where.scene or CALM_SCENE]
        moment = _moment(session, where, t_ns, t_ns - self._entered_ns)
        return act, act.animation.animate(moment), moment

    def want(self, bundles: Iterable[Path]) -> None:
        """From now on these scenes, named like their bundles, and no others but the calm room. They come in turn.

        A bundle that is not there yet is taken when it is.
        """
        self._wanted = {path.stem: path for path in bundles}
        self._refused.clear()

    @property
    def trouble(self) -> str:
        """Why scenes that are wanted cannot be shown, as sentences; empty when all is well."""
        return " ".join(self._refused.values())

    @property
    def resident(self) -> tuple[str, ...]:
        """The scenes that can be shown."""
        return tuple(self._acts)

    @property
    def missing(self) -> tuple[str, ...]:
        """The scenes that are wanted and not there."""
        return tuple(name for name in self._wanted if name not in self._acts)

    def fill(self) -> None:
        """Bring in all that is wanted and there, however long it takes: before the first frame of all."""
        while self.turn(_LONG_NS):
            pass

    def turn(self, budget_ns: int = BUDGET_NS) -> bool:
        """Bring in and let go for as long as the budget lasts; whether a scene has come or gone.

        Call it when the frame has been handed over. What is shown, or hidden, is never let go.
        """
        until_ns = time.thread_time_ns() + budget_ns
        while time.thread_time_ns() < until_ns:
            if self._going is None and self._coming is None and not self._begin():
                return False
            if self._going is not None:
                if _is_over(self._going):
                    self._going = None
            elif self._coming is not None and self._come(self._coming):
                return True
        return False

    def _begin(self) -> bool:
        """Take up what is to be done next; False when that is nothing."""
        for name in self._acts:
            if name not in self._wanted and name not in (self._scene, CALM_SCENE) and self._wanted:
                self._going = self._leave(self._acts.pop(name))
                return True
        for name, path in self._wanted.items():
            if name not in self._acts and name not in self._refused and path.exists():
                self._coming, self._coming_name = self._bring(path), name
                return True
        return False

    def _come(self, coming: Generator[None, None, Act]) -> bool:
        try:
            next(coming)
        except StopIteration as end:
            act: Act = end.value
            self._acts[act.rules.name] = act
        except BundleError as problem:
            self._refused[self._coming_name] = str(problem)
        else:
            return False
        self._coming = None
        return True

    def _bring(self, path: Path) -> Generator[None, None, Act]:
        bundle = read_bundle(path)
        if bundle.rules.name != path.stem:
            raise BundleError(f"{path}: this is the scene {bundle.rules.name}; load the scene again")
        yield
        animation = Animation(bundle)
        yield
        resident = yield from self._renderer.bring(bundle.compiled)
        return Act(resident, animation, bundle.rules)

    def _leave(self, act: Act) -> Steps:
        yield from self._renderer.leave(act.resident)


def _is_over(steps: Steps) -> bool:
    return next(steps, _OVER) is _OVER


_OVER: Final = object()


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
