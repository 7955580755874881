"""What the renderer needs of the graphics driver, and how both eyes get into one picture."""

from vret.headset.contract import HeadsetError, Layout
from vret.render.gl import GL

__all__ = ["Layout", "check", "draws_by_processor", "driver", "extensions", "layout_for", "require"]

NEEDED_VERSION = (4, 5)
NEEDED_EXTENSIONS = ("GL_ARB_shader_draw_parameters",)
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "software", "gdi generic", "basic render")
_LAYER_EXTENSIONS = ("GL_ARB_shader_viewport_layer_array", "GL_AMD_vertex_shader_layer")
_VIEWPORT_EXTENSIONS = ("GL_ARB_shader_viewport_layer_array", "GL_AMD_vertex_shader_viewport_index")


def driver() -> str:
    """The driver's own name and version, for the log and for error messages."""
    return f"{_text(GL.GL_RENDERER)}, OpenGL {_text(GL.GL_VERSION)}"


def draws_by_processor(driver: str) -> bool:
    """Whether the driver of that name draws without a graphics card."""
    return any(word in driver.lower() for word in SOFTWARE)


def extensions() -> frozenset[str]:
    count = int(GL.glGetIntegerv(GL.GL_NUM_EXTENSIONS))
    return frozenset(GL.glGetStringi(GL.GL_EXTENSIONS, index).decode() for index in range(count))


def check() -> None:
    """Raises HeadsetError naming what the current context lacks."""
    version = (int(GL.glGetIntegerv(GL.GL_MAJOR_VERSION)), int(GL.glGetIntegerv(GL.GL_MINOR_VERSION)))
    require(version, extensions(), driver())


def require(version: tuple[int, int], available: frozenset[str], name: str) -> None:
    missing = [extension for extension in NEEDED_EXTENSIONS if extension not in available]
    if version < NEEDED_VERSION:
        missing.insert(0, "OpenGL 4.5")
    if missing:
        raise HeadsetError(
            f"This graphics driver ({name}) lacks {', '.join(missing)}: update the graphics driver, or use a "
            "computer whose graphics card supports OpenGL 4.5."
        )


def layout_for(layers: int, available: frozenset[str]) -> Layout:
    """The layout for a target with that many layers; array targets need a driver that can choose layers."""
    if layers > 1:
        if not available.intersection(_LAYER_EXTENSIONS):
            raise HeadsetError(
                f"This graphics driver cannot draw into array pictures ({' or '.join(_LAYER_EXTENSIONS)} is missing): "
                "choose --eye-pictures double_wide."
            )
        return Layout.ARRAY
    return Layout.DOUBLE_WIDE if available.intersection(_VIEWPORT_EXTENSIONS) else Layout.CLIPPED


def _text(name: int) -> str:
    found = GL.glGetString(name)
    return found.decode() if found else "no OpenGL context"
