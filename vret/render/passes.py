"""The passes of a frame, in their order, each with its program and complete draw state."""

from dataclasses import dataclass, replace
from enum import IntEnum
from math import radians

from vret.headset.contract import Layout
from vret.render.context import layout_for
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.program import Calls, DrawState, Pass, Preamble, link
from vret.render.shadow import MAP_SIZE
from vret.render.textures import CLOUD_UNIT, COLOUR_UNIT, CUBE_UNIT, DEPTH_UNIT, NUMBER_UNIT, PROBE_UNIT, VIDEO_UNIT
from vret.render.uniforms import MAPS
from vret.render.weather import CLOUD_TILES_M, WEATHER_PERIOD_S
from vret.scene.compiled import CUBE_LEVELS, LAMPS_MAX, PROBES, SLOTS
from vret.scene.people.persons import BREATHS_PER_S, FADE_S, JOINTS_MAX, KEYS_PER_S, PARTS, TURN_S

_GREATER, _ALWAYS = int(GL.GL_GREATER), int(GL.GL_ALWAYS)
_VIEWS = {Layout.ARRAY: "VIEWS_LAYER", Layout.DOUBLE_WIDE: "VIEWS_VIEWPORT", Layout.CLIPPED: "VIEWS_CLIP"}
_AMD = {Layout.ARRAY: "GL_AMD_vertex_shader_layer", Layout.DOUBLE_WIDE: "GL_AMD_vertex_shader_viewport_index"}
_ARB = "GL_ARB_shader_viewport_layer_array"

_PLAIN = DrawState(depth_func=None, depth_write=False, blend=False, cull=False, depth_clamp=False, clip=False)
SHADOW = replace(_PLAIN, depth_func=_GREATER, depth_write=True, depth_clamp=True)
HIDDEN = replace(_PLAIN, depth_func=_GREATER, depth_write=True)
OPAQUE = replace(_PLAIN, depth_func=_GREATER, depth_write=True, cull=True)
CUTOUT = replace(_PLAIN, depth_func=_GREATER, depth_write=True, coverage=True)
DECALS = replace(_PLAIN, depth_func=_GREATER, blend=True)
SKY = replace(_PLAIN, depth_func=_GREATER)
WEATHER = replace(_PLAIN, depth_func=_GREATER, blend=True)
BLENDED = replace(_PLAIN, depth_func=_GREATER, blend=True)
RESOLVE = replace(_PLAIN, depth_func=_GREATER)
PANEL = replace(RESOLVE, blend=True)
"""The headset's picture has no depth, so nothing is tested there; what need not change costs no call."""


HEAD_MOST_DEG, EYES_MOST_DEG = (60.0, 30.0), (35.0, 25.0)
"""How far neck and head together, and then the eyes, turn to the side and up."""


class Wear(IntEnum):
    """What is in a scene beyond plain things: models with textures, and people besides."""

    PLAIN = 0
    TEXTURED = 1
    PEOPLED = 2


@dataclass(frozen=True)
class Programs:
    """All that is compiled, once. `mesh` and `shadow` have one for each Wear: scenes pay for what is in them.

    `casting` is how shadow maps find their places side by side: by viewports, where driver and layout have them.
    """

    mesh: tuple[int, ...]
    decal: int
    shadow: tuple[int, ...]
    pose: int
    sky: int
    resolve: int
    panel: int
    hidden: int
    weather: int
    casting: Layout
    tells_depth: bool

    @classmethod
    def linked(
        cls, layout: Layout, available: frozenset[str], samples: int, *, tells_depth: bool = False
    ) -> "Programs":
        """Raises HeadsetError with the driver's words when it refuses one."""
        seen = [preamble(layout, available, samples, wear) for wear in Wear]
        casting = layout if layout is Layout.CLIPPED else layout_for(1, available)
        lit = [preamble(casting, available, samples, wear) for wear in Wear]
        plain = seen[Wear.PLAIN]
        resolving = replace(plain, defines={**plain.defines, "TELLS_DEPTH": int(tells_depth), "DEPTH_UNIT": DEPTH_UNIT})
        decorated = preamble(layout, available, samples, Wear.TEXTURED, lies=True)
        return cls(
            mesh=tuple(link(each, "mesh.vert.glsl", "mesh.frag.glsl") for each in seen),
            decal=link(decorated, "mesh.vert.glsl", "mesh.frag.glsl"),
            shadow=tuple(link(each, "shadow.vert.glsl", "shadow.frag.glsl") for each in lit),
            pose=link(plain, "pose.comp.glsl"),
            sky=link(plain, "sky.vert.glsl", "sky.frag.glsl"),
            resolve=link(resolving, "screen.vert.glsl", "resolve.frag.glsl"),
            panel=link(plain, "panel.vert.glsl", "panel.frag.glsl"),
            hidden=link(plain, "hidden.vert.glsl", "hidden.frag.glsl"),
            weather=link(plain, "weather.vert.glsl", "weather.frag.glsl"),
            casting=casting,
            tells_depth=tells_depth,
        )

    def release(self) -> None:
        alone = (self.pose, self.decal, self.sky, self.resolve, self.panel, self.hidden, self.weather)
        for program in (*self.mesh, *self.shadow, *alone):
            GL.glDeleteProgram(program)


class Passes:
    """In the order in which they are entered. Any may be left out.

    `cutout` is for what has holes or is seen from both sides. Decals come before what falls, which they would paint
    over. What falls comes before panes, so that what is behind one is seen through it; so is what is before it, which
    nobody notices. Where depth is told, `resolve` and `panel` write it for every pixel that they draw.
    """

    def __init__(self, gl: Hot, layout: Layout, programs: Programs, wear: Wear) -> None:
        mesh, shadow = programs.mesh[wear], programs.shadow[wear]
        hide, opaque, cutout, lying, sky, falls, blended, resolved, over = (
            replace(state, clip=layout is Layout.CLIPPED)
            for state in (HIDDEN, OPAQUE, CUTOUT, DECALS, SKY, WEATHER, BLENDED, RESOLVE, PANEL)
        )
        if programs.tells_depth:
            resolved, over = (replace(state, depth_func=_ALWAYS, depth_write=True) for state in (resolved, over))
        self.shadow = Pass(gl, shadow, replace(SHADOW, clip=programs.casting is Layout.CLIPPED))
        self.hidden = Pass(gl, programs.hidden, hide)
        self.opaque = Pass(gl, mesh, opaque)
        self.cutout = Pass(gl, mesh, cutout)
        self.decals = Pass(gl, programs.decal, lying)
        self.sky = Pass(gl, programs.sky, sky)
        self.weather = Pass(gl, programs.weather, falls)
        self.blended = Pass(gl, mesh, blended)
        self.resolve = Pass(gl, programs.resolve, resolved)
        self.panel = Pass(gl, programs.panel, over)


def viewports(gl: Hot, layout: Layout, count: int, size: tuple[int, int]) -> Calls:
    """What places so many views or maps of one size."""
    width, height = size
    if layout is Layout.DOUBLE_WIDE:
        return tuple((gl.glViewportIndexedf, (place, place * width, 0, width, height)) for place in range(count))
    side_by_side = 1 if layout is Layout.ARRAY else count
    return ((gl.glViewport, (0, 0, width * side_by_side, height)),)


def preamble(layout: Layout, available: frozenset[str], samples: int, wear: Wear, *, lies: bool = False) -> Preamble:
    wanted = ["GL_ARB_shader_draw_parameters"]
    if layout is not Layout.CLIPPED:
        wanted.append(_ARB if _ARB in available else _AMD[layout])
    return Preamble(
        extensions=tuple(wanted),
        defines={
            "VIEWS_LAYER": 0,
            "VIEWS_VIEWPORT": 1,
            "VIEWS_CLIP": 2,
            "VIEWS": _VIEWS[layout],
            "SAMPLES": samples,
            "LAMPS_MAX": LAMPS_MAX,
            "WEATHER_PERIOD_S": WEATHER_PERIOD_S,
            "SHADOW_WIDTH": MAP_SIZE * MAPS,
            "TEXTURED": int(wear >= Wear.TEXTURED),
            "PEOPLED": int(wear is Wear.PEOPLED),
            "PARTS": f"{len(PARTS)}u",
            "JOINTS_MAX": f"{JOINTS_MAX}u",
            "KEYS_PER_S": float(KEYS_PER_S),
            "FADE_S": FADE_S,
            "TURN_S": TURN_S,
            "BREATHS_PER_S": BREATHS_PER_S,
            "HEAD_YAW_MOST": radians(HEAD_MOST_DEG[0]),
            "HEAD_PITCH_MOST": radians(HEAD_MOST_DEG[1]),
            "EYES_YAW_MOST": radians(EYES_MOST_DEG[0]),
            "EYES_PITCH_MOST": radians(EYES_MOST_DEG[1]),
            "DECAL": int(lies),
            "SLOTS": SLOTS,
            "COLOUR_UNIT": COLOUR_UNIT,
            "NUMBER_UNIT": NUMBER_UNIT,
            "CLOUD_UNIT": CLOUD_UNIT,
            "CLOUD_TILE_M": CLOUD_TILES_M[0],
            "FAR_TILE_M": CLOUD_TILES_M[1],
            "CUBE_UNIT": CUBE_UNIT,
            "PROBE_UNIT": PROBE_UNIT,
            "VIDEO_UNIT": VIDEO_UNIT,
            "CUBE_LEVELS": CUBE_LEVELS,
            "PROBES_X": PROBES[0],
            "PROBES_Y": PROBES[1],
            "PROBES_Z": PROBES[2],
        },
    )
