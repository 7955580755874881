"""One table of the person's controls on every kind of controller and on bare hands.

Keys are OpenXR interaction profiles. Component paths are those of the OpenXR 1.1 specification, section "Interaction
Profile Paths" (Khronos simple, Touch, Touch Plus, Index, Vive, Microsoft motion), and of the extensions
XR_META_touch_controller_plus (the older name of Touch Plus), XR_BD_controller_interaction (Pico) and
XR_EXT_hand_interaction. All actions are of type float: the specification turns a boolean component into 0.0 or 1.0.

What decided the table:

- Stop is a squeeze held for 0.4 s wherever a hand can squeeze, since fright squeezes; besides it a plain press. Menu
  click exists on the left hand only of Touch and Pico 4, and not at all on Index and hands; the simple profile has
  no squeeze, so there any press of menu stops. Index reports a relaxed grip as `squeeze/value`; only its force counts.
- What turns the dial does so for both questions that it answers, of fear and of sickness.
- Yes is one press for every question that the panel asks (ready, go on, I can wait, this is my rating): a trigger or
  select held for half a second, begun after the question came and while nothing that stops was touched.
- A phrase is chosen by what turns the dial, and said when that is let go (`vret.headset.choosing`). Where the same
  button waits, or says yes to what is asked, phrases are not offered meanwhile (`shares_wait`, `shares_yes`).
- "Someone came in" is that hold for 1.4 s while the panel asks nothing: it is free on every profile and needs one
  hand. While the panel asks, a hold is the answer alone, or a press that was meant to hide could lead upwards. Where
  one button is all, the hold begins with a wait, which it is besides.
- The next step of homework is asked for by the same hold and by letting go before it hides: it stands on the panel for
  as long as there is one, and a press that was meant to hide must not lead upwards.
- A recording is agreed to like every question. It is declined, and ended at any time, by two short pulls of the
  trigger, which nothing else needs. Where one button is all, no answer declines it, and what ends it is the hold that
  hides, gone on with for 4 s in all.
- Wait and less are plain presses, at all times. With one button for both, a second tap makes a wait a less.
- Each of them works with the left hand alone and with the right hand alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vret.core.events import Input
from vret.headset.gestures import (
    NO_RECORDING_HOLD_NS,
    SOMEONE_HOLD_NS,
    STOP_HOLD_NS,
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

BOTH = (Hand.LEFT, Hand.RIGHT)
_INPUTS: dict[str, dict[Hand, Input]] = {
    "controller": {Hand.LEFT: Input.CONTROLLER_LEFT, Hand.RIGHT: Input.CONTROLLER_RIGHT},
    "hand": {Hand.LEFT: Input.HAND_LEFT, Hand.RIGHT: Input.HAND_RIGHT},
}


class Control(StrEnum):
    """What a person can say, in the order in which it is shown."""

    STOP = "stop"
    WAIT = "wait"
    LESS = "less"
    SOMEONE_CAME_IN = "someone_came_in"
    PRIVATE_AGAIN = "private_again"
    READY = "ready"
    ACCEPT = "accept"
    CAN_WAIT = "can_wait"
    RATE = "rate"
    SICKNESS = "sickness"
    CONFIRM = "confirm"
    PHRASE = "phrase"
    RECORD = "record"
    NO_RECORDING = "no_recording"
    RISE = "rise"


TITLES: dict[Control, str] = {
    Control.STOP: "Stop",
    Control.WAIT: "Wait",
    Control.LESS: "Less",
    Control.SOMEONE_CAME_IN: "Someone came in",
    Control.PRIVATE_AGAIN: "Private again",
    Control.READY: "I am ready",
    Control.ACCEPT: "Yes, go on",
    Control.CAN_WAIT: "I can wait",
    Control.RATE: "Rate",
    Control.SICKNESS: "Say how sick you feel",
    Control.CONFIRM: "Give the rating",
    Control.PHRASE: "Say a phrase",
    Control.RECORD: "Yes, record",
    Control.NO_RECORDING: "No recording",
    Control.RISE: "Next step, in homework",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do it, the sentence that tells the person, and the hands that can."""

    gesture: Gesture | None
    sentence: str
    hands: tuple[Hand, ...] = BOTH


@dataclass(frozen=True, slots=True)
class Profile:
    """`bindings` are full OpenXR paths, one for each hand that has the component; the first of `controls` is shown."""

    title: str
    inputs: Mapping[Hand, Input]
    bindings: Mapping[Component, tuple[str, ...]]
    controls: Mapping[Control, tuple[Way, ...]]

    def sentence(self, control: Control) -> str:
        return self.controls[control][0].sentence

    @property
    def shares_wait(self) -> bool:
        """Whether what chooses a phrase would otherwise wait."""
        return any(isinstance(way.gesture, Run) or _is_pressed(way.gesture) for way in self.controls[Control.PHRASE])

    @property
    def shares_yes(self) -> bool:
        """Whether what chooses a phrase would otherwise say yes."""
        return any(isinstance(way.gesture, Run) for way in self.controls[Control.PHRASE])

    def has(self, component: Component, hand: Hand) -> bool:
        return any(path.startswith(f"/user/hand/{hand}/") for path in self.bindings.get(component, ()))


def _is_pressed(gesture: Gesture | None) -> bool:
    return isinstance(gesture, Turn) and gesture.click is not None


def _both(component: str) -> tuple[str, ...]:
    return tuple(f"/user/hand/{hand}/input/{component}" for hand in BOTH)


def _yes(component: Component, hold: str) -> dict[Control, tuple[Way, ...]]:
    """What holding it says; `hold` is the verb."""
    yes = (
        Control.READY,
        Control.ACCEPT,
        Control.CAN_WAIT,
        Control.CONFIRM,
        Control.PRIVATE_AGAIN,
        Control.RECORD,
    )
    someone = Way(Hold(component, SOMEONE_HOLD_NS), f"{hold} for two seconds")
    return {
        Control.SOMEONE_CAME_IN: (someone,),
        **dict.fromkeys(yes, (Way(Hold(component, YES_HOLD_NS), f"{hold} for a moment"),)),
        Control.RISE: (Way(Hold(component, YES_HOLD_NS), f"{hold} briefly, then let go"),),
    }


def _dial(way: Way) -> dict[Control, tuple[Way, ...]]:
    """The one way to set a number, whatever is asked."""
    return dict.fromkeys((Control.RATE, Control.SICKNESS), (way,))


_LEFT_MENU = ("/user/hand/left/input/menu/click",)
_GRIP = Way(Hold(Component.GRIP, STOP_HOLD_NS), "Squeeze and hold either grip")
_STICK = {Component.THUMBSTICK_X: _both("thumbstick/x"), Component.THUMBSTICK_Y: _both("thumbstick/y")}
_PULL = Way(Pull(Component.THUMBSTICK_Y, Component.THUMBSTICK_X), "Pull the stick towards you")
_TURN = Way(Turn(Component.THUMBSTICK_X, Component.THUMBSTICK_Y), "Push the stick left or right")
_CHOOSE = Way(Turn(Component.THUMBSTICK_X, Component.THUMBSTICK_Y), "Push the stick left or right")
_TRIGGER_YES = {
    **_yes(Component.TRIGGER, "Hold the trigger"),
    Control.NO_RECORDING: (Way(TwoTaps(Component.TRIGGER), "Pull the trigger twice"),),
}
_FACE_BUTTONS = {
    Component.PRIMARY: ("/user/hand/left/input/x/click", "/user/hand/right/input/a/click"),
    Component.SECONDARY: ("/user/hand/left/input/y/click", "/user/hand/right/input/b/click"),
}
_FINGERS = {Component.TRIGGER: _both("trigger/value"), Component.GRIP: _both("squeeze/value")}


def _like_touch(title: str, menu: tuple[str, ...], menu_way: Way) -> Profile:
    return Profile(
        title,
        _INPUTS["controller"],
        {**_FINGERS, **_FACE_BUTTONS, **_STICK, Component.MENU: menu},
        {
            Control.STOP: (_GRIP, Way(Press(Component.SECONDARY), "Press B or Y"), menu_way),
            Control.WAIT: (Way(Press(Component.PRIMARY), "Press A or X"),),
            Control.LESS: (_PULL,),
            **_dial(_TURN),
            Control.PHRASE: (_CHOOSE,),
            **_TRIGGER_YES,
        },
    )


def _one_button(
    title: str,
    kind: str,
    bindings: dict[Component, tuple[str, ...]],
    button: Component,
    verbs: tuple[str, str],
    stop: Way,
) -> Profile:
    """Little more than one button: a tap, a pair of taps and a hold; `verbs` are those of tap and hold."""
    tap, hold = verbs
    return Profile(
        title,
        _INPUTS[kind],
        bindings,
        {
            Control.STOP: (stop,),
            Control.WAIT: (Way(Tap(button), f"{tap} once"),),
            Control.LESS: (Way(TwoTaps(button), f"{tap} twice"),),
            **_dial(Way(Run(button), f"{hold} until the number fits")),
            **_yes(button, hold),
            Control.CONFIRM: (Way(Rest(button), "Let go and wait three seconds"),),
            Control.PHRASE: (Way(Run(button), f"{hold} until the phrase fits"),),
            Control.NO_RECORDING: (Way(Hold(button, NO_RECORDING_HOLD_NS), f"{hold} for four seconds"),),
        },
    )


_LEFT_MENU_WAY = Way(Press(Component.MENU), "Press menu on the left", (Hand.LEFT,))
_MENU_WAY = Way(Press(Component.MENU), "Press the menu button")
_TOUCH_PLUS = _like_touch("Touch Plus", _LEFT_MENU, _LEFT_MENU_WAY)

PROFILES: dict[str, Profile] = {
    "/interaction_profiles/khr/simple_controller": _one_button(
        "Simple controller",
        "controller",
        {Component.SELECT: _both("select/click"), Component.MENU: _both("menu/click")},
        Component.SELECT,
        ("Press select", "Hold select"),
        _MENU_WAY,
    ),
    "/interaction_profiles/oculus/touch_controller": _like_touch("Touch", _LEFT_MENU, _LEFT_MENU_WAY),
    "/interaction_profiles/meta/touch_controller_plus": _TOUCH_PLUS,
    "/interaction_profiles/meta/touch_plus_controller": _TOUCH_PLUS,
    "/interaction_profiles/bytedance/pico_neo3_controller": _like_touch("Pico Neo3", _both("menu/click"), _MENU_WAY),
    "/interaction_profiles/bytedance/pico4_controller": _like_touch("Pico 4", _LEFT_MENU, _LEFT_MENU_WAY),
    "/interaction_profiles/valve/index_controller": Profile(
        "Index",
        _INPUTS["controller"],
        {
            Component.TRIGGER: _both("trigger/value"),
            Component.GRIP: _both("squeeze/force"),
            Component.PRIMARY: _both("a/click"),
            Component.SECONDARY: _both("b/click"),
            **_STICK,
        },
        {
            Control.STOP: (_GRIP, Way(Press(Component.SECONDARY), "Press B")),
            Control.WAIT: (Way(Press(Component.PRIMARY), "Press A"),),
            Control.LESS: (_PULL,),
            **_dial(_TURN),
            Control.PHRASE: (_CHOOSE,),
            **_TRIGGER_YES,
        },
    ),
    "/interaction_profiles/htc/vive_controller": Profile(
        "Vive",
        _INPUTS["controller"],
        {
            Component.TRIGGER: _both("trigger/value"),
            Component.GRIP: _both("squeeze/click"),
            Component.MENU: _both("menu/click"),
            Component.TRACKPAD_X: _both("trackpad/x"),
            Component.TRACKPAD_Y: _both("trackpad/y"),
            Component.TRACKPAD_CLICK: _both("trackpad/click"),
        },
        {
            Control.STOP: (_GRIP, _MENU_WAY),
            Control.WAIT: (Way(Press(Component.TRACKPAD_CLICK, Zone.REST), "Press the upper touchpad"),),
            Control.LESS: (Way(Press(Component.TRACKPAD_CLICK, Zone.LOWER), "Press the lower touchpad"),),
            **_dial(
                Way(
                    Turn(Component.TRACKPAD_X, Component.TRACKPAD_Y, Component.TRACKPAD_CLICK),
                    "Press the touchpad left or right",
                )
            ),
            Control.PHRASE: (
                Way(
                    Turn(Component.TRACKPAD_X, Component.TRACKPAD_Y, Component.TRACKPAD_CLICK),
                    "Press the touchpad left or right",
                ),
            ),
            **_TRIGGER_YES,
        },
    ),
    "/interaction_profiles/microsoft/motion_controller": Profile(
        "Windows Mixed Reality",
        _INPUTS["controller"],
        {
            Component.TRIGGER: _both("trigger/value"),
            Component.GRIP: _both("squeeze/click"),
            Component.MENU: _both("menu/click"),
            **_STICK,
            Component.TRACKPAD_CLICK: _both("trackpad/click"),
        },
        {
            Control.STOP: (_GRIP, _MENU_WAY),
            Control.WAIT: (Way(Press(Component.TRACKPAD_CLICK), "Press the touchpad"),),
            Control.LESS: (_PULL,),
            **_dial(_TURN),
            Control.PHRASE: (_CHOOSE,),
            **_TRIGGER_YES,
        },
    ),
    "/interaction_profiles/ext/hand_interaction_ext": _one_button(
        "Bare hands",
        "hand",
        {Component.PINCH: _both("pinch_ext/value"), Component.GRASP: _both("grasp_ext/value")},
        Component.PINCH,
        ("Pinch", "Hold a pinch"),
        Way(Hold(Component.GRASP, STOP_HOLD_NS), "Hold a fist with either hand"),
    ),
}

KEYBOARD = Profile(
    "Keyboard",
    {},
    {},
    {
        Control.STOP: (Way(None, "Press Escape or the space bar"),),
        Control.WAIT: (Way(None, "Press W"),),
        Control.LESS: (Way(None, "Press L"),),
        Control.SOMEONE_CAME_IN: (Way(None, "Press P"),),
        Control.PRIVATE_AGAIN: (Way(None, "Press A"),),
        Control.READY: (Way(None, "Press R"),),
        Control.ACCEPT: (Way(None, "Press Y"),),
        Control.CAN_WAIT: (Way(None, "Press I"),),
        **_dial(Way(None, "Press + or -")),
        Control.CONFIRM: (Way(None, "Press Enter"),),
        Control.PHRASE: (Way(None, "Press + or -"),),
        Control.RECORD: (Way(None, "Press K"),),
        Control.NO_RECORDING: (Way(None, "Press N"),),
        Control.RISE: (Way(None, "Press U"),),
    },
)
"""Of `vret.headset.controls.KEYS`, for the desktop window; no OpenXR profile."""
