"""What the person holds: whether the headset sees both hands, and how full the controllers are, where it tells."""

import time
from typing import Final

from vret.core.device import BATTERY_LOW_PERCENT, Battery, BatteryOf
from vret.doctor.finding import Finding, Mark

ABOUT: Final = "controllers"
LOOK_S: Final = 4.0
_TAKE: Final = "Put the headset on, press a button on each controller, and look again."
_SIDES: Final = {BatteryOf.CONTROLLER_LEFT: "left", BatteryOf.CONTROLLER_RIGHT: "right"}


def check_controllers() -> tuple[Finding, ...]:
    """Run in a child process, after `check_openxr` found a headset: for some moments the headset shows nothing."""
    from vret.headset.openxr import choose_platform

    choose_platform()

    from vret.clock import now_ns
    from vret.headset.body import make_eyes
    from vret.headset.contract import HeadsetError
    from vret.headset.openxr.headset import OpenXR

    headset = OpenXR()
    try:
        headset.open()
    except HeadsetError as problem:
        return (Finding(ABOUT, Mark.NOTE, f"they could not be looked for. {problem}", _TAKE),)
    try:
        eyes, held, bare = make_eyes(headset.view_count), 0, 0
        until_s = time.monotonic() + LOOK_S
        while held < 2 and time.monotonic() < until_s:
            timing = headset.wait_frame()
            headset.poll(now_ns())
            headset.locate(timing.display_ns, eyes)
            headset.submit()
            if headset.hands is not None:
                held = int((headset.hands.tracked & headset.hands.holding).sum())
                bare = int((headset.hands.tracked & ~headset.hands.holding).sum())
        return judged(held, bare, headset.device.batteries)
    finally:
        headset.close()


def judged(held: int, bare: int, batteries: tuple[Battery, ...]) -> tuple[Finding, ...]:
    """`held` and `bare` are how many hands are seen with and without a controller."""
    return (_judged_hands(held, bare), *(_judged_battery(battery) for battery in batteries if battery.of in _SIDES))


def _judged_hands(held: int, bare: int) -> Finding:
    if held == 2:
        return Finding(ABOUT, Mark.GOOD, "both are seen.")
    if held == 1:
        return Finding(ABOUT, Mark.NOTE, "one is seen, which is enough for every control.", _TAKE)
    if bare:
        return Finding(ABOUT, Mark.GOOD, "none is held; your hands are seen, which is enough for every control.")
    return Finding(ABOUT, Mark.NOTE, "none is seen.", _TAKE)


def _judged_battery(battery: Battery) -> Finding:
    full = f"the {_SIDES[battery.of]} one is {battery.percent} % full"
    if battery.is_charging:
        return Finding(ABOUT, Mark.GOOD, f"{full} and charging.")
    if battery.percent > BATTERY_LOW_PERCENT:
        return Finding(ABOUT, Mark.GOOD, f"{full}.")
    return Finding(ABOUT, Mark.NOTE, f"{full}.", "Charge it, or put in fresh batteries, before the session.")
