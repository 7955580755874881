"""OpenGL as the headset program uses it: a 4.5 core context without a window, through EGL where there is one."""

import os
import sys
from collections.abc import Callable

from vret.doctor.finding import Finding, Mark

ABOUT = "graphics"
EGL_PLATFORM_SURFACELESS_MESA = 0x31DD
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "software", "gdi generic", "basic render")
UPDATE = "Install the newest driver of the graphics card's maker, or use a computer with a newer card."
INSTALL = "On Debian: apt install libegl1 libgl1-mesa-dri, or the driver of the graphics card."


def check_graphics() -> tuple[Finding, ...]:
    """Run in a child process: it makes a context."""
    try:
        renderer, version = _window_context() if sys.platform == "win32" else _egl_context()
    except _NoContextError as problem:
        return (Finding(ABOUT, Mark.BAD, f"OpenGL 4.5 does not start: {problem}.", INSTALL, needed=True),)
    return (judged(renderer, version),)


def judged(renderer: str, version: str) -> Finding:
    """What a renderer means for a session."""
    described = f"{renderer}, OpenGL {version}"
    major, minor = (int(part) for part in version.split()[0].split(".")[:2])
    if (major, minor) < (4, 5):
        return Finding(ABOUT, Mark.BAD, f"{described}; the program needs 4.5.", UPDATE, needed=True)
    if any(word in renderer.lower() for word in SOFTWARE):
        sentence = f"{described}; this draws by the processor alone: enough to try the program, too slow for a headset."
        return Finding(ABOUT, Mark.NOTE, sentence, UPDATE)
    return Finding(ABOUT, Mark.GOOD, f"{described}.")


class _NoContextError(Exception):
    pass


def _egl_context() -> tuple[str, str]:
    os.environ["PYOPENGL_PLATFORM"] = "egl"
    try:
        from OpenGL import EGL
    except (ImportError, AttributeError) as problem:
        raise _NoContextError(f"no EGL library is installed ({problem})") from problem
    from OpenGL.error import Error

    try:
        display = _egl_display()
        EGL.eglBindAPI(EGL.EGL_OPENGL_API)
        wanted = (EGL.EGLint * 5)(
            *(EGL.EGL_SURFACE_TYPE, EGL.EGL_PBUFFER_BIT, EGL.EGL_RENDERABLE_TYPE, EGL.EGL_OPENGL_BIT, EGL.EGL_NONE)
        )
        configs, count = (EGL.EGLConfig * 1)(), EGL.EGLint()
        EGL.eglChooseConfig(display, wanted, configs, 1, count)
        if count.value == 0:
            raise _NoContextError("the driver offers OpenGL ES only")
        surface = EGL.eglCreatePbufferSurface(
            display, configs[0], (EGL.EGLint * 5)(EGL.EGL_WIDTH, 8, EGL.EGL_HEIGHT, 8, EGL.EGL_NONE)
        )
        version = (EGL.EGLint * 7)(
            *(EGL.EGL_CONTEXT_MAJOR_VERSION, 4, EGL.EGL_CONTEXT_MINOR_VERSION, 5),
            *(EGL.EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL.EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL.EGL_NONE),
        )
        context = EGL.eglCreateContext(display, configs[0], EGL.EGL_NO_CONTEXT, version)
        if not EGL.eglMakeCurrent(display, surface, surface, context):
            raise _NoContextError("the driver refuses a 4.5 core context")
    except Error as problem:
        raise _NoContextError("the driver refuses a 4.5 core context") from problem
    return _described()


def _egl_display() -> object:
    """The first of: Mesa without a surface, the display of the desktop."""
    from OpenGL import EGL
    from OpenGL.EGL.EXT.platform_base import eglGetPlatformDisplayEXT
    from OpenGL.error import Error

    ways: tuple[tuple[Callable[..., object], tuple[object, ...]], ...] = (
        (eglGetPlatformDisplayEXT, (EGL_PLATFORM_SURFACELESS_MESA, EGL.EGL_DEFAULT_DISPLAY, None)),
        (EGL.eglGetDisplay, (EGL.EGL_DEFAULT_DISPLAY,)),
    )
    for get_display, arguments in ways:
        try:
            display = get_display(*arguments)
            if EGL.eglInitialize(display, EGL.EGLint(), EGL.EGLint()):
                return display
        except Error:
            continue
    raise _NoContextError("EGL finds no display and no driver")


def _window_context() -> tuple[str, str]:
    import glfw

    if not glfw.init():
        raise _NoContextError("no window system answers")
    glfw.window_hint(glfw.VISIBLE, False)
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 4)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 5)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    window = glfw.create_window(64, 64, "vret doctor", None, None)
    if not window:
        raise _NoContextError("the driver refuses a 4.5 core context")
    glfw.make_context_current(window)
    return _described()


def _described() -> tuple[str, str]:
    from OpenGL import GL

    return GL.glGetString(GL.GL_RENDERER).decode(), GL.glGetString(GL.GL_VERSION).decode()
