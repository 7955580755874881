"""The fear of a synthetic person: a small pure model, for trying out sessions and never for judging people.

What it keeps from the literature, in the simplest form that shows it:

- Fear follows the feared situation with a delay (first order, `rise_s`), and fades more slowly (`fall_s`).
- Within one exposure the response wanes roughly exponentially with time spent in it (Groves and Thompson 1970, dual
  process of habituation; Foa and Kozak 1986, within-session habituation). Here each level of dread has its own share
  of that waning, and what was learnt close by counts too, so that coming back starts lower.
- What was learnt is partly kept between steps and comes back a little with rest (spontaneous recovery, Rescorla 2004).
- A rung feels the worse the more of the feared qualities are present (vret.core.axes, dread direction).

The constants are made up so that a session has peaks, waits and recoveries; they are not measurements. `pace` speeds
the whole person up, so that a demonstration of 90 seconds shows what takes an hour.
"""

import math
from dataclasses import dataclass, replace

from vret.core.axes import AXES, MICRO, Dread
from vret.testing.chance import chance, smooth_noise

LEVELS = 24
"""Habituation is kept for this many levels of dread between 0 and 1."""

AXIS_WEIGHTS = {"height_m": 3.0, "edge_distance_m": 2.0, "railing": 1.5, "floor_opacity": 1.5, "walkway_width_m": 2.0}
OTHER_WEIGHT = 0.7


@dataclass(frozen=True)
class Temperament:
    """One person's constants. Times are seconds at pace 1; `trait` is the fear, 0 to 1, that full dread would bring."""

    seed: int
    trait: float
    rise_s: float
    fall_s: float
    within_s: float
    kept: float
    recovery_s: float


def temperament(seed: int) -> Temperament:
    """The person that belongs to a seed."""

    def between(low: float, high: float, what: str) -> float:
        return low + (high - low) * chance(seed, "temperament", what)

    return Temperament(
        seed=seed,
        trait=between(0.85, 1.0, "trait"),
        rise_s=between(12.0, 20.0, "rise"),
        fall_s=between(35.0, 50.0, "fall"),
        within_s=between(300.0, 420.0, "within"),
        kept=between(0.45, 0.6, "kept"),
        recovery_s=between(2400.0, 3600.0, "recovery"),
    )


@dataclass(frozen=True)
class Fear:
    """Fear now (0 to 1), the person's own time in seconds, and what was learnt at each level of dread (0 to 1)."""

    now: float = 0.05
    lived_s: float = 0.0
    learnt: tuple[float, ...] = (0.0,) * LEVELS

    def suds(self) -> int:
        """What the person would say: 0 to 100, in fives as people do."""
        return max(0, min(100, 5 * round(20.0 * self.now)))


def dread(axes: dict[str, float]) -> float:
    """How much of what is feared is present, 0 to 1, from axis values in their own units.

    Each axis counts from its calm value to its most dreaded one on a root scale: the first metres are the worst.
    """
    total, weights = 0.0, 0.0
    for name, value in axes.items():
        axis = AXES[name]
        worst = axis.low if axis.dread is Dread.DOWN else axis.high
        reach = (value * MICRO - axis.calm) / (worst - axis.calm)
        weight = AXIS_WEIGHTS.get(name, OTHER_WEIGHT)
        total += weight * math.sqrt(min(max(abs(reach) if axis.dread is Dread.AWAY else reach, 0.0), 1.0))
        weights += weight
    return total / weights if weights else 0.0


def live(person: Temperament, fear: Fear, dread_now: float, dt_s: float, stimuli: int = 0) -> Fear:
    """Fear after `dt_s` seconds of the person's own time in a scene of this dread, with `stimuli` events going on."""
    at = dread_now * (LEVELS - 1)
    learnt = list(fear.learnt)
    for level in range(LEVELS):
        nearness = math.exp(-(((level - at) / 1.8) ** 2))
        if dread_now > 0.0:
            learnt[level] += (person.kept - learnt[level]) * -math.expm1(-dt_s * nearness / person.within_s)
        learnt[level] *= math.exp(-dt_s * (1.0 - nearness) / person.recovery_s)
    known = learnt[round(at)]
    noise = 0.04 * smooth_noise(person.seed, "fear", fear.lived_s / 20.0)
    drive = person.trait * (dread_now + 0.12 * min(stimuli, 2)) * (1.0 - known) + 0.05 + noise
    wanted = min(max(drive, 0.0), 1.0)
    delay_s = person.rise_s if wanted > fear.now else person.fall_s
    now = fear.now + (wanted - fear.now) * -math.expm1(-dt_s / delay_s)
    return replace(fear, now=now, lived_s=fear.lived_s + dt_s, learnt=tuple(learnt))
