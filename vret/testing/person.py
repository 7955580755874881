"""A synthetic person: sees what is shown, is afraid, moves the head, presses the controls. Pure and deterministic.

Behaviour that a session has to cope with: looking down and up again, looking and stepping away when afraid
(avoidance), ratings that come late or not at all, wait, less and stop by fear or by a script, ready only when the
fear has fallen, and stop practised first of all in the calm room.
"""

import math
from dataclasses import dataclass

from vret.core.effects import State
from vret.core.ramp import NS_PER_S
from vret.headset.controls import NOTHING, Button
from vret.memory.messages import HandPose, Shown, Wearer
from vret.testing.chance import chance, smooth_noise
from vret.testing.fear import Fear, dread, live, temperament

EYE_HEIGHT_M = 1.6
PRESS_NS = NS_PER_S // 4
AGAIN_NS = 4 * NS_PER_S
STEP_BACK_M = 0.55
MOST_SICK = 3


@dataclass(frozen=True)
class ScriptedPress:
    """Press `button` once, `after_s` seconds after a dread (0 to 1) of at least `dread` was first shown."""

    button: Button
    dread: float
    after_s: float


SCRIPT = (
    ScriptedPress(Button.WAIT, 0.30, 1.5),
    ScriptedPress(Button.LESS, 0.42, 1.5),
    ScriptedPress(Button.STOP, 0.60, 1.5),
)
"""One of each on the way up, so that a demonstration shows them all."""


def pace_of(minutes: float) -> float:
    """How many times faster than life a person must run to go through an hour's session in `minutes`."""
    return max(1.0, 50.0 / minutes)


@dataclass(frozen=True)
class Thresholds:
    """Fear (0 to 1) at which the person presses by themselves, and below which they say ready."""

    wait: float = 0.70
    less: float = 0.80
    stop: float = 0.92
    ready: float = 0.40


@dataclass(frozen=True)
class _Press:
    start_ns: int
    button: Button
    dial: int | None


class Person:
    """Call `live` with every newly shown moment; it answers with the body: head, buttons, dial.

    `pace` is how many times faster than life fear and hesitation run. `unanswered` is the share of ratings ignored;
    the first one asked is always answered.
    """

    def __init__(
        self,
        seed: int,
        *,
        pace: float = 1.0,
        script: tuple[ScriptedPress, ...] = (),
        thresholds: Thresholds | None = None,
        unanswered: float = 0.1,
    ) -> None:
        self.fear = Fear()
        self._seed = seed
        self._pace = pace
        self._temperament = temperament(seed)
        self._script = dict.fromkeys(script, 0)
        self._thresholds = thresholds or Thresholds()
        self._unanswered = unanswered
        self._last: Shown | None = None
        self._start_ns = 0
        self._state_since_ns = 0
        self._practised = False
        self._was_exposed = False
        self._asked = 0
        self._queasy_s = 0.0
        self._queue: list[_Press] = []
        self._quiet_until: dict[Button, int] = {}

    def live(self, shown: Shown) -> Wearer:
        """The body at `shown.t_ns`; times must not go back."""
        last = self._last
        if last is None:
            self._start_ns = self._state_since_ns = shown.t_ns
        elif shown.t_ns > last.t_ns:
            elapsed_s = (shown.t_ns - last.t_ns) / NS_PER_S * self._pace
            self.fear = live(self._temperament, self.fear, self._dread_of(shown), elapsed_s, len(shown.stimuli))
        if last is not None and shown.state is not last.state:
            self._state_since_ns = shown.t_ns
        if shown.scene:
            self._queasy_s += 0.0 if last is None else (shown.t_ns - last.t_ns) / NS_PER_S * self._pace
        if shown.sickness_asked and not (last is not None and last.sickness_asked):
            self._answer(shown.t_ns, self.fms())
        self._decide(shown, asked_anew=shown.rating_asked and not (last is not None and last.rating_asked))
        self._last = shown
        return self._body(shown)

    def fms(self) -> int:
        """How sick this person says they feel: a little sooner or later, and never so much that a session ends."""
        return min(MOST_SICK, int(self._queasy_s / 300.0 * 2.0 * chance(self._seed, "queasy")))

    def _dread_of(self, shown: Shown) -> float:
        return dread(shown.axes) if shown.scene else 0.0

    # -- deciding

    def _decide(self, shown: Shown, *, asked_anew: bool) -> None:
        if asked_anew:
            self._answer_rating(shown.t_ns)
        match shown.state:
            case State.CALM if not self._practised:
                self._practised = True
                self._press(shown.t_ns, Button.STOP, 1.5)
            case State.CALM | State.STOPPED if shown.words_asked:
                self._press(shown.t_ns, Button.READY, 2.0)
            case State.STOPPED if shown.offer:
                self._press(shown.t_ns, Button.ACCEPT, 1.5)
            case State.STOPPED if not shown.ready:
                stopped_s = (shown.t_ns - self._state_since_ns) / NS_PER_S * self._pace
                calmed = self.fear.now < self._thresholds.ready and stopped_s > 8.0
                if not self._was_exposed or calmed or stopped_s > 60.0:
                    self._press(shown.t_ns, Button.READY, 1.0)
            case State.EXPOSED:
                self._was_exposed = True
                if shown.scene and not shown.veil:
                    self._follow_script(shown)
                self._follow_fear(shown.t_ns)
            case _:
                pass

    def _follow_script(self, shown: Shown) -> None:
        for press, due_ns in list(self._script.items()):
            if due_ns == 0 and self._dread_of(shown) >= press.dread:
                self._script[press] = shown.t_ns + int(press.after_s * NS_PER_S)
            elif due_ns and shown.t_ns >= due_ns:
                del self._script[press]
                self._press(shown.t_ns, press.button, 0.0)

    def _follow_fear(self, t_ns: int) -> None:
        limits, fear = self._thresholds, self.fear.now
        if fear > limits.stop:
            self._press(t_ns, Button.STOP, 0.2, quiet_s=120.0)
        elif fear > limits.less:
            self._press(t_ns, Button.LESS, 0.5, quiet_s=90.0)
        elif fear > limits.wait:
            self._press(t_ns, Button.WAIT, 0.5, quiet_s=150.0)

    def _press(self, t_ns: int, button: Button, hesitation_s: float, quiet_s: float = 0.0) -> None:
        """Press after a hesitation; the same button again no sooner than 4 s later, or `quiet_s` of own time."""
        if t_ns < self._quiet_until.get(button, 0):
            return
        hurried_s = hesitation_s / min(self._pace, 3.0)
        quiet_ns = max(AGAIN_NS, int(quiet_s / self._pace * NS_PER_S))
        self._quiet_until[button] = t_ns + int(hurried_s * NS_PER_S) + quiet_ns
        self._queue.append(_Press(t_ns + int(hurried_s * NS_PER_S), button, None))

    def _answer_rating(self, t_ns: int) -> None:
        self._asked += 1
        if self._asked > 1 and chance(self._seed, "unanswered", self._asked) < self._unanswered:
            return
        self._answer(t_ns, self.fear.suds())

    def _answer(self, t_ns: int, number: int) -> None:
        hesitation_s = (1.2 + 1.8 * chance(self._seed, "hesitation", self._asked)) / min(self._pace, 3.0)
        self._queue.append(_Press(t_ns + int(hesitation_s * NS_PER_S), Button.RATE_CONFIRM, number))

    # -- moving

    def _body(self, shown: Shown) -> Wearer:
        held, dial = NOTHING, None
        for press in self._queue:
            if press.start_ns <= shown.t_ns:
                held |= press.button
                dial = press.dial if press.dial is not None else dial
        self._queue = [press for press in self._queue if shown.t_ns < press.start_ns + PRESS_NS]
        position, rotation = self._head(shown)
        return Wearer(
            head_position_in_stage=position,
            head_rotation_in_stage=rotation,
            buttons=int(held),
            dial=dial,
            worn=True,
            focused=True,
            hands_in_stage=_hands(position),
        )

    def _head(self, shown: Shown) -> tuple[tuple[float, float, float], tuple[float, float, float, float]]:
        """Idle sway of some millimetres, glances, and, with fear, looking away and stepping back (+Z)."""
        t_s = (shown.t_ns - self._start_ns) / NS_PER_S
        fear, dreaded = self.fear.now, self._dread_of(shown)

        def drift(what: str, period_s: float) -> float:
            return smooth_noise(self._seed, what, t_s / period_s)

        courage = max(0.0, 1.0 - 1.3 * fear)
        curious = max(0.0, drift("down", 3.0)) if dreaded > 0.0 else 0.0
        away = max(0.0, drift("away", 5.0)) * max(0.0, fear - 0.35)
        pitch_deg = -6.0 + 4.0 * drift("pitch", 2.0) - 75.0 * curious * courage + 45.0 * away
        yaw_deg = 18.0 * drift("yaw", 4.0) + 220.0 * away * (1.0 if chance(self._seed, "side") < 0.5 else -1.0)
        back_m = STEP_BACK_M * max(0.0, fear - 0.3) if dreaded > 0.0 else 0.0
        position = (
            0.02 * drift("x", 2.5) + 0.004 * math.sin(2.0 * math.pi * 0.31 * t_s),
            EYE_HEIGHT_M + 0.006 * drift("y", 1.7),
            back_m + 0.02 * drift("z", 2.9),
        )
        return position, rotation_of(math.radians(yaw_deg), math.radians(pitch_deg))


def _hands(head: tuple[float, float, float]) -> tuple[HandPose, HandPose]:
    """Both hands flat at the height of the waist, a forearm before the body."""
    x, y, z = head
    left = (x - 0.2, y - 0.62, z - 0.32, 0.5, -0.5, -0.5, 0.5)
    return left, (x + 0.2, *left[1:3], 0.5, 0.5, 0.5, 0.5)


def rotation_of(yaw: float, pitch: float) -> tuple[float, float, float, float]:
    """Quaternion xyzw of a head turned left by `yaw` and up by `pitch` radians (Y up, -Z ahead)."""
    sin_yaw, cos_yaw = math.sin(yaw / 2.0), math.cos(yaw / 2.0)
    sin_pitch, cos_pitch = math.sin(pitch / 2.0), math.cos(pitch / 2.0)
    return (cos_yaw * sin_pitch, sin_yaw * cos_pitch, -sin_yaw * sin_pitch, cos_yaw * cos_pitch)
