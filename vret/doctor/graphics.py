"""OpenGL as the headset program uses it: a 4.5 core context without a window on Linux, in a hidden window elsewhere."""

import sys

from vret.doctor.finding import Finding, Mark
from vret.headset.contract import HeadsetError

ABOUT = "graphics"
UPDATE = "Install the newest driver of the graphics card's maker, or use a computer with a newer card."


def check_graphics() -> tuple[Finding, ...]:
    """Run in a child process: it makes a context."""
    from vret.render import context

    try:
        if sys.platform == "linux":
            from vret.headset.egl import SurfacelessContext

            held: object = SurfacelessContext()
        else:
            held = _window_context()
        context.check()
        found = judged(context.driver())
    except HeadsetError as problem:
        return (Finding(ABOUT, Mark.BAD, str(problem), UPDATE, needed=True),)
    del held
    return (found,)


def judged(driver: str) -> Finding:
    """What a driver that has all that is needed means for a session."""
    from vret.render.context import draws_by_processor

    if draws_by_processor(driver):
        sentence = f"{driver}; this draws by the processor alone: enough to try the program, too slow for a headset."
        return Finding(ABOUT, Mark.NOTE, sentence, UPDATE)
    return Finding(ABOUT, Mark.GOOD, f"{driver}.")


def _window_context() -> object:
    import glfw

    if not glfw.init():
        raise HeadsetError("No window system answers.")
    glfw.window_hint(glfw.VISIBLE, False)
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 4)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 5)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    window = glfw.create_window(64, 64, "vret doctor", None, None)
    if not window:
        raise HeadsetError("The graphics driver gives no OpenGL 4.5 context.")
    glfw.make_context_current(window)
    return window
