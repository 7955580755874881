"""Hands: what two controllers or two bare hands say in a frame, by the table of `vret.headset.profiles`.

The rules, in the order that decides when two of them conflict:

1.  Stop is heard whatever else is pressed. Each way of stopping is followed by itself, so that a jammed grip hides
    no other press, and a squeeze that goes on is one stop.
2.  A hand that touches a control of stop says nothing else with it. While either hand does, nobody says yes.
3.  Yes counts only when its hold began after the question came and after every control of stop was let go.
4.  Wait and less are heard at all times. Phrases are not offered where they would stand in the way of it.
5.  Somebody who came in is told by a hold that is longer than yes and began while the panel asked nothing, and while no
    hold would choose a phrase.
6.  No to a recording is two short pulls, or that long hold gone on with: nothing follows of a hold that answered.
7.  The next step of homework is asked about for as long as there is one, so a hold that goes on still hides: it is
    asked for by letting go in between, and what was held for long enough to hide asks for nothing.
8.  What the cameras lose for less than `LAPSE_NS` goes on as it was; a hand that is lost for longer is an input lost,
    and whatever it held is forgotten, without a word.

Nothing here reads a clock: time is that of the frames.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vret.core.events import Event, Input, InputGained, InputLost, PhraseSaid, RatingGiven, SicknessGiven, StopPressed
from vret.headset.choosing import Choosing
from vret.headset.controls import DISTRESS, NOTHING, SCALES, Button, Controls
from vret.headset.gestures import (
    ANSWER_REST_NS,
    LAPSE_NS,
    REPEAT_NS,
    RUN_PER_S,
    SOMEONE_HOLD_NS,
    TWICE_NS,
    YES_HOLD_NS,
    Component,
    Gesture,
    Hand,
    Hold,
    Press,
    Pull,
    Rest,
    Run,
    Tap,
    Turn,
    TwoTaps,
    Zone,
)
from vret.headset.profiles import PROFILES, Control, Profile

_NEVER = -(1 << 62)
_STEP_NS = 1_000_000_000 * DISTRESS.step // RUN_PER_S
"""Of every scale: the fewer steps it has, the sooner it is run through."""
_PHRASE_NS = 1_000_000_000
"""How long each phrase stands while a button runs through them: time to read it."""
_DOWN_AND_UP: dict[Component, tuple[float, float]] = {
    Component.GRIP: (0.4, 0.25),
    Component.THUMBSTICK_X: (0.7, 0.5),
    Component.THUMBSTICK_Y: (0.7, 0.5),
}
_ELSE_DOWN_AND_UP = (0.6, 0.4)
_STICK = (Component.THUMBSTICK_X, Component.THUMBSTICK_Y)
_BUTTONS = {
    Control.STOP: Button.STOP,
    Control.WAIT: Button.WAIT,
    Control.LESS: Button.LESS,
    Control.READY: Button.READY,
    Control.ACCEPT: Button.ACCEPT,
    Control.CAN_WAIT: Button.CAN_WAIT,
    Control.SOMEONE_CAME_IN: Button.SOMEONE_CAME_IN,
    Control.PRIVATE_AGAIN: Button.PRIVATE_AGAIN,
    Control.CONFIRM: Button.RATE_CONFIRM,
    Control.RECORD: Button.RECORD,
    Control.RISE: Button.RISE,
}
_ALWAYS = (Control.STOP, Control.WAIT, Control.LESS)


class _Reach(NamedTuple):
    """What one hand can do with an interaction profile. The components that stop serve nothing else."""

    gestures: dict[Control, tuple[Gesture, ...]]
    stops: frozenset[Component]

    @classmethod
    def of(cls, profile: Profile, hand: Hand) -> "_Reach":
        gestures = {
            control: tuple(way.gesture for way in ways if way.gesture is not None and hand in way.hands)
            for control, ways in profile.controls.items()
        }
        stopping = (gesture for gesture in gestures[Control.STOP] if isinstance(gesture, Press | Hold))
        return cls(gestures, frozenset(gesture.component for gesture in stopping))


_REACHES = {(path, hand): _Reach.of(profile, hand) for path, profile in PROFILES.items() for hand in Hand}
_NOTHING = _Reach({}, frozenset())


@dataclass(slots=True)
class _Finger:
    """Something that is pressed or not, with some play between the two, and what has come of the press so far."""

    is_down: bool = False
    went_up: bool = False
    since_ns: int = _NEVER
    seen_ns: int = _NEVER
    zone: Zone = Zone.REST
    side: int = 0
    steps: int = 0
    is_spent: bool = False
    is_long: bool = False
    went_twice: bool = False
    short_ns: int = _NEVER

    def read(self, value: float | None, limits: tuple[float, float], t_ns: int) -> bool:
        """Whether it went down just now."""
        self.went_up = self.went_twice = False
        if value is None:
            self.is_down = self.is_down and t_ns - self.seen_ns <= LAPSE_NS
            return False
        self.seen_ns = t_ns
        if not self.is_down and value >= limits[0]:
            self.is_down, self.since_ns, self.steps = True, t_ns, 0
            self.is_spent = self.is_long = False
            return True
        if self.is_down and value < limits[1]:
            self.is_down, self.went_up = False, True
            self._count(is_short=t_ns - self.since_ns < YES_HOLD_NS)
        return False

    def _count(self, *, is_short: bool) -> None:
        """Of short presses every second one that begins soon after the one before it went twice."""
        self.went_twice = is_short and self.since_ns - self.short_ns <= TWICE_NS
        self.short_ns = self.since_ns if is_short and not self.went_twice else _NEVER


class _Side:
    """One hand: which profile it has, its fingers, and whether it is an input that can stop."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.path = ""
        self.profile: Profile | None = None
        self.controls: Controls | None = None
        self.reach = _NOTHING
        self.fingers: dict[Component, _Finger] = {}
        self._reads: tuple[tuple[Component, tuple[Hand, Component], tuple[float, float], _Finger], ...] = ()
        self.stopping_ns = _NEVER
        self._seen_ns = self._tapped_ns = _NEVER

    def meet(self, path: str, values: Mapping[tuple[Hand, Component], float], t_ns: int) -> list[Event]:
        """Read the fingers, and tell of an input gained or lost. Only what the runtime calls active is in `values`."""
        events: list[Event] = []
        if path != self.path and self._can_stop(_REACHES.get((path, self.hand), _NOTHING), values):
            events += self._take_up(path, t_ns)
        if self.profile is None:
            return events
        if path == self.path and self._can_stop(self.reach, values):
            self._seen_ns = t_ns
        elif t_ns - self._seen_ns > LAPSE_NS:
            events.append(InputLost(t_ns=t_ns, input=self.profile.inputs[self.hand]))
            self.path, self.profile, self.controls, self.reach = "", None, None, _NOTHING
            self.fingers, self._reads = {}, ()
            return events
        there = values if path == self.path else {}
        for component, key, limits, finger in self._reads:
            value = there.get(key)
            if value is not None and component in _STICK:
                value = self._along(component, there)
            if finger.read(value, limits, t_ns):
                self._place(component, finger, there)
        for component in self.reach.stops:
            if self.fingers[component].is_down:
                self.stopping_ns = t_ns
        return events

    def taps(self, at_once: bool, t_ns: int) -> int:
        """1 for a tap that has just counted, 2 for the second of a pair; `at_once` when it goes down."""
        for gesture in self.reach.gestures[Control.WAIT]:
            if not isinstance(gesture, Tap):
                continue
            finger = self.fingers[gesture.component]
            counts = finger.went_up or (finger.is_down and at_once)
            if counts and not finger.is_spent and finger.since_ns > self.stopping_ns:
                finger.is_spent = True
                is_second = finger.since_ns - self._tapped_ns <= TWICE_NS
                self._tapped_ns = _NEVER if is_second else finger.since_ns
                return 2 if is_second else 1
        return 0

    def _take_up(self, path: str, t_ns: int) -> list[Event]:
        """Another input in this hand. It is gained before the old one is lost: the hand could stop all the time."""
        before, self.path, self.profile = self.profile, path, PROFILES[path]
        self.reach = _REACHES[path, self.hand]
        source = self.profile.inputs[self.hand]
        self.controls = Controls(source)
        self.fingers = {one: _Finger() for one in self.profile.bindings if self.profile.has(one, self.hand)}
        self._reads = tuple(
            (one, (self.hand, one), _DOWN_AND_UP.get(one, _ELSE_DOWN_AND_UP), finger)
            for one, finger in self.fingers.items()
        )
        if before is None:
            return [InputGained(t_ns=t_ns, input=source)]
        if before.inputs[self.hand] is source:
            return []
        lost = InputLost(t_ns=t_ns, input=before.inputs[self.hand])
        return [InputGained(t_ns=t_ns, input=source), lost]

    def _can_stop(self, reach: _Reach, values: Mapping[tuple[Hand, Component], float]) -> bool:
        return any((self.hand, one) in values for one in reach.stops)

    def _along(self, component: Component, values: Mapping[tuple[Hand, Component], float]) -> float:
        """How far a stick is pushed: it counts towards the person (Y) and to either side (X), not askew."""
        x = values.get((self.hand, Component.THUMBSTICK_X), 0.0)
        y = values.get((self.hand, Component.THUMBSTICK_Y), 0.0)
        if component is Component.THUMBSTICK_X:
            return abs(x) if abs(x) > abs(y) else 0.0
        return -y if abs(y) > abs(x) else 0.0

    def _place(self, component: Component, finger: _Finger, values: Mapping[tuple[Hand, Component], float]) -> None:
        """Where on a trackpad or stick it went down."""
        is_pad = component is Component.TRACKPAD_CLICK
        x = values.get((self.hand, Component.TRACKPAD_X if is_pad else Component.THUMBSTICK_X), 0.0)
        y = values.get((self.hand, Component.TRACKPAD_Y if is_pad else Component.THUMBSTICK_Y), 0.0)
        finger.side = 1 if x > 0 else -1
        finger.zone = Zone.LOWER if y < -abs(x) else Zone.SIDES if abs(x) > max(abs(y), 0.3) else Zone.REST


class Hands:
    """Both hands. `profile` is that of the hand that was used last; `dial` is None until it is turned."""

    def __init__(self) -> None:
        self.dial: int | None = None
        self.profile: Profile | None = None
        self._scale = DISTRESS
        self._choosing = Choosing()
        self._chooser: Input | None = None
        self._asked: Control | None = None
        self._is_new = self._are_new = False
        self._asked_ns = self._asking_ns = self._offered_ns = _NEVER
        self._stopping_ns = self._before_ns = self._set_ns = _NEVER
        self._sides = {hand: _Side(hand) for hand in Hand}

    @property
    def choice(self) -> int | None:
        return self._choosing.choice

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        """What the panel asks: the control that answers it, or what the dial is for. One set for another is forgotten.

        `phrases` is whether it offers phrases besides.
        """
        self._are_new = self._are_new or (phrases and not self._choosing.is_offered)
        self._choosing.offer(phrases)
        if control is not self._asked:
            self._asked, self._is_new = control, True
            self._scale = SCALES.get(control, DISTRESS)
            self._forget_dial()

    def read(
        self, profiles: Mapping[Hand, str], values: Mapping[tuple[Hand, Component], float], t_ns: int
    ) -> tuple[Event, ...]:
        """What happened since the last frame, stop first.

        `profiles` names each hand's interaction profile, or "" for none; `values` holds only active components.
        """
        if self._is_new:
            self._asked_ns, self._is_new = t_ns, False
        if self._are_new:
            self._offered_ns, self._are_new = t_ns, False
        sides = self._sides.values()
        events = [event for side in sides for event in side.meet(profiles.get(side.hand, ""), values, t_ns)]
        self._stopping_ns = max(self._stopping_ns, *(side.stopping_ns for side in sides))
        for side in sides:
            if side.profile is None or side.controls is None:
                continue
            pressed = self._pressed(side, t_ns)
            if pressed:
                self.profile = side.profile
            side.controls.scale = self._scale
            said = side.controls.read(pressed, self.dial, t_ns)
            if any(isinstance(event, RatingGiven | SicknessGiven) for event in said):
                self._forget_dial()
            events += said
        phrase = self._choosing.said(t_ns)
        if phrase is not None:
            assert self._chooser is not None, "nobody chose the phrase that is said"
            events.append(PhraseSaid(t_ns=t_ns, input=self._chooser, phrase=phrase))
        here = [side.profile for side in sides if side.profile is not None]
        if self.profile not in here:
            self.profile = here[0] if here else None
        self._before_ns = t_ns
        return tuple(sorted(events, key=lambda event: not isinstance(event, StopPressed)))

    def _pressed(self, side: _Side, t_ns: int) -> Button:
        pressed, gestures = NOTHING, side.reach.gestures
        if self._asks_dial:
            for gesture in gestures[Control.RATE]:
                self._move_dial(side, gesture, t_ns)
        if self._choosing.is_offered:
            for gesture in gestures[Control.PHRASE]:
                self._choose(side, gesture, t_ns)
        if self._asked is not None:
            answer = Control.CONFIRM if self._asks_dial else self._asked
            for gesture in gestures[answer]:
                is_said = self._is_rise if answer is Control.RISE else self._is_yes
                if is_said(side, gesture, t_ns):
                    pressed |= _BUTTONS[answer]
        if self._asked not in (None, Control.RISE) or self._is_choosing_by_hold:
            self._asking_ns = t_ns
        elif any(self._is_long(side, gesture, t_ns) for gesture in gestures[Control.SOMEONE_CAME_IN]):
            pressed |= Button.SOMEONE_CAME_IN
        if any(self._is_no(side, gesture, t_ns) for gesture in gestures[Control.NO_RECORDING]):
            pressed |= Button.NO_RECORDING
        taps = side.taps(self._asked is None and not self._choosing.is_offered, t_ns)
        for control in _ALWAYS:
            for gesture in gestures[control]:
                if self._is_made(side, control, gesture, taps, t_ns):
                    pressed |= _BUTTONS[control]
        return pressed

    @property
    def _asks_dial(self) -> bool:
        return self._asked in SCALES

    @property
    def _is_choosing_by_hold(self) -> bool:
        return self._choosing.is_offered and self.profile is not None and self.profile.shares_yes

    def _is_made(self, side: _Side, control: Control, gesture: Gesture, taps: int, t_ns: int) -> bool:
        """Whether stop, wait or less has just been said: rules 1 and 2."""
        is_free = control is Control.STOP or t_ns > side.stopping_ns
        match gesture:
            case Hold(component, hold_ns):
                finger = side.fingers[component]
                return finger.is_down and self._passed(finger.since_ns + hold_ns, t_ns)
            case Press(component, zone):
                finger = side.fingers[component]
                lies = zone is None or zone is self._zone(finger)
                return finger.since_ns == t_ns and lies and is_free
            case Pull(along):
                return side.fingers[along].since_ns == t_ns and is_free
            case Tap():
                return taps == 1
            case TwoTaps():
                return taps == 2
            case _:
                raise AssertionError(f"the table gives {gesture} to stop, wait or less, which it cannot say")

    def _is_yes(self, side: _Side, gesture: Gesture, t_ns: int) -> bool:
        """Whether the panel has just been answered: rule 3."""
        if isinstance(gesture, Rest):
            return self.dial is not None and self._passed(self._set_ns + ANSWER_REST_NS, t_ns)
        assert isinstance(gesture, Hold), f"the table lets {gesture} answer the panel"
        finger = side.fingers[gesture.component]
        made = self._answers(finger) and self._passed(finger.since_ns + gesture.hold_ns, t_ns)
        finger.is_spent |= made
        return made

    def _is_rise(self, side: _Side, gesture: Gesture, t_ns: int) -> bool:
        """Whether the next step has just been asked for: rule 7."""
        assert isinstance(gesture, Hold), f"the table lets {gesture} ask for the next step"
        finger = side.fingers[gesture.component]
        is_asked = finger.went_up and not finger.is_spent and finger.since_ns > max(self._asked_ns, self._stopping_ns)
        made = is_asked and gesture.hold_ns <= t_ns - finger.since_ns < SOMEONE_HOLD_NS
        finger.is_spent |= made
        return made

    def _is_long(self, side: _Side, gesture: Gesture, t_ns: int) -> bool:
        """Whether somebody has just come in: rule 5."""
        assert isinstance(gesture, Hold), f"the table lets {gesture} say that somebody came in"
        finger = side.fingers[gesture.component]
        is_free = finger.since_ns > max(self._stopping_ns, self._asking_ns)
        is_long = finger.is_down and is_free and self._passed(finger.since_ns + gesture.hold_ns, t_ns)
        finger.is_long |= is_long
        return is_long

    def _is_no(self, side: _Side, gesture: Gesture, t_ns: int) -> bool:
        """Whether a recording has just been declined: rule 6."""
        if isinstance(gesture, TwoTaps):
            return side.fingers[gesture.component].went_twice
        assert isinstance(gesture, Hold), f"the table lets {gesture} decline a recording"
        finger = side.fingers[gesture.component]
        return finger.is_down and finger.is_long and self._passed(finger.since_ns + gesture.hold_ns, t_ns)

    def _move_dial(self, side: _Side, gesture: Gesture, t_ns: int) -> None:
        if isinstance(gesture, Run):
            self._run(side.fingers[gesture.component], t_ns)
        elif isinstance(gesture, Turn):
            finger = side.fingers[gesture.click or gesture.across]
            if self._answers(finger) and (gesture.click is None or finger.zone is Zone.SIDES):
                self._turn(finger, t_ns)

    def _choose(self, side: _Side, gesture: Gesture, t_ns: int) -> None:
        """A push is one phrase further; a button that is held runs on."""
        if isinstance(gesture, Run):
            finger, first_ns = side.fingers[gesture.component], YES_HOLD_NS
            due = 1 + (t_ns - finger.since_ns - first_ns) // _PHRASE_NS
        else:
            assert isinstance(gesture, Turn), f"the table lets {gesture} choose a phrase"
            finger, first_ns, due = side.fingers[gesture.click or gesture.across], 0, 1
            if gesture.click is not None and finger.zone is not Zone.SIDES:
                return
        if not finger.is_down or finger.since_ns <= max(self._offered_ns, self._stopping_ns):
            return
        self._choosing.touch(t_ns)
        if t_ns - finger.since_ns < first_ns:
            return
        assert side.profile is not None, "only a hand that is there chooses"
        finger.is_spent, self._chooser = True, side.profile.inputs[side.hand]
        while finger.steps < due:
            self._choosing.move(1 if first_ns else finger.side, t_ns)
            finger.steps += 1

    def _turn(self, finger: _Finger, t_ns: int) -> None:
        running_ns = t_ns - finger.since_ns - REPEAT_NS
        due = 1 if running_ns < 0 else 2 + running_ns // _STEP_NS
        self.dial = self._scale.turned(self.dial, finger.side * (due - finger.steps))
        finger.steps = due

    def _run(self, finger: _Finger, t_ns: int) -> None:
        if not self._answers(finger):
            return
        self._set_ns = t_ns
        running_ns = t_ns - finger.since_ns - YES_HOLD_NS
        if running_ns >= 0:
            finger.is_spent = True
            self.dial = self._scale.within(running_ns // _STEP_NS * self._scale.step)

    def _answers(self, finger: _Finger) -> bool:
        return finger.is_down and finger.since_ns > max(self._asked_ns, self._stopping_ns)

    def _passed(self, due_ns: int, t_ns: int) -> bool:
        return self._before_ns < due_ns <= t_ns

    def _zone(self, finger: _Finger) -> Zone:
        """With neither a dial nor phrases on show the sides of a trackpad are like its middle."""
        serves = self._asks_dial or self._choosing.is_offered
        return Zone.REST if finger.zone is Zone.SIDES and not serves else finger.zone

    def _forget_dial(self) -> None:
        self.dial = None
        for side in self._sides.values():
            if side.controls is not None:
                side.controls.forget_dial()
