"""Films of a scene: what the eyes get to see over some seconds at its rungs, stimuli and ends of axes, to be counted.

A film is of one eye in a head at rest: what the head itself moves is no change of the scene's. One view takes in
what lies ahead and what lies below. It is small, since a flash counts by a quarter of ten degrees.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vret.core.ladder import AxisRules, StimulusRules
from vret.scene.bundle import Bundle
from vret.scene.flashing import Flashes, flashes
from vret.scene.moment import Moment
from vret.scene.pictures import Camera, View, eyes_m, moments

STEPS_PER_S: Final = 30
SIZE: Final = (64, 64)
VIEW: Final = View(pitch_deg=-35.0, width_deg=90.0)
LIFE_S: Final = 1.5
AFTER_S: Final = 0.5
"""Before and after a stimulus, so that its coming and going count."""
_STEP_NS: Final = 1_000_000_000 // STEPS_PER_S
_MICRO: Final = 1_000_000


@dataclass(frozen=True)
class Film:
    """The moments of some seconds, STEPS_PER_S of them a second; `name` tells what happens in it."""

    name: str
    moments: tuple[Moment, ...]
    view: View


class FilmCamera:
    """Draws one scene's films."""

    def __init__(self, bundle: Bundle) -> None:
        self._camera = Camera(bundle, SIZE)

    def flashes(self, film: Film) -> Flashes:
        """The most that come within any second of it."""
        pictures = np.empty((len(film.moments), SIZE[1], SIZE[0], 3), np.uint8)
        for step, moment in enumerate(film.moments):
            draw = self._camera.follow if step else self._camera.draw
            pictures[step] = draw(moment, film.view)
        return flashes(pictures, STEPS_PER_S, film.view.width_deg)

    def close(self) -> None:
        self._camera.close()


def films(bundle: Bundle, posture: str) -> Iterator[Film]:
    """Every rung in every variant, every stimulus at every place, and every axis from one end to the other.

    A place is seen as at its highest rung, the last one in every variant. Axes are moved from there: those that ramp go
    there and back at their rate; those that cut change under a veil, so they stand still at either end.
    """
    view = replace(VIEW, height_m=eyes_m(posture))
    base = bundle.rules.base_variant
    for variant in [rules.name for rules in bundle.rules.variants] or [base]:
        at_rung = moments(bundle, variant=variant)
        for name, moment in at_rung.items():
            yield Film(f"{name}, {variant}" if variant else name, tuple(_life(moment, LIFE_S)), view)
        at_place = {moment.place: (name, moment) for name, moment in at_rung.items()}
        for name, moment in list(at_place.values())[0 if variant == base else -1 :]:
            for stimulus in bundle.rules.stimuli:
                told = f"{name}, {variant}, {stimulus.name}" if variant else f"{name}, {stimulus.name}"
                yield Film(told, tuple(_event(moment, stimulus)), view)
    name, moment = list(moments(bundle, variant=base).items())[-1]
    for axis in bundle.rules.axes:
        yield Film(f"{name}, all of {axis.axis}", tuple(_all_of(axis, moment)), view)


def _life(moment: Moment, seconds: float) -> Iterator[Moment]:
    for step in range(_steps(seconds)):
        yield replace(moment, t_ns=moment.t_ns + step * _STEP_NS)


def _event(moment: Moment, stimulus: StimulusRules) -> Iterator[Moment]:
    for step in range(-_steps(AFTER_S), stimulus.duration_ns // _STEP_NS + _steps(AFTER_S)):
        age_ns = step * _STEP_NS
        shown = ((stimulus.name, age_ns / 1e9),) if 0 <= age_ns < stimulus.duration_ns else ()
        yield replace(moment, t_ns=moment.t_ns + age_ns, stimuli=shown)


def _all_of(axis: AxisRules, moment: Moment) -> Iterator[Moment]:
    low, high, rate = axis.low / _MICRO, axis.high / _MICRO, axis.rate / _MICRO
    if not rate:
        for end in (low, high):
            yield from _life(replace(moment, axes={**moment.axes, axis.axis: end}), LIFE_S)
        return
    steps = _steps((high - low) / rate)
    there = np.linspace(low, high, steps + 1).tolist()
    for at, value in zip(_life(moment, 1e9), [*there, *there[::-1]], strict=False):
        yield replace(at, axes={**moment.axes, axis.axis: value})


def _steps(seconds: float) -> int:
    return round(seconds * STEPS_PER_S)
