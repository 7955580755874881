"""The OpenXR runtime and the headset behind it."""

from vret.doctor.finding import Finding, Mark

RUNTIME, HEADSET = "OpenXR runtime", "headset"


def check_openxr() -> tuple[Finding, ...]:
    """Run in a child process: it loads the runtime."""
    from vret.headset.contract import HeadsetError
    from vret.headset.openxr.api import XrError, xr
    from vret.headset.openxr.runtime import Runtime, explained

    try:
        runtime = Runtime()
    except XrError as error:
        if error.code == int(xr.Result.ERROR_RUNTIME_UNAVAILABLE):
            return (
                Finding(
                    RUNTIME,
                    Mark.NOTE,
                    "none is installed, so no headset can be used; the program shows the scene in a window instead.",
                    "To use a headset, install the software that came with it (or SteamVR) and make it the OpenXR "
                    "runtime.",
                ),
            )
        if error.code == int(xr.Result.ERROR_FORM_FACTOR_UNAVAILABLE):
            advice = "Switch the headset on, connect it, then look again."
            return (Finding(HEADSET, Mark.NOTE, "none is connected.", advice),)
        return (_judged(str(explained(error))),)
    except HeadsetError as problem:
        return (_judged(str(problem)),)
    found = (Finding(RUNTIME, Mark.GOOD, f"{runtime.title}."), Finding(HEADSET, Mark.GOOD, f"{runtime.headset}."))
    runtime.close()
    return found


def _judged(problem: str) -> Finding:
    """The sentence tells what is wrong before its colon, and what to do after it."""
    wrong, _, advice = problem.partition(": ")
    return Finding(RUNTIME, Mark.BAD, f"{wrong[0].lower()}{wrong[1:]}.", f"{advice[0].upper()}{advice[1:]}")
