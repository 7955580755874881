"""The heart: what its rate tells in scenes in which people faint, and the exercise that keeps them from it. Pure.

The rules:

1.  Only a reading with contact counts, as the sensor itself tells of it, and between 25 and 240 beats a minute. The
    rate is the median of five seconds, of at least three readings.
2.  Where people faint (a scene with a rung tagged so), a rate that has fallen by more than 20 % within a minute alarms
    the therapist, holds the scene, and starts the exercise. So it does for some minutes after such a scene too. Nothing
    rises while it lasts. Elsewhere a heart that slows down is one that calms down, and nothing follows.
3.  The exercise is applied tension: tense arms, legs and trunk for 15 s, let go for 25 s, but not to relax; five times.
    The therapist starts and ends it at any time. It moves nothing, goes on through hold, stop and calm, and ends by
    itself.
4.  Nobody stands where people faint: nothing rises before the person has said that they sit, and standing up holds.
5.  No reading is no rate. It raises nothing, lowers nothing, and is shown as what it is.

In blood-injection-injury phobia the rate rises and then falls, to 35 or 40 a minute at worst (clinical.md 1). Applied
tension and its times: Oest and Sterner 1987, Behaviour Research and Therapy 25(1), 25-29, with 10 to 15 s of tension
and 20 to 30 s until the next. The fall is counted from the highest rate of the last minute, since that is what it
falls from. That 20 % is a number which this program proposes, like all of them.
"""

from statistics import median_low
from typing import Final

import msgspec
from msgspec.structs import replace

from vret.core.ladder import FAINTING_RISK, SceneRules
from vret.core.limits import LIMITS

BPM_MIN: Final = 25
BPM_MAX: Final = 240
READINGS_MIN: Final = 3
READINGS_MAX: Final = 32
"""More in five seconds are more than any sensor sends."""
RATES: Final = 12
"""Rates that are looked back on: a minute of them."""
FALL_PERCENT: Final = 20
TENSE_TIMES: Final = 5


class Heart(msgspec.Struct, frozen=True, gc=False):
    """`readings` are those of the five seconds from `since_ns`, `rates` the medians before them, the newest last, which
    was made at `rated_ns`. `fell_from` is the rate from which it has fallen, None when it has not.
    """

    readings: tuple[int, ...] = ()
    since_ns: int | None = None
    read_ns: int | None = None
    rates: tuple[int, ...] = ()
    rated_ns: int | None = None
    has_contact: bool = False
    fell_from: int | None = None

    def read(self, bpm: int, t_ns: int, *, has_contact: bool) -> "Heart":
        """One reading of the sensor. After a pause nothing is known of what came before."""
        if not (has_contact and BPM_MIN <= bpm <= BPM_MAX):
            return self if self.has_contact is has_contact else replace(self, has_contact=has_contact)
        if self.read_ns is None or t_ns - self.read_ns > LIMITS.heart_pause_ns:
            return Heart((bpm,), t_ns, t_ns, has_contact=True)
        assert self.since_ns is not None
        if t_ns - self.since_ns < LIMITS.heart_rate_ns:
            readings = (*self.readings, bpm)[-READINGS_MAX:]
            return replace(self, readings=readings, read_ns=t_ns, has_contact=True)
        begun = replace(self, readings=(bpm,), since_ns=t_ns, read_ns=t_ns, has_contact=True)
        return begun if len(self.readings) < READINGS_MIN else begun._rated(median_low(self.readings), t_ns)

    def _rated(self, bpm: int, t_ns: int) -> "Heart":
        """What has fallen has fallen until it is half as far below again: it does not come and go with every beat."""
        rates = (*self.rates, bpm)[-RATES:]
        highest, percent = max(rates), FALL_PERCENT if self.fell_from is None else FALL_PERCENT // 2
        has_fallen = bpm * 100 < highest * (100 - percent)
        return replace(self, rates=rates, rated_ns=t_ns, fell_from=highest if has_fallen else None)

    def rate_at(self, t_ns: int) -> int | None:
        """Beats a minute, or None where none is known now."""
        is_known = self.rated_ns is not None and t_ns - self.rated_ns <= LIMITS.heart_rate_ns + LIMITS.heart_pause_ns
        return self.rates[-1] if is_known else None

    def has_fallen_at(self, t_ns: int) -> bool:
        return self.fell_from is not None and self.rate_at(t_ns) is not None


def is_fainting_scene(rules: SceneRules) -> bool:
    """Whether people faint on any of its rungs."""
    return any(FAINTING_RISK in rung.tags for rung in rules.rungs)


class Tension(msgspec.Struct, frozen=True, gc=False):
    """The exercise that began at `start_ns`."""

    start_ns: int
    by_therapist: bool

    @property
    def end_ns(self) -> int:
        return self.start_ns + TENSE_TIMES * (LIMITS.tense_ns + LIMITS.let_go_ns)

    def is_tense_at(self, t_ns: int) -> bool:
        """Whether muscles are to be tense now; else they are let go."""
        return (t_ns - self.start_ns) % (LIMITS.tense_ns + LIMITS.let_go_ns) < LIMITS.tense_ns
